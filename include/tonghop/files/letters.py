"""Letters and pages written from the regime's templates (`letters/*.j2`): wording is data, never code."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from threading import get_ident

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tonghop.domain.text import figure
from tonghop.files.storage import Place, RemotePath

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def render(letters: Path, name: str, **facts: object) -> str:
    """Text of template `name` (`ket-qua.html.j2`) of the folder `letters`; a fact it lacks is our error and raises."""
    return _environment(letters).get_template(name).render(**facts)


def write(path: Place, text: str) -> None:
    """Put `text` at `path` so that a reader sees the old file or the new one, never half of it."""
    if isinstance(path, RemotePath):
        path.write_bytes(text.encode())
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.tmp")  # the page writes in several threads
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError:
        with suppress(OSError):  # on a read-only disk nothing was begun
            draft.unlink()
        raise


@lru_cache(maxsize=8)
def _environment(letters: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(letters),
        autoescape=select_autoescape(enabled_extensions=("html", "html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["so"] = lambda value: "–" if value is None else figure(value)
    environment.filters["ty_le"] = _rate
    environment.filters["luc"] = moment_words
    environment.filters["ngay"] = _day
    return environment


def _rate(value: Decimal | None) -> str:
    """A rate as read in a report: `98,35%`, “–” for nothing."""
    return "–" if value is None else f"{figure(value)}%"


def moment_words(moment: datetime) -> str:
    """`09 giờ 05 phút, ngày 16/09/2024`."""
    return f"{moment:%H} giờ {moment:%M} phút, ngày {moment:%d/%m/%Y}"


def _day(day: date) -> str:
    """`thứ Hai, ngày 16/09/2024`."""
    return f"{_WEEKDAYS[day.weekday()]}, ngày {day:%d/%m/%Y}"
