"""docker-compose.yaml against the schema of the Compose Specification, and what we promise about it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from production.compose_file import FILE, ROOT, Service, UnsetError, in_order, interpolated, read_env, services

from tonghop.server.env_file import filled
from tonghop.server.secrets_check import FERNET, SECRETS

SCHEMA = ROOT / "tests" / "data" / "compose-spec" / "compose-spec.json"
EXAMPLE = read_env((ROOT / ".env.example").read_text(encoding="utf-8"))
ONE_SHOT = {"check", "init"}
MEGABYTES = {"k": 1 / 1024, "m": 1, "g": 1024}


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def known() -> dict[str, Service]:
    return services(read_env(filled()))


def lasting(known: dict[str, Service]) -> list[Service]:
    return [service for service in known.values() if service.name not in ONE_SHOT]


def test_the_file_keeps_to_the_specification(raw: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(raw)] == []
    broken = raw | {"services": {"worker": {"comand": ["airflow"]}}}
    assert list(validator.iter_errors(broken)), "the schema accepts anything"


def test_every_setting_is_in_the_example_and_used() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) == set(EXAMPLE)


def test_defaults_of_the_file_and_of_the_example_agree() -> None:
    text = FILE.read_text(encoding="utf-8")
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    assert {name: EXAMPLE[name] for name in defaults} == defaults


@pytest.mark.parametrize("name", [*SECRETS, FERNET, "TONGHOP_USERS"])
def test_compose_stops_without_a_secret(name: str) -> None:
    with pytest.raises(UnsetError, match=name):
        services(read_env(filled()) | {name: ""})


def test_nothing_runs_before_the_secrets_are_checked(known: dict[str, Service]) -> None:
    """Whatever starts waits for `check` to end well, directly or through what it needs."""

    def waits(name: str) -> bool:
        needs = known[name].needs
        return needs.get("check") == "service_completed_successfully" or any(map(waits, needs))

    unchecked = {service.name for service in known.values() if not waits(service.name)}
    assert unchecked == {"check", "mail"}  # the mail catcher holds no secret


def test_check_is_told_every_secret(known: dict[str, Service]) -> None:
    assert {*SECRETS, FERNET, "TONGHOP_USERS"} <= known["check"].environment.keys()


def test_passwords_go_only_where_they_are_needed(known: dict[str, Service]) -> None:
    env = read_env(filled())
    known = services(env)

    def holders(secret: str) -> set[str]:
        return {service.name for service in known.values() if env[secret] in json.dumps(service.raw)}

    assert holders("POSTGRES_PASSWORD") == {"check", "init", "postgres"}
    assert holders("TONGHOP_USERS") == {"check", "init"}
    assert not {"share", "mail"} & (holders("TONGHOP_DB_PASSWORD") | holders("FERNET_KEY"))


def test_it_fits_one_server(known: dict[str, Service]) -> None:
    limits = [service.raw["deploy"]["resources"]["limits"] for service in lasting(known)]
    assert sum(float(one["cpus"]) for one in limits) <= 4
    memory = [int(one["memory"][:-1]) * MEGABYTES[one["memory"][-1]] for one in limits]
    assert sum(memory) <= 7.5 * 1024, "the system itself needs the rest of 8 GB"


def test_services_watch_themselves_and_come_back(known: dict[str, Service]) -> None:
    for service in lasting(known):
        assert service.health, f"{service.name}: give it a health check"
        assert service.raw["restart"] == "unless-stopped", f"{service.name}: it must come back by itself"
    for service in known.values():
        options = service.raw["logging"]["options"]
        assert {"max-size", "max-file"} <= options.keys(), f"{service.name}: its log would grow for ever"


def test_nothing_is_open_to_the_network_unless_asked(known: dict[str, Service]) -> None:
    ports = [port for service in known.values() for port in service.raw.get("ports", [])]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_airflow_runs_without_privileges(known: dict[str, Service]) -> None:
    ours = [service for service in known.values() if service.raw["image"].startswith("tonghop:")]
    assert len(ours) == 8
    for service in ours:
        assert service.raw["cap_drop"] == ["ALL"]
        assert "user" not in service.raw, f"{service.name}: the image's own user is not root"


def test_every_queue_has_a_worker(known: dict[str, Service]) -> None:
    served = {
        service.command[service.command.index("--queues") + 1]
        for service in known.values()
        if "worker" in service.raw.get("command", [])
    }
    asked = set(re.findall(r"queue=runs\.(\w+)", "".join(path.read_text() for path in (ROOT / "dags").glob("*.py"))))
    assert asked == {"READING"}
    assert served == {"default", "reading"}


def test_volumes_are_declared_and_used(raw: dict[str, Any], known: dict[str, Service]) -> None:
    mounted = {volume.split(":")[0] for service in known.values() for volume in service.raw.get("volumes", [])}
    assert mounted == set(raw["volumes"])


def test_services_start_in_an_order_that_exists(known: dict[str, Service]) -> None:
    names = [service.name for service in in_order(known)]
    assert names[0] == "check"
    assert names.index("init") < names.index("api-server") < names.index("worker")
    assert not {"mail", "share"} & set(names)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a${X}b", "a1b"),
        ("${X:-2}", "1"),
        ("${Y:-2}", "2"),
        ("${Y:-}", ""),
        ("${Y}", ""),
        ("$${X}", "${X}"),
        (["${X}", {"k": "${X}"}], ["1", {"k": "1"}]),
        (True, True),
    ],
)
def test_interpolation_is_that_of_compose(text: Any, read: Any) -> None:
    assert interpolated(text, {"X": "1", "Y": ""}) == read


def test_paths_of_the_image_are_those_the_services_name(known: dict[str, Service]) -> None:
    copied = re.findall(r"COPY .*?(\S+) (/opt/tonghop/\S*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    inside = {target.rstrip("/") for _, target in copied}
    environment = known["scheduler"].environment
    assert {environment[f"AIRFLOW__CORE__{name}_FOLDER"] for name in ("DAGS", "PLUGINS")} <= inside
    assert all(Path(ROOT, source).exists() for source, _ in copied if not source.startswith("/"))


def test_workers_import_before_they_fork_what_their_tasks_need(known: dict[str, Service]) -> None:
    """Great Expectations where workbooks are checked, and only there: elsewhere it would be memory for nothing."""
    loaded = """
import importlib, sys
module, _, name = sys.argv[1].rpartition(".")
for wanted in getattr(importlib.import_module(module), name)["imports"]:
    importlib.import_module(wanted)
print(*sorted({"tonghop.app", "great_expectations"} & set(sys.modules)))
"""

    def ready(service: str) -> str:
        settings = known[service].environment["AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS"]
        done = subprocess.run([sys.executable, "-c", loaded, settings], capture_output=True, text=True, check=True)
        return done.stdout.strip().splitlines()[-1]

    assert ready("worker") == "tonghop.app"
    assert ready("worker-reading") == "great_expectations tonghop.app"
