"""Settings, all from the environment, read once when the application is built and never at import.

An installation serves one province or several (`TONGHOP_PROVINCE=binh-phuoc,dong-nai`). With one, everything lies in
TONGHOP_HOME and TONGHOP_DB. With several, each has a home and a store of its own and shares nothing with the others.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

from tonghop.domain.errors import SettingError, UsageError

PLACES = ("drop", "vault", "draft", "published")
PACKAGE = Path(__file__).resolve().parent
ONLY = "TONGHOP_ONLY"  # with several provinces, the one a command is for; `--province` sets it
# Every TONGHOP_* this software or its docker-compose.yaml reads: any other one is a slip (`tonghop doctor`).
NAMES = frozenset(
    f"TONGHOP_{name}"
    for name in [
        "ADDRESS",
        "APPROVAL_REMINDER_H",
        "APPROVER_IDS",
        "APPROVER_IDS_FILE",
        "BIND",
        "CENTRE",
        "CLI_APPROVE",
        "DB",
        "DB_PASSWORD",
        "DB_SERVER",
        "DEMO",
        "DRAFT",
        "DROP",
        "EXPECTATIONS",
        "HOME",
        "INCLUDE",
        "LOG",
        "MAIL_PORT",
        "MAX_MB",
        "NOW",
        "ONLY",
        "PARALLELISM",
        "PORT",
        "PROVINCE",
        "PUBLISHED",
        "READ_MB",
        "READ_SECONDS",
        "SEND_CA",
        "SEND_TOKEN",
        "SEND_URL",
        "SETTLE_S",
        "SHARE",
        "SHARE_BIND",
        "SMTP",
        "TITLE",
        "USERS",
        "VAULT",
        "VERSION",
        "WATCH_S",
    ]
)
_PLACE = "{province}"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how the system behaves.

    `provinces` are all that the installation serves; `province` is the one these settings are for, "" while none of
    several is chosen: then `home` and `database` are those of the whole installation (see `for_province`). `home`
    holds drop/, vault/, draft/, published/ and the embedded database; `places` says where one of these four folders
    lies when it is elsewhere: another folder or a storage address (`files.storage`). `now` fixes the business clock
    of a command (None: the real one). `settle_s` is how long a file must lie unchanged before it is taken; `watch_s` is
    how often Airflow looks for new ones between the passes of the schedule (0: never). `demo` lets a DAG run carry its
    own clock. `cli_approve` off: approvals are given in Airflow only. A workbook may have
    `max_mb` MiB; reading it may take `read_seconds` and `read_mb` MiB of memory. Approvers are reminded
    `approval_reminder_h` hours after a draft was laid before them. `approver_ids` maps a login to the id an auth
    manager knows it by, where that is not the login itself (FabAuthManager numbers its users); `approver_ids_file`
    holds the same, written when a server is set up, and is read when the variable is empty.
    """

    home: Path
    database: str
    province: str
    include: Path
    expectations: Path
    places: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None
    settle_s: float = 5.0
    watch_s: float = 2.0
    demo: bool = False
    cli_approve: bool = True
    approval_reminder_h: int = 4
    approver_ids: Mapping[str, str] = field(default_factory=dict)
    approver_ids_file: Path | None = None
    max_mb: int = 20
    read_seconds: int = 20
    read_mb: int = 280
    provinces: tuple[str, ...] = ()

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, now: datetime | None = None) -> Settings:
        """Read TONGHOP_* from `environ` (default: the process's); SettingError quotes a wrong variable and value.

        For the only province, or that of TONGHOP_ONLY, UsageError when it is none of theirs.
        """
        env = os.environ if environ is None else environ
        provinces = _provinces(env)
        home = Path(env.get("TONGHOP_HOME") or "var").absolute()
        include = Path(env.get("TONGHOP_INCLUDE") or PACKAGE.parent).absolute()
        settings = cls(
            home=home,
            database=env.get("TONGHOP_DB") or (f"sqlite:///{home / 'tonghop.db'}" if len(provinces) == 1 else ""),
            province=provinces[0] if len(provinces) == 1 else "",
            include=include,
            expectations=Path(env.get("TONGHOP_EXPECTATIONS") or include.parent / "expectations").absolute(),
            places={name: text for name in PLACES if (text := env.get(f"TONGHOP_{name.upper()}", "").strip())},
            now=now or _moment(env.get("TONGHOP_NOW", "")),
            settle_s=_seconds(env, "TONGHOP_SETTLE_S", 5.0),
            watch_s=_seconds(env, "TONGHOP_WATCH_S", 2.0),
            demo=_switch(env, "TONGHOP_DEMO", default=False),
            cli_approve=_switch(env, "TONGHOP_CLI_APPROVE", default=True),
            approval_reminder_h=_whole(env, "TONGHOP_APPROVAL_REMINDER_H", 4, (1, 500)),
            approver_ids=_approver_ids(env),
            approver_ids_file=_file(env, "TONGHOP_APPROVER_IDS_FILE"),
            max_mb=_whole(env, "TONGHOP_MAX_MB", 20, (1, 1000)),
            read_seconds=_whole(env, "TONGHOP_READ_SECONDS", 20, (1, 600)),
            read_mb=_whole(env, "TONGHOP_READ_MB", 280, (100, 8000)),
            provinces=provinces,
        )
        return settings.for_province(env[ONLY]) if env.get(ONLY) else settings

    @property
    def several(self) -> bool:
        """Whether the installation serves more than one province."""
        return len(self.provinces) > 1

    @property
    def mark(self) -> str:
        """What tells the province's DAGs, schema and connections from those of others: `__dong_nai`, "" when alone."""
        return f"__{self.province.replace('-', '_')}" if self.several else ""

    def for_province(self, name: str = "") -> Settings:
        """The settings of province `name`, "" for the only one. UsageError lists the provinces there are."""
        if self.province and name in {"", self.province}:
            return self
        if self.province or name not in self.provinces:
            problem = f"Hệ thống không phục vụ tỉnh “{name}”." if name else "Có nhiều tỉnh, chưa chọn tỉnh nào."
            raise UsageError(problem, f"Thêm --province và một trong: {', '.join(self.provinces)}.")
        chosen = replace(self, province=name)
        home = self.home / name
        places = {kind: _own_place(text, name) for kind, text in self.places.items()}
        return replace(chosen, home=home, places=places, database=_database(self.database, home, chosen))

    def database_at(self, url: str) -> str:
        """Where the chosen province would keep its figures if TONGHOP_DB were `url`."""
        return _database(url, self.home, self) if self.several else url

    @property
    def watches(self) -> bool:
        """Whether Airflow looks into the inboxes between passes: asked for, and they are folders of this machine.

        A server of files or an object store answers a question per unit and look (142 units: 0.9 s over SFTP) and is
        not ours alone: there the passes of the schedule are what looks.
        """
        return self.watch_s > 0 and "://" not in self.places.get("drop", "")

    def folder(self, name: str) -> Path:
        """One of the four places as a folder of this machine; SettingError when it lies on another one."""
        text = self.places.get(name, "")
        if "://" in text:
            raise SettingError(f"TONGHOP_{name.upper()} = “{text}” nằm trên máy khác.", "Chạy lệnh này trên máy ấy.")
        return Path(text).absolute() if text else self.home / name

    def connection_ids(self, name: str) -> tuple[str, ...]:
        """Ids under which connection `name` is looked for: the province's own before the one shared by all."""
        return (f"{name}{self.mark}", name) if self.mark else (name,)


