"""The report as a Word file: the same story and letterhead give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from tonghop.domain.errors import StoreError
from tonghop.domain.refusals import why
from tonghop.files.report.paper import FONT, Letterhead
from tonghop.files.report.story import Story

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_report(path: Path, story: Story, head: Letterhead, charts: Mapping[str, bytes]) -> None:
    """Write the report to `path`; StoreError when the place cannot be written."""
    import docx

    from tonghop.files.report.pages import Pages

    document: Any = docx.Document()
    _base(document)
    Pages(document, charts).write(story, head)
    _properties(document.core_properties, story, head)
    stream = io.BytesIO()
    document.save(stream)
    try:
        path.write_bytes(_timeless(stream.getvalue()))
    except OSError as error:
        raise StoreError(
            f"Không ghi được tệp “{path.name}”: {why(error)}.",
            "Kiểm tra dung lượng đĩa và quyền ghi của thư mục đích, rồi chạy lại.",
        ) from error


def _base(document: Any) -> None:
    """What text falls back on where nothing is said: the font, and Vietnamese for the spelling check."""
    from docx.oxml.ns import qn

    normal = document.styles["Normal"]
    normal.font.name = FONT
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    for language in document.styles.element.iter(qn("w:lang")):
        for script in ("w:val", "w:eastAsia"):
            language.set(qn(script), "vi-VN")


def _properties(properties: Any, story: Story, head: Letterhead) -> None:
    moment = datetime.combine(head.created, time(0))
    properties.title = story.subject
    properties.author = properties.last_modified_by = head.agency
    properties.comments = properties.keywords = ""
    properties.language = "vi-VN"
    properties.created = properties.modified = moment
    properties.revision = 1


def _timeless(data: bytes) -> bytes:
    """The same package without the moment it was written."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return stream.getvalue()
