"""docker-compose.yaml as Docker Compose reads it: .env, interpolation, dependencies. Just as much as our file uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yaml"
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?:(?P<sign>:[-?])(?P<rest>[^}]*))?\})")
_DOLLAR = "$"


class UnsetError(Exception):
    """A variable the file insists on (`${NAME:?}`) is empty; Compose stops with the same words."""


def read_env(text: str) -> dict[str, str]:
    """The variables of a .env file: `NAME=value`, quotes around a value dropped."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}


def interpolated(value: Any, env: Mapping[str, str]) -> Any:
    """`value` with `${NAME}`, `${NAME:-default}`, `${NAME:?words}` and `$$` replaced, all the way down."""
    if isinstance(value, dict):
        return {key: interpolated(one, env) for key, one in value.items()}
    if isinstance(value, list):
        return [interpolated(one, env) for one in value]
    return _VARIABLE.sub(lambda found: _one(found, env), value) if isinstance(value, str) else value


def _one(found: re.Match[str], env: Mapping[str, str]) -> str:
    if found["name"] is None:
        return _DOLLAR
    value = env.get(found["name"], "")
    if value or not found["sign"]:
        return value
    if found["sign"] == ":?":
        raise UnsetError(f"{found['name']}: {found['rest']}")
    return found["rest"]


@dataclass(frozen=True)
class Service:
    """One service, interpolated."""

    name: str
    raw: Mapping[str, Any]

    @property
    def command(self) -> list[str]:
        return list(self.raw["command"])

    @property
    def environment(self) -> dict[str, str]:
        return dict(self.raw.get("environment") or {})

    @property
    def health(self) -> list[str]:
        """The health check as a command; [] for none."""
        kind, *words = (self.raw.get("healthcheck") or {"test": [""]})["test"]
        return ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words

    @property
    def needs(self) -> dict[str, str]:
        """Service → condition that must hold before this one starts."""
        return {name: one["condition"] for name, one in (self.raw.get("depends_on") or {}).items()}

    @property
    def profiles(self) -> list[str]:
        return list(self.raw.get("profiles") or [])


def services(env: Mapping[str, str]) -> dict[str, Service]:
    """Every service of the file under the variables of `env`."""
    read = interpolated(yaml.safe_load(FILE.read_text(encoding="utf-8")), env)
    return {name: Service(name, raw) for name, raw in read["services"].items()}


def in_order(known: Mapping[str, Service]) -> Iterator[Service]:
    """The services without a profile, each after those it needs."""
    done: set[str] = set()
    waiting = [service for service in known.values() if not service.profiles]
    while waiting:
        ready = [service for service in waiting if done >= set(service.needs)]
        if not ready:
            raise ValueError(f"services that wait for each other: {[service.name for service in waiting]}")
        yield from ready
        done |= {service.name for service in ready}
        waiting = [service for service in waiting if service.name not in done]
