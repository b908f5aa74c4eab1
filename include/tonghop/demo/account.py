"""The closing account of the demonstration: who filed, what came back and why, what was reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tonghop.app import App
from tonghop.demo.airflow_server import ADMIN, AirflowServer
from tonghop.demo.screen import Screen
from tonghop.domain.consolidated import MISSING, UnitStatus
from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.period import Period
from tonghop.domain.rates import Rate, rates
from tonghop.files.storage import Place
from tonghop.steps.picture import picture
from tonghop.steps.words import STATE_WORDS

_BACK = ("returned", "invalid", "awaiting_explanation")
_ROLES = {"admin": "quản trị", "user": "phê duyệt", "viewer": "chỉ xem"}


def tell(screen: Screen, app: App, period: Period) -> None:
    """Print the account of a published period."""
    status = app.status(period)
    count = {state: status.count(state) for state in ("accepted", *_BACK, MISSING)}
    screen.heading(f"Tình hình gửi báo cáo {period.label} (số liệu giả định)")
    screen.say(f"  Phải báo cáo     {len(status.units):>4} đơn vị")
    screen.say(f"  Đã gửi           {len(status.units) - count[MISSING]:>4}")
    screen.say(f"  Đã chấp nhận     {count['accepted']:>4}, trong đó gửi muộn {status.accepted_late}")
    screen.say(f"  Trả lại          {count['returned']:>4}")
    screen.say(f"  Có lỗi phải sửa  {count['invalid']:>4}")
    screen.say(f"  Chờ giải trình   {count['awaiting_explanation']:>4}")
    screen.say(f"  Chưa gửi         {count[MISSING]:>4}")
    screen.heading("Hồ sơ chưa được chấp nhận và lý do")
    for unit in status.units:
        if unit.state in _BACK:
            screen.say(f"  - {_came_back(app, unit)}")
    screen.heading(f"Số liệu chính toàn tỉnh {period.label}")
    for rate in rates(picture(app.context, period)):
        screen.say(f"  {_rate(rate)}")
    screen.heading("Báo cáo đã công bố")
    for line in _published(app, period):
        screen.say(f"  {line}")


def tell_logins(screen: Screen, server: AirflowServer) -> None:
    """Print the address of the interface and who may log in."""
    screen.heading("Giao diện Airflow")
    screen.say(f"  Địa chỉ: {server.address}")
    screen.say(f"  Trang “Báo cáo quý”: {server.address}/plugin/bao-cao-quy")
    for login, role in server.roles.items():
        screen.say(f"  {login:<10} mật khẩu {server.passwords[login]}  ({_ROLES[role]})")
    screen.say(f"  (đăng nhập bằng {ADMIN} để xem và chạy mọi quy trình)")


def _came_back(app: App, unit: UnitStatus) -> str:
    if unit.submission is None:
        raise AssertionError("unreachable: a unit that filed has a submission")
    submission = app.store.submissions.get(unit.submission)
    name = submission.original_name if submission else ""
    findings = app.store.filings.findings(unit.submission)
    serious = [finding for finding in findings if finding.severity is not Severity.NOTE] or list(findings)
    why = _reason(serious[0]) if serious else ""
    return f"{unit.unit.name}, tệp “{name}”: {STATE_WORDS[unit.state]}. {why}"


def _reason(finding: Finding) -> str:
    """The finding with its place, unless its words name the place already."""
    named = not finding.place or (finding.address and f"ô {finding.address}" in finding.message)
    return finding.message if named else f"{finding.place}: {finding.message}"


def _rate(rate: Rate) -> str:
    value = "–" if rate.value is None else f"{str(rate.value).replace('.', ',')}%"
    return f"{rate.measure.title}: {value} ({rate.counted}/{rate.owed} đơn vị)"


def _published(app: App, period: Period) -> Iterator[str]:
    newest = app.store.publications.of(period.code)[-1]
    folder = app.context.published / newest.path
    yield f"Bản v{newest.version}: {_relative(folder)}"
    yield from (f"  {name}" for name in sorted(path.name for path in folder.iterdir()))


def _relative(path: Place) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if isinstance(path, Path) and path.is_relative_to(here) else str(path)