def wants_log(environ: Mapping[str, str]) -> bool:
    """Whether a command writes the log of events to its error output (TONGHOP_LOG); SettingError for another value."""
    return _switch(environ, "TONGHOP_LOG", default=False)


def _provinces(env: Mapping[str, str]) -> tuple[str, ...]:
    text = env.get("TONGHOP_PROVINCE", "")
    names = tuple(name.strip() for name in text.split(",") if name.strip()) or ("binh-phuoc",)
    if len(names) > 1 and (len(set(names)) < len(names) or not all(_SLUG.fullmatch(name) for name in names)):
        raise SettingError(
            f"TONGHOP_PROVINCE = “{text}” không hợp lệ.", "Ghi tên thư mục của từng tỉnh một lần: binh-phuoc,dong-nai."
        )
    return names


def _own_place(text: str, province: str) -> str:
    """Where one of several provinces keeps its files: its place in the address, or a folder of its name below it."""
    return text.replace(_PLACE, province) if _PLACE in text else f"{text.rstrip('/')}/{province}"


def _database(url: str, home: Path, chosen: Settings) -> str:
    """Where one of several provinces keeps its figures: its place in the URL, its schema, or a file in its home."""
    if not url:
        return f"sqlite:///{home / 'tonghop.db'}"
    if _PLACE in url:
        return url.replace(_PLACE, chosen.province)
    if not url.startswith("postgresql"):
        raise SettingError(
            "TONGHOP_DB là một tệp dùng chung cho nhiều tỉnh.",
            f"Bỏ trống TONGHOP_DB, hoặc ghi {_PLACE} vào chỗ tên tỉnh, hoặc dùng PostgreSQL (mỗi tỉnh một lược đồ).",
        )
    base, _, query = url.partition("?")
    given = parse_qsl(query, keep_blank_values=True)
    options = " ".join([*(value for name, value in given if name == "options"), f"-csearch_path=tonghop{chosen.mark}"])
    kept = [(name, value) for name, value in given if name != "options"]
    return f"{base}?{urlencode([*kept, ('options', options)], quote_via=quote)}"


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise SettingError(
            f"TONGHOP_NOW = “{text}” không phải thời điểm.", "Ghi dạng 2024-09-16T10:00:00+07:00."
        ) from None


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name, "")
    if not text:
        return default
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise SettingError(f"{name} = “{text}” không hợp lệ.", "Ghi số giây từ 0 đến 3600.")
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
