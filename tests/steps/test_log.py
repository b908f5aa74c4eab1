"""The log of events: enough to follow every filing, nothing of what people are called, typed, or keep secret."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, FORM, Q3, SIGNED, XA, Office, because

from tonghop import journal
from tonghop.app import App
from tonghop.journal import note, short, where
from tonghop.steps import intake

PERSON, MAIL, PHONE, TYPED = "Trần Thị Bí Mật", "bimat@tinh.example", "0987654321", "so lieu cua Tran Thi Bi Mat"
PASSWORD = "matkhau-khong-duoc-lo"
SECRETS = (PERSON, MAIL, PHONE, TYPED, "Bi Mat", "Bí Mật", PASSWORD)


@pytest.fixture(autouse=True)
def outside_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this process may have loaded Airflow's log."""
    monkeypatch.setitem(sys.modules, "structlog", None)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def events(log: pytest.LogCaptureFixture, name: str) -> list[dict[str, str]]:
    """Facts of every event called `name`."""
    said = [record.getMessage().split(" ") for record in log.records if record.name == journal.LOGGER]
    return [dict(fact.split("=", 1) for fact in facts) for event, *facts in said if event == name]


def send_secrets(office: Office) -> None:
    """A filing with a person's name, e-mail and phone in its cells and in the name of its file."""
    signature = replace(SIGNED, compiler=f"{PERSON} {MAIL} {PHONE}", head=PERSON)
    reason = because(COMPLAINTS, 4, f"Hỏi {PERSON}, {PHONE}, {MAIL} để biết vì sao lệch.")
    office.send(XA, signature=signature, explanations=[reason], name=f"{TYPED}.xlsx")


def test_a_pass_tells_every_filing_and_no_secret(office: Office, log: pytest.LogCaptureFixture) -> None:
    send_secrets(office)
    assert office.collect() == [f"{XA} accepted"]
    filed = office.standing(XA)
    assert filed is not None
    assert filed.signature == replace(SIGNED, compiler=f"{PERSON} {MAIL} {PHONE}", head=PERSON), "nothing to hide"
    (answered,) = events(log, "filing_answered")
    assert answered | {"seconds": ""} == {
        "unit": XA,
        "period": Q3.code,
        "state": "accepted",
        "sha": filed.sha256[:12],
        "duplicate": "0",
        "seconds": "",
    }
    (ended,) = events(log, "pass_ended")
    assert (ended["files"], ended["state_accepted"], ended["troubles"], ended["scan"]) == ("1", "1", "0", "1")
    assert float(ended["seconds"]) >= float(answered["seconds"]) > 0
    assert [secret for secret in SECRETS if secret in log.text] == []


def test_a_file_our_program_fails_on_is_told_without_its_words(
    office: Office, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError(f"ô B7: {PERSON} {PHONE}")

    monkeypatch.setattr(intake, "interpret", stumble)
    send_secrets(office)
    report = office.pass_over()
    (failed,) = events(log, "file_unread")
    assert (failed["unit"], failed["error"]) == (XA, "ValueError")
    assert "intake.py:" in failed["at"]
    assert [secret for secret in SECRETS if secret in log.text] == []
    assert PERSON not in report.troubles[0], "the trouble goes into the log of the run"


@pytest.mark.parametrize(
    "url",
    [f"postgresql+psycopg://tonghop:{PASSWORD}@127.0.0.1:1/tonghop", f"postgresql+psycopg://x:{PASSWORD}@[/y"],
    ids=["out of reach", "unusable"],
)
def test_a_store_that_fails_keeps_its_password(
    office: Office, log: pytest.LogCaptureFixture, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exception) as told:  # noqa: PT011  whichever fault it is, it must not tell
        App(replace(office.app.settings, database=url)).collect()
    shown = capsys.readouterr()
    assert PASSWORD not in f"{told.value!s} {told.value!r} {log.text} {shown.out} {shown.err}"


@pytest.mark.parametrize("value", [PERSON, MAIL, "/drop/W0101/ten.xlsx", "https://u:p@h", "a b", "x" * 201])
def test_a_value_of_another_shape_is_left_out(log: pytest.LogCaptureFixture, value: str) -> None:
    note("event", unit=value)
    assert log.messages == ["event unit=?"]


def test_numbers_and_codes_are_told(log: pytest.LogCaptureFixture) -> None:
    note("event", level="warning", unit="VPĐK", count=3, seconds=1.23456, sha=short("a" * 64))
    assert log.messages == ["event unit=VPĐK count=3 seconds=1.235 sha=aaaaaaaaaaaa"]
    assert log.records[0].levelno == logging.WARNING


def test_where_it_happened_has_the_shape_of_a_fact() -> None:
    with pytest.raises(KeyError) as told:
        {}[PERSON]
    assert where(told.value).startswith("test_log.py:")
    assert PERSON not in where(told.value)


_IN_AIRFLOW = """
import io, sys
from airflow.sdk.log import configure_logging
configure_logging(json_output=True, output=sys.stdout.buffer)
from tonghop.journal import note
note("filing_answered", unit="W0101", state="accepted", seconds=0.25)
note("filing_answered", unit="Trần Thị Bí Mật")
"""


def test_inside_airflow_facts_are_fields_of_its_json() -> None:
    include = Path(journal.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", _IN_AIRFLOW],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={"PYTHONPATH": str(include), "PATH": "/usr/bin:/bin", "HOME": "/tmp"},
    )
    told = [json.loads(line) for line in io.StringIO(done.stdout) if line.startswith("{")]
    mine = [one for one in told if one["event"] == "filing_answered"]
    first, second = mine
    assert (first["unit"], first["state"], first["seconds"], first["level"]) == ("W0101", "accepted", 0.25, "info")
    assert second["unit"] == "?"


def test_the_form_of_the_office_is_the_one_that_was_filed(office: Office) -> None:
    """The secrets above really stand in what is read: else nothing would be proved."""
    send_secrets(office)
    office.collect()
    filed = office.standing(XA)
    assert filed is not None
    assert FORM in office.app.store.filings.forms(filed.id)
    assert filed.original_name == f"{TYPED}.xlsx"
