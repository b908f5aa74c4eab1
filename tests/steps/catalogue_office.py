"""A province whose regime has a rule of every kind, as data: the toy regime with two more forms and more rules."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from toy_office import COMPLAINTS, FORM, Q3, REQUESTS, SIGNED, TOY, XA, Office, settings

from tonghop.app import App
from tonghop.domain.period import Period
from tonghop.files.template import Filled, FormFill, plan
from tonghop.files.template.workbook import template_bytes
from tonghop.specs import load_regime
from tonghop.suite.compile import compile_all

PEERS = ("W0103", "W0104", "W0105")
BEFORE = {COMPLAINTS: (2, 10, 10, 2), REQUESTS: (0, 6, 6, 0)}  # the commune's quarter II
VERSION = "regimes/thu/2024-01-01"
UNIT_FORM, LIST_FORM = "T.02", "T.03"
MORE_RULES = """
  - {kind: balance, left: [6], op: "<=", right: [3], severity: explain}
  - {kind: balance, left: [6], op: "<=", right: [5], severity: explain}
  - {kind: cross_form, column: 5, other: T.02, other_column: 3, severity: explain}
  - {kind: jump, per: row, columns: [5], periods: 1, factor: 5, least: 10}
  - {kind: jump, per: form, columns: [5], periods: 1, factor: 2, least: 10}
  - {kind: zero, per: row, columns: [6], periods: 1, least: 5}
  - {kind: zero, per: form, columns: [6], periods: 1, least: 5}
  - {kind: vanished, columns: [4, 5, 6, 7], least: 5}
  - {kind: growth, per: row, column: 7, factor: 5, least: 10}
  - {kind: growth, per: form, column: 7, factor: 3, least: 5}
  - {kind: unchanged, least: 5}
  - {kind: share, title: Tỷ lệ giải quyết, part: [6], whole: [3], distance: 40, least: 5, peers: 3}
"""
UNIT_YAML = """
code: T.02
number: T.02/THU
title: Đơn theo đơn vị
legal: Biểu thử
measure: Đơn
standing: confirmed
sources: [Biểu thử]
row_kind: units
header:
  - {text: TT, rows: [1, 1], columns: [1, 1]}
  - {text: Đơn vị, rows: [1, 1], columns: [2, 2]}
  - {text: Tiếp nhận, rows: [1, 1], columns: [3, 3]}
  - {text: Trực tuyến, rows: [1, 1], columns: [4, 4]}
columns:
  - {number: 1, key: tt, kind: index}
  - {number: 2, key: don_vi, kind: name}
  - {number: 3, key: tiep_nhan, kind: count, over_time: flow, over_units: sum}
  - {number: 4, key: truc_tuyen, kind: count, over_time: flow, over_units: sum}
rules:
  - {kind: balance, left: [4], op: "<=", right: [3]}
"""
LIST_YAML = """
code: T.03
number: T.03/THU
title: Danh sách vụ việc
legal: Biểu thử
measure: vụ việc
standing: confirmed
sources: [Biểu thử]
row_kind: list
spare_rows: 3
header:
  - {text: TT, rows: [1, 1], columns: [1, 1]}
  - {text: Mã vụ việc, rows: [1, 1], columns: [2, 2]}
  - {text: Loại, rows: [1, 1], columns: [3, 3]}
  - {text: Hạn, rows: [1, 1], columns: [4, 4]}
columns:
  - {number: 1, key: tt, kind: index}
  - {number: 2, key: ma, kind: name}
  - {number: 3, key: loai, kind: text}
  - {number: 4, key: han, kind: date}
rules:
  - {kind: in_set, column: 3, values: [Khiếu nại, Tố cáo]}
"""


def build(folder: Path) -> App:
    """The application on this regime, in `folder`."""
    include = folder / "include"
    shutil.copytree(TOY, include)
    regime, form = include / VERSION / "regime.yaml", include / VERSION / "forms" / "T.01.yaml"
    form.write_text(form.read_text(encoding="utf-8").rstrip() + MORE_RULES, encoding="utf-8")
    (form.parent / "T.02.yaml").write_text(UNIT_YAML, encoding="utf-8")
    (form.parent / "T.03.yaml").write_text(LIST_YAML, encoding="utf-8")
    text = regime.read_text(encoding="utf-8")
    regime.write_text(
        text.replace("{level: xa, forms: [T.01]", "{level: xa, forms: [T.01, T.02, T.03]"), encoding="utf-8"
    )
    units = include / "provinces" / "tinh-thu" / "units.csv"
    more = "".join(f"{code},,Xã {code},xa,W01,2024-01-01,,\n" for code in PEERS)
    units.write_text(units.read_text(encoding="utf-8").rstrip() + "\n" + more, encoding="utf-8")
    expectations = folder / "expectations"
    compile_all(load_regime(include, "thu", "2024-01-01"), expectations)
    return App(replace(settings(folder / "home", expectations), include=include), "thử nghiệm")


def again(built: Path, folder: Path) -> App:
    """Another application in `folder` on the regime that `build` made in `built`."""
    shutil.copytree(built / "include", folder / "include")
    chosen = settings(folder / "home", built / "expectations")
    return App(replace(chosen, include=folder / "include"), "thử nghiệm")


GOOD = {COMPLAINTS: (2, 10, 8, 4), REQUESTS: (0, 5, 5, 0)}


def workbook(office: Office, rows: Mapping[str, Any] | None = None, period: Period = Q3, **typed: Any) -> bytes:
    """The workbook of the commune (or of `code`): T.01 with `rows`, T.02 that agrees with it, T.03 empty."""
    figures = GOOD if rows is None else rows
    code = typed.get("code", XA)
    received = sum(row[1] for row in figures.values() if isinstance(row[1], int))
    forms = {
        FORM: FormFill(
            typed.get("nil", False), {n: dict(zip((4, 5, 6, 7), r, strict=True)) for n, r in figures.items()}
        ),
        UNIT_FORM: FormFill(False, {code: typed.get("unit", {3: received, 4: 0})}),
        LIST_FORM: FormFill("items" not in typed, typed.get("items", {})),
    }
    filled = Filled(
        forms=forms,
        signature=typed.get("signature", SIGNED),
        explanations=tuple(typed.get("explanations", ())),
        overrides=typed.get("overrides", {}),
        paragraphs=tuple(typed.get("paragraphs", ())),
    )
    return template_bytes(plan(office.app.province, office.unit(code), period, None, filled))


def edited(content: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """`content` after a change with a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def only(content: bytes, *forms: str) -> bytes:
    """`content` without the sheets of the other forms."""
    others = {FORM, UNIT_FORM, LIST_FORM} - {*forms}
    return edited(content, lambda book: [book.remove(book[name]) for name in sorted(others)])


def sheet(content: bytes, change: Callable[[Worksheet], object], name: str = FORM) -> bytes:
    """`content` after a change to one sheet."""
    return edited(content, lambda book: change(book[name]))
