"""Commands on the regulation data: list the forms, show one, compile the expectations, check everything."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tonghop.domain.errors import SpecError, SpecProblem, UsageError
from tonghop.domain.form import Form
from tonghop.settings import Settings
from tonghop.specs import load_province
from tonghop.steps.doctor.regulation import regimes
from tonghop.suite.compile import compile_all, drift

STANDING = {"confirmed": "bố cục đã xác nhận", "working": "bố cục tạm"}


def add(subparsers: Any) -> None:
    """Add `forms list|show|compile|check`."""
    forms = subparsers.add_parser("forms", help="biểu mẫu, quy tắc và dữ liệu quy định")
    actions = forms.add_subparsers(title="Các việc", dest="action", required=True, metavar="VIỆC")
    actions.add_parser("list", help="danh sách biểu").set_defaults(run=_list)
    show = actions.add_parser("show", help="cột và quy tắc của một biểu")
    show.add_argument("form", metavar="BIỂU", help="ví dụ II.06a")
    show.set_defaults(run=_show)
    actions.add_parser("compile", help="tạo lại bộ kiểm tra trong expectations/").set_defaults(run=_compile)
    actions.add_parser("check", help="kiểm tra toàn bộ dữ liệu quy định").set_defaults(run=_check)


def _list(_arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    for regime in regimes(settings.include):
        table = Table(title=f"{regime.title} ({regime.id})", title_justify="left")
        for heading in ("Biểu", "Tên", "Bố cục", "Số cột", "Số quy tắc"):
            table.add_column(heading)
        for form in regime.forms.values():
            table.add_row(form.code, form.title, STANDING[form.standing], str(form.width), str(len(form.rules)))
        Console(width=140).print(table)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env().for_province()
    province = load_province(settings.include, settings.province)
    form = province.regime.forms.get(arguments.form)
    if form is None:
        raise UsageError(f"Không có biểu “{arguments.form}”.", f"Các biểu: {', '.join(province.regime.forms)}.")
    print(f"Biểu {form.number} – {form.title}\n{form.legal}; đơn vị tính: {form.measure}; {STANDING[form.standing]}")
    for source in form.sources:
        print(f"  Nguồn: {source}")
    for column in form.columns:
        formula = f" = {column.formula}" if column.formula else ""
        print(f"  ({column.number}) {column.title}{formula}")
    print("Quy tắc:")
    for line in _rules(form):
        print(f"  {line}")
    return 0


def _rules(form: Form) -> list[str]:
    words = {"blocking": "bắt buộc", "explain": "cần giải trình nếu khác", "note": "lưu ý"}
    formulas = [f"({column.number}) = {column.formula} – bắt buộc" for column in form.computed]
    return [*formulas, *(f"{rule.text} – {words[rule.severity.value]}" for rule in form.rules)]


def _compile(_arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    for regime in regimes(settings.include):
        for path in compile_all(regime, settings.expectations):
            print(_shown(path))
    return 0


def _shown(path: Path) -> str:
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


def _check(_arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    found = regimes(settings.include)
    provinces = sorted(path.parent.name for path in settings.include.glob("provinces/*/province.yaml"))
    for slug in provinces:
        load_province(settings.include, slug)
    differing = [name for regime in found for name in drift(regime, settings.expectations)]
    if differing:
        raise SpecError([SpecProblem(name, "", "khác với biểu mẫu; chạy: tonghop forms compile") for name in differing])
    print(f"Dữ liệu quy định hợp lệ: {len(found)} chế độ báo cáo, {len(provinces)} tỉnh.")
    return 0
