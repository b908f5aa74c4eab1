"""The installation does not start with the example's secrets, or with poor ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from production.compose_file import ROOT, read_env, services

from tonghop.domain.errors import SettingError
from tonghop.server.env_file import filled
from tonghop.server.people import people
from tonghop.server.secrets_check import FERNET, PLACEHOLDER, SECRETS, check

EXAMPLE = read_env((ROOT / ".env.example").read_text(encoding="utf-8"))
APPROVERS = ("thamdinh", "lanhdao")


@pytest.fixture
def env() -> dict[str, str]:
    return read_env(filled())


def refused(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingError) as told:
        check(env, APPROVERS)
    return [line.removeprefix("  - ") for line in told.value.problem.splitlines()[1:]]


def test_a_filled_file_is_accepted_and_never_the_same_twice(env: dict[str, str]) -> None:
    check(env, APPROVERS)
    again = read_env(filled())
    assert all(env[name] != again[name] for name in (*SECRETS, FERNET, "TONGHOP_USERS"))
    assert {name: value for name, value in env.items() if PLACEHOLDER in value} == {}


@pytest.mark.parametrize("name", [*SECRETS, FERNET])
def test_a_secret_of_the_example_is_refused(env: dict[str, str], name: str) -> None:
    assert refused(env | {name: EXAMPLE[name]}) == [f"{name}: còn giá trị của tệp mẫu"]


def test_a_persons_password_of_the_example_is_refused(env: dict[str, str]) -> None:
    told = refused(env | {"TONGHOP_USERS": EXAMPLE["TONGHOP_USERS"]})
    assert told == [f"TONGHOP_USERS: tài khoản {one.login} còn mật khẩu của tệp mẫu" for one in people_of_example()]


def people_of_example() -> list[object]:
    return list(people(EXAMPLE["TONGHOP_USERS"]))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"REDIS_PASSWORD": ""}, "REDIS_PASSWORD: chưa đặt"),
        ({"REDIS_PASSWORD": "a" * 15}, "REDIS_PASSWORD: ngắn hơn 16 ký tự"),
        ({"REDIS_PASSWORD": "a" * 20 + "@"}, "REDIS_PASSWORD: chỉ dùng chữ không dấu"),
        ({"REDIS_PASSWORD": "-" + "a" * 20}, "REDIS_PASSWORD: chỉ dùng chữ không dấu"),
        ({FERNET: "a" * 44}, "FERNET_KEY: không phải khóa Fernet"),
        ({FERNET: ""}, "FERNET_KEY: không phải khóa Fernet"),
        ({"REDIS_PASSWORD": "a" * 20, "JWT_SECRET": "a" * 20}, "JWT_SECRET: trùng với REDIS_PASSWORD"),
        ({"TONGHOP_USERS": ""}, "TONGHOP_USERS: chưa có tài khoản nào có vai trò admin"),
        ({"TONGHOP_USERS": "a:chief:x"}, "TONGHOP_USERS: mục thứ 1 có tài khoản không hợp lệ"),
        ({"TONGHOP_USERS": "an:chief:secret-1"}, "TONGHOP_USERS: tài khoản an có vai trò “chief”"),
        ({"TONGHOP_USERS": "an:admin"}, "TONGHOP_USERS: tài khoản an chưa có mật khẩu"),
        ({"TONGHOP_USERS": "an:admin:p1 an:viewer:p2"}, "TONGHOP_USERS: tài khoản an ghi hai lần"),
        ({"TONGHOP_USERS": "an:admin:short"}, "TONGHOP_USERS: mật khẩu của an ngắn hơn 12 ký tự"),
        ({"TONGHOP_USERS": "an:admin:long-enough-1"}, "TONGHOP_USERS: thiếu tài khoản thamdinh với vai trò approver"),
    ],
)
def test_poor_secrets_are_refused_in_plain_words(env: dict[str, str], changed: dict[str, str], told: str) -> None:
    reasons = refused(env | changed)
    assert any(reason.startswith(told) for reason in reasons), reasons
    assert "secret-1" not in "".join(reasons)


def run(env: dict[str, str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """The service `check`, as it is started."""
    service = services(env)["check"]
    return subprocess.run(
        [sys.executable, *service.command[1:]],
        env=service.environment | {"TONGHOP_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_service_refuses_the_example_and_accepts_a_filled_file(env: dict[str, str], tmp_path: Path) -> None:
    example = run(EXAMPLE, tmp_path)
    assert example.returncode == 1
    assert "Chưa khởi động: tệp .env có 12 điểm phải sửa." in example.stderr
    assert "Traceback" not in example.stderr
    assert run(env, tmp_path).returncode == 0


def test_the_file_a_person_makes_keeps_the_words_of_the_example() -> None:
    command = [sys.executable, "-m", "tonghop.cli.main", "server", "env"]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    comments = [line for line in made.splitlines() if line.startswith("#")]
    assert comments == [line for line in (ROOT / ".env.example").read_text().splitlines() if line.startswith("#")]
    assert read_env(made).keys() == EXAMPLE.keys()


SEVERAL = ("binh-phuoc", "dong-nai")


def test_people_of_several_provinces_have_roles_of_their_province(env: dict[str, str]) -> None:
    password = "m" * 12
    listed = people(f"an:admin:{password} ba:dong-nai.xem:{password} ca:dong-nai.phe-duyet:{password}", SEVERAL)
    assert [person.airflow_roles for person in listed] == [("Admin",), ("dong-nai.xem",), ("dong-nai.phe-duyet",)]
    assert [person.approves for person in listed] == [False, False, True]
    check(env | {"TONGHOP_USERS": f"an:admin:{password}"}, APPROVERS, SEVERAL)


@pytest.mark.parametrize("role", ["approver", "ha-noi.xem", "dong-nai.admin"])
def test_a_role_that_would_reach_no_province_or_all_is_refused(role: str) -> None:
    with pytest.raises(SettingError, match=f"vai trò “{role}”.*dong-nai.phe-duyet"):
        people(f"an:{role}:{'m' * 12}", SEVERAL)


def test_the_only_province_knows_no_other_roles() -> None:
    with pytest.raises(SettingError, match=r"binh-phuoc\.xem"):
        people(f"an:binh-phuoc.xem:{'m' * 12}", ("binh-phuoc",))
