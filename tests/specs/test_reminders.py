"""Reminder plans and contacts as data: what is read, and every mistake with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tonghop.domain.errors import SpecError
from tonghop.domain.reminding import ReminderPlan, UnitContact
from tonghop.specs import load_province
from tonghop.specs.contacts import load_contacts
from tonghop.specs.reminders import load_reminders

INCLUDE = Path(__file__).parents[2] / "include"
TOY = Path(__file__).parents[1] / "data" / "toy"
HEADER = "unit_code,email,connection,webhook,valid_from,valid_to\n"


@pytest.fixture
def include(tmp_path: Path) -> Path:
    shutil.copytree(TOY, tmp_path / "include")
    return tmp_path / "include"


def problems(error: pytest.ExceptionInfo[SpecError]) -> list[str]:
    return [str(problem) for problem in error.value.problems]


def test_the_real_plan_reminds_from_five_days_before_until_it_is_filed() -> None:
    plan = load_reminders(INCLUDE, "binh-phuoc", "kstthc")
    found = {days: step.letter if (step := plan.step(days)) else "" for days in (-6, -5, -1, 0, 1, 300)}
    assert found == {-6: "", -5: "truoc-han", -1: "truoc-han", 0: "dung-han", 1: "qua-han", 300: "qua-han"}
    assert plan.cron == "30 7 * * *"
    assert not plan.folder_is_enough


def test_the_real_contacts_can_be_read() -> None:
    assert load_contacts(INCLUDE, "binh-phuoc", load_province(INCLUDE, "binh-phuoc").units) == ()


def test_a_regime_without_a_plan_reminds_nobody(include: Path) -> None:
    (include / "regimes/thu/2024-01-01/reminders.yaml").unlink()
    assert load_reminders(include, "tinh-thu", "thu") == ReminderPlan()


def test_a_province_may_have_a_plan_of_its_own(include: Path) -> None:
    path = include / "provinces/tinh-thu/reminders.yaml"
    path.write_text("hour: 6\nsteps: [{letter: qua-han, first: 1}]\n", encoding="utf-8")
    plan = load_reminders(include, "tinh-thu", "thu")
    assert (plan.at.hour, plan.step(0), plan.step(1) is not None) == (6, None, True)


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("steps: [{letter: khong-co, first: 1}]", "steps.0.letter", "chưa có mẫu thư letters/nhac-khong-co.j2"),
        ("steps: [{letter: qua-han, first: 3, last: 1}]", "steps.0.last", "ngày cuối 1 trước ngày đầu 3"),
        (
            "steps: [{letter: truoc-han, first: -3, last: 0}, {letter: dung-han, first: 0, last: 0}]",
            "steps.1.first",
            "trùng ngày với bước đứng trước",
        ),
        (
            "steps: [{letter: truoc-han, first: -3}, {letter: qua-han, first: 1}]",
            "steps.1.first",
            "trùng ngày với bước đứng trước",
        ),
    ],
)
def test_mistakes_of_a_plan(include: Path, text: str, key: str, message: str) -> None:
    path = include / "provinces/tinh-thu/reminders.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as error:
        load_reminders(include, "tinh-thu", "thu")
    assert problems(error) == [f"provinces/tinh-thu/reminders.yaml: {key}: {message}"]


@pytest.mark.parametrize("text", ["steps: []", "hour: 25\nsteps: [{letter: qua-han, first: 1}]", "gio: 7"])
def test_a_plan_that_is_none_is_refused(include: Path, text: str) -> None:
    (include / "provinces/tinh-thu/reminders.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError):
        load_reminders(include, "tinh-thu", "thu")


def contacts(include: Path, *lines: str) -> tuple[UnitContact, ...]:
    text = HEADER + "".join(f"{line}\n" for line in lines)
    (include / "provinces/tinh-thu/contacts.csv").write_text(text, encoding="utf-8")
    return load_contacts(include, "tinh-thu", load_province(include, "tinh-thu").units)


def test_contacts_of_units_and_of_the_province(include: Path) -> None:
    mine, office = contacts(include, "W0101,a@b.example,pm,/x,2024-01-01,2024-06-30", "W99,c@d.example,,,2024-01-01,")
    assert (mine.unit_code, mine.email, mine.connection, mine.webhook) == ("W0101", "a@b.example", "pm", "/x")
    assert (office.unit_code, office.last) == ("W99", None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("W0,a@b.example,,,2024-01-01,", "không có đơn vị W0 trong units.csv"),
        ("W0101,a b@c,,,2024-01-01,", "địa chỉ thư “a b@c” không đúng dạng"),
        ('W0101,"a@b.example,c@d.example",,,2024-01-01,', "không đúng dạng"),
        ("W0101,,Phần mềm,/x,2024-01-01,", "phải là mã kết nối"),
        ("W0101,,pm,//khac.example/x,2024-01-01,", "phải là đường dẫn"),
        ("W0101,,pm,https://khac.example,2024-01-01,", "phải là đường dẫn"),
        ("W0101,,pm,,2024-01-01,", "phải ghi cả hai hoặc để trống cả hai"),
        ("W0101,,,,2024-01-01,", "dòng không có địa chỉ nào"),
        ("W0101,a@b.example,,,hôm qua,", "phải là ngày"),
    ],
)
def test_mistakes_of_contacts(include: Path, line: str, message: str) -> None:
    with pytest.raises(SpecError) as error:
        contacts(include, line)
    (problem,) = problems(error)
    assert problem.startswith("provinces/tinh-thu/contacts.csv: dòng 2, ")
    assert message in problem
