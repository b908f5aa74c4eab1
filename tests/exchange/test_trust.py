"""Only the configured host, only with a valid certificate, and nobody ever sees the token."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from exchange.conftest import TOKEN, Remote, Waits
from toy_office import Q3, Office

from tonghop.cli.main import main
from tonghop.domain.errors import ExchangeError
from tonghop.domain.exchange import Outcome

Servers = Callable[[str], Remote]


def test_a_certificate_of_another_host_is_not_trusted(published: Office, server_named: Servers, waits: Waits) -> None:
    wrong = server_named("wrong")
    with pytest.raises(ExchangeError, match="chứng thư") as told:
        published.app.send(Q3, wrong.connection(), waits.patience())
    assert told.value.outcome == Outcome.UNTRUSTED
    assert (wrong.seen, waits.waits) == ([], [])


@pytest.mark.parametrize("trusts", ["other.pem", ""])
def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    published: Office, centre: Remote, waits: Waits, certificates: Path, trusts: str
) -> None:
    """`""`: the authorities every system knows, which did not sign ours."""
    uri = f"https://:{TOKEN}@localhost:{centre.port}"
    connection = type(centre.connection()).parse(f"{uri}?ca={certificates / trusts}" if trusts else uri)
    with pytest.raises(ExchangeError, match="chứng thư") as told:
        published.app.send(Q3, connection, waits.patience())
    assert "Không tắt kiểm tra chứng thư" in told.value.remedy
    assert centre.seen == []


def test_a_missing_authority_file_stops_everything(published: Office, centre: Remote, waits: Waits) -> None:
    with pytest.raises(ExchangeError, match="tệp chứng thư"):
        published.app.send(Q3, centre.connection("/khong/co/ca.pem"), waits.patience())
    assert centre.seen == []


@pytest.mark.parametrize("kind", ["ask", "post"])
@pytest.mark.parametrize("same", [True, False])
def test_no_redirect_is_followed(published: Office, server_named: Servers, waits: Waits, kind: str, same: bool) -> None:
    centre, other = server_named("good"), server_named("good-2")
    target = centre if same else other
    centre.plan(**{kind: [f"redirect:{target.base}/reports"]})
    with pytest.raises(ExchangeError, match=f"chuyển hướng sang localhost:{target.port}"):
        published.app.send(Q3, centre.connection(), waits.patience())
    assert other.seen == []
    assert len(centre.seen) == (1 if kind == "ask" else 2)


def test_proxies_and_netrc_of_the_environment_are_not_asked(
    published: Office, server_named: Servers, waits: Waits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    centre, other = server_named("good"), server_named("plain")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login ke-gian password cua-ke-gian\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, other.base)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/khong/co/ca.pem")
    assert published.app.send(Q3, centre.connection(), waits.patience()).fresh
    assert other.seen == []
    assert {one["auth"] for one in centre.seen} == {f"Bearer {TOKEN}"}


FAULTS = ["ok", "cut", "malformed", "status:401", "status:500", "redirect:https://x.example/", "busy:9999"]


@pytest.mark.parametrize("word", FAULTS)
def test_the_token_is_in_no_log_exception_or_record(
    published: Office, centre: Remote, waits: Waits, caplog: pytest.LogCaptureFixture, word: str
) -> None:
    """The server even says the token back when it refuses (`status:N`)."""
    centre.plan(ask=["ok", word, *["status:500"] * 6], post=[word])
    connection, told = centre.connection(), ""
    with caplog.at_level(logging.DEBUG):
        try:
            published.app.send(Q3, connection, waits.patience())
        except ExchangeError as problem:
            frames = traceback.TracebackException.from_exception(problem, capture_locals=True)
            told = "".join(frames.format()) + repr(problem.__dict__)
    with published.app.store.database.reading() as database:
        kept = "\n".join(
            str(row)
            for table in ("deliveries", "attempts", "events")
            for row in database.exec_driver_sql(f"SELECT * FROM {table}")
        )
    assert centre.seen[0]["auth"] == f"Bearer {TOKEN}"
    for shown in (told, caplog.text, kept, repr(connection), repr(published.app.shipments())):
        assert TOKEN not in shown
    for path in published.app.settings.home.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()


def test_the_command_line_shows_no_token(published: Office, centre: Remote) -> None:
    settings = published.app.settings
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TONGHOP_HOME": str(settings.home),
        "TONGHOP_INCLUDE": str(settings.include),
        "TONGHOP_EXPECTATIONS": str(settings.expectations),
        "TONGHOP_PROVINCE": settings.province,
        "TONGHOP_NOW": "2024-09-22T10:00:00+07:00",
        "AIRFLOW_CONN_TONGHOP_TRUNG_UONG": centre.uri(),
    }
    centre.plan(post=["status:403"])
    command = [sys.executable, "-m", "tonghop.cli.main", "send"]
    runs = [
        subprocess.run([*command, *rest], env=environment, capture_output=True, text=True, check=False, timeout=120)
        for rest in (["20243"], ["20243"], ["--status"])
    ]
    assert [run.returncode for run in runs] == [1, 0, 0]
    assert "mã truy cập không có quyền" in runs[0].stderr
    assert "Giấy nhận số GN-0001, lúc 09:00:00 ngày 22/09/2024" in runs[1].stdout
    assert "bị từ chối" in runs[2].stdout
    assert TOKEN not in "".join(run.stdout + run.stderr for run in runs)


def test_not_configured_is_said_and_is_no_fault(
    published: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = published.app.settings
    for name, value in {
        "TONGHOP_HOME": settings.home,
        "TONGHOP_INCLUDE": settings.include,
        "TONGHOP_EXPECTATIONS": settings.expectations,
        "TONGHOP_PROVINCE": settings.province,
    }.items():
        monkeypatch.setenv(name, str(value))
    for name in ("TONGHOP_SEND_URL", "AIRFLOW_CONN_TONGHOP_TRUNG_UONG"):
        monkeypatch.delenv(name, raising=False)
    assert main(["send", "20243"]) == 0
    assert "Chưa cấu hình" in capsys.readouterr().out
    assert main(["send", "--status"]) == 0
    assert "Chưa có lần gửi nào" in capsys.readouterr().out
    assert main(["send"]) == 2
    assert main(["fetch"]) == 0
    assert "Không có đơn vị nào" in capsys.readouterr().out
