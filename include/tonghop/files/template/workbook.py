"""Putting the sheets together, and the one write to disk."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from tonghop.domain.submission import Signature
from tonghop.files.storage import Place, RemotePath
from tonghop.files.template import words
from tonghop.files.template.book import Book
from tonghop.files.template.check_sheet import CheckSheet
from tonghop.files.template.footer import Footer, answer_cells
from tonghop.files.template.form_sheet import put_form
from tonghop.files.template.frame import frame
from tonghop.files.template.grid import FormGrid
from tonghop.files.template.guide_sheet import new_guide, put_guide
from tonghop.files.template.plan import TemplatePlan
from tonghop.files.template.text_sheets import put_explanations, put_identity, put_paragraphs


def template_bytes(plan: TemplatePlan) -> bytes:
    """The workbook of `plan`; equal plans give equal bytes."""
    book = Book(f"{plan.province.regime.title} – {plan.period.label}", words.reporter(plan.unit))
    guide = new_guide(book)
    grids = [FormGrid(planned, plan.filled) for planned in plan.forms]
    for grid, footer in zip(grids, _footers(plan, grids), strict=True):
        put_form(book, plan, grid, footer)
    put_paragraphs(book, plan)
    put_explanations(book, plan)
    status = CheckSheet(plan, grids).write(book)
    put_identity(book, plan)
    put_guide(guide, plan, status)
    return book.close()


def _footers(plan: TemplatePlan, grids: list[FormGrid]) -> list[Footer]:
    signature = plan.filled.signature if plan.filled else Signature()
    first = grids[0]
    cells = answer_cells(first.quoted, first.total_line + 2, frame(first.form))
    return [Footer(signature, None if grid is first else cells) for grid in grids]


def write_template(path: Place, plan: TemplatePlan) -> None:
    """Write the workbook of `plan` to `path` in one step; a file that already holds it is left untouched.

    Raises OSError when the folder cannot be written.
    """
    content = template_bytes(plan)
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return
    if isinstance(path, RemotePath):
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
