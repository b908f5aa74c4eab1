"""Units whose own systems are asked for figures (sources.csv of a province; a province without it has none)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tonghop.domain.exchange import ApiSource
from tonghop.domain.units import Level, Unit
from tonghop.specs.source import Problems, Row, Source, overlapping

_COLUMNS = ("unit_code", "endpoint", "connection", "valid_from", "valid_to")
_CONNECTION = re.compile(r"[a-z][a-z0-9_]{0,49}")
_ENDPOINT = re.compile(r"/(?!/)[!-\[\]-~]*")  # printable ASCII without a backslash; never `//host`


def load_sources(include: Path, slug: str, units: Iterable[Unit]) -> tuple[ApiSource, ...]:
    """Sources of province `slug` in file order; SpecError with every mistake."""
    path = include / "provinces" / slug / "sources.csv"
    if not path.is_file():
        return ()
    problems = Problems()
    filing = {unit.code for unit in units if unit.level is not Level.PROVINCE}
    found: list[ApiSource] = []
    for row in Source(include, path).rows(_COLUMNS, problems):
        source = _source(row, filing)
        if source is not None:
            _check_alone(row, source, found)
            found.append(source)
    problems.stop()
    return tuple(found)


def _source(row: Row, filing: set[str]) -> ApiSource | None:
    code, endpoint, connection = row.text("unit_code"), row.text("endpoint"), row.text("connection")
    validity = row.validity()
    if code and code not in filing:
        row.add("unit_code", f"không có đơn vị báo cáo {code} trong units.csv")
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        row.add("endpoint", f"“{endpoint}” phải là đường dẫn bắt đầu bằng một dấu “/”, không ghi tên máy chủ")
    if connection and not _CONNECTION.fullmatch(connection):
        row.add("connection", f"“{connection}” phải là mã kết nối gồm chữ thường không dấu, số và dấu “_”")
    if code is None or endpoint is None or connection is None or validity is None:
        return None
    return ApiSource(code, endpoint, connection, *validity)


def _check_alone(row: Row, source: ApiSource, others: Iterable[ApiSource]) -> None:
    for other in others:
        if other.unit_code == source.unit_code and overlapping(_days(other), _days(source)):
            row.add("unit_code", f"đơn vị {source.unit_code} có hai nguồn trong cùng thời gian")
            return


def _days(source: ApiSource) -> tuple[date, date | None]:
    return source.first, source.last
