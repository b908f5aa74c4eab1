"""Where units can be reached beside the address in units.csv (contacts.csv of a province; it may be absent)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tonghop.domain.reminding import UnitContact
from tonghop.domain.units import Unit
from tonghop.specs.source import Problems, Row, Source

_COLUMNS = ("unit_code", "email", "connection", "webhook", "valid_from", "valid_to")
_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_CONNECTION = re.compile(r"[a-z][a-z0-9_]{0,49}")
_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")  # printable ASCII without a backslash; never `//host`


def load_contacts(include: Path, slug: str, units: Iterable[Unit]) -> tuple[UnitContact, ...]:
    """Contacts of province `slug` in file order, also of the province itself; SpecError with every mistake."""
    path = include / "provinces" / slug / "contacts.csv"
    if not path.is_file():
        return ()
    problems = Problems()
    codes = {unit.code for unit in units}
    found = [_contact(row, codes) for row in Source(include, path).rows(_COLUMNS, problems)]
    problems.stop()
    return tuple(contact for contact in found if contact is not None)


def _contact(row: Row, codes: set[str]) -> UnitContact | None:
    code, validity = row.text("unit_code"), row.validity()
    email, connection, webhook = row["email"], row["connection"], row["webhook"]
    if code and code not in codes:
        row.add("unit_code", f"không có đơn vị {code} trong units.csv")
    if email and not _EMAIL.fullmatch(email):
        row.add("email", f"địa chỉ thư “{email}” không đúng dạng")
    if connection and not _CONNECTION.fullmatch(connection):
        row.add("connection", f"“{connection}” phải là mã kết nối gồm chữ thường không dấu, số và dấu “_”")
    if webhook and not _PATH.fullmatch(webhook):
        row.add("webhook", f"“{webhook}” phải là đường dẫn bắt đầu bằng một dấu “/”, không ghi tên máy chủ")
    if bool(connection) != bool(webhook):
        row.add("webhook", "connection và webhook phải ghi cả hai hoặc để trống cả hai")
    if not email and not connection:
        row.add("email", "dòng không có địa chỉ nào")
    if code is None or validity is None:
        return None
    return UnitContact(code, email, connection, webhook, *validity)
