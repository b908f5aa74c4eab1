"""Settings, all from the environment, read once when the application is built and never at import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tonghop.domain.errors import SettingError

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how the system behaves.

    `home` holds drop/, vault/, draft/, published/ and the embedded database. `now` fixes the business clock of a
    command (None: the real one). `settle_s` is how long a file must lie unchanged before it is taken. `demo` lets a
    DAG run carry its own clock. `cli_approve` off: approvals are given in Airflow only. A workbook may have `max_mb`
    MiB; reading it may take `read_seconds` and `read_mb` MiB of memory. Approvers are reminded `approval_reminder_h`
    hours after a draft was laid before them. `approver_ids` maps a login to the id an auth manager knows
    it by, where that is not the login itself (FabAuthManager numbers its users); `approver_ids_file` holds the same,
    written when a server is set up, and is read when the variable is empty.
    """

    home: Path
    database: str
    province: str
    include: Path
    expectations: Path
    now: datetime | None = None
    settle_s: float = 5.0
    demo: bool = False
    cli_approve: bool = True
    approval_reminder_h: int = 4
    approver_ids: Mapping[str, str] = field(default_factory=dict)
    approver_ids_file: Path | None = None
    max_mb: int = 20
    read_seconds: int = 20
    read_mb: int = 280

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, now: datetime | None = None) -> Settings:
        """Read TONGHOP_* from `environ` (default: the process's); SettingError quotes a wrong variable and value."""
        env = os.environ if environ is None else environ
        home = Path(env.get("TONGHOP_HOME") or "var").absolute()
        include = Path(env.get("TONGHOP_INCLUDE") or PACKAGE.parent).absolute()
        return cls(
            home=home,
            database=env.get("TONGHOP_DB") or f"sqlite:///{home / 'tonghop.db'}",
            province=env.get("TONGHOP_PROVINCE") or "binh-phuoc",
            include=include,
            expectations=Path(env.get("TONGHOP_EXPECTATIONS") or include.parent / "expectations").absolute(),
            now=now or _moment(env.get("TONGHOP_NOW", "")),
            settle_s=_seconds(env.get("TONGHOP_SETTLE_S", "")),
            demo=_switch(env, "TONGHOP_DEMO", default=False),
            cli_approve=_switch(env, "TONGHOP_CLI_APPROVE", default=True),
            approval_reminder_h=_whole(env, "TONGHOP_APPROVAL_REMINDER_H", 4, (1, 500)),
            approver_ids=_approver_ids(env),
            approver_ids_file=_file(env, "TONGHOP_APPROVER_IDS_FILE"),
            max_mb=_whole(env, "TONGHOP_MAX_MB", 20, (1, 1000)),
            read_seconds=_whole(env, "TONGHOP_READ_SECONDS", 20, (1, 600)),
            read_mb=_whole(env, "TONGHOP_READ_MB", 280, (100, 8000)),
        )


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise SettingError(
            f"TONGHOP_NOW = “{text}” không phải thời điểm.", "Ghi dạng 2024-09-16T10:00:00+07:00."
        ) from None


def _seconds(text: str) -> float:
    if not text:
        return 5.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise SettingError(f"TONGHOP_SETTLE_S = “{text}” không hợp lệ.", "Ghi số giây từ 0 đến 3600.")
    return seconds


def _whole(env: Mapping[str, str], name: str, default: int, bounds: tuple[int, int]) -> int:
    text = env.get(name, "")
    if not text:
        return default
    least, most = bounds
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise SettingError(f"{name} = “{text}” không hợp lệ.", f"Ghi số nguyên từ {least} đến {most}.")
    return int(text)


def _file(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]).absolute() if env.get(name) else None


def _approver_ids(env: Mapping[str, str]) -> dict[str, str]:
    name = "TONGHOP_APPROVER_IDS"
    file = _file(env, f"{name}_FILE")
    if env.get(name) or file is None or not file.is_file():
        return _pairs(name, env.get(name, ""))
    return _pairs(str(file), file.read_text(encoding="utf-8"))


def _pairs(name: str, text: str) -> dict[str, str]:
    """`lanhdao=3,thamdinh=2` as a mapping; `name` says where it stands."""
    found = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        login, sign, number = (part.strip() for part in entry.partition("="))
        if not (login and sign and number):
            raise SettingError(f"{name} = “{text}” không hợp lệ.", "Ghi dạng tài_khoản=mã,tài_khoản=mã.")
        found[login] = number
    return found


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "")
    if text in {"", "0", "1"}:
        return default if not text else text == "1"
    raise SettingError(f"{name} = “{text}” không hợp lệ.", "Ghi 1 (bật) hoặc 0 (tắt).")
