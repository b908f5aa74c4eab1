"""Files a page may hand out. Each is found from the store or the unit list; a browser only says which of them."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tonghop.domain.errors import StoreError, UsageError
from tonghop.domain.period import Period
from tonghop.domain.text import clean
from tonghop.domain.units import Unit
from tonghop.files.storage import Place
from tonghop.steps.answering import answer_name
from tonghop.steps.context import ANSWERS, Context
from tonghop.steps.drafting import sha256
from tonghop.steps.opening import template_name
from tonghop.steps.publish import MANIFEST
from tonghop.steps.receipts import receipt_name
from tonghop.store.records import Publication, Submission

MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
}
_GONE = UsageError("Tệp này không còn trong hệ thống.", "Báo người quản trị hệ thống.")


@dataclass(frozen=True, slots=True)
class Download:
    """A file to send as an attachment under `name`."""

    path: Place
    name: str
    sha256: str = ""

    @property
    def media_type(self) -> str:
        """What the file is called on the wire; anything unknown is only bytes."""
        return MEDIA_TYPES.get(self.path.suffix.lower(), "application/octet-stream")


def has_template(context: Context, period: Period, unit: Unit) -> bool:
    """Whether the unit's blank workbook lies in its folder."""
    return _template(context, period, unit).is_file()


def template(context: Context, period: Period, unit: Unit) -> Download:
    """The unit's blank workbook of the period."""
    return _existing(Download(_template(context, period, unit), template_name(period, unit)))


def filing(context: Context, period: Period, unit: Unit, submission_id: int) -> Download:
    """The workbook of one filing as it was received, from the vault; only of this unit and period."""
    submission = _of(context, period, unit, submission_id)
    path = context.vault.find(submission.sha256)
    if path is None:
        raise _GONE
    return _existing(Download(path, _named(submission, path), submission.sha256))


def answer(context: Context, period: Period, unit: Unit, submission_id: int) -> Download:
    """The page that answered one filing."""
    submission = _of(context, period, unit, submission_id)
    name = answer_name(submission.period, submission.revision)
    return _existing(Download(context.folder(unit, ANSWERS) / name, name))


def receipt(context: Context, period: Period, unit: Unit, submission_id: int) -> Download:
    """The page of the receipt that holds for one filing."""
    submission = _of(context, period, unit, submission_id)
    name = receipt_name(submission.period, submission.revision)
    return _existing(Download(context.folder(unit, ANSWERS) / name, name))


def signed(context: Context, period: Period, unit: Unit, attachment_id: int) -> Download:
    """A signed PDF as it was received, from the vault; only of this unit and period."""
    kept = context.store.attachments.of_unit(period.code, unit.key)
    found = next((one for one in kept if one.id == attachment_id), None)
    path = context.vault.find(found.sha256) if found else None
    if found is None or path is None:
        raise _GONE
    return _existing(Download(path, _plain(f"{period.code}-{unit.code}-ban-ky-", found.name, path), found.sha256))


def published(context: Context, period: Period, version: int, name: str) -> Download:
    """A file of a published version: `name` must be one the manifest lists. StoreError when it was changed since."""
    publication = find_version(context, period, version)
    folder = context.published / publication.path
    if name == MANIFEST:
        return checked(Download(folder / MANIFEST, _labelled(period, version, MANIFEST), publication.manifest_sha256))
    outputs = manifest(context, publication)["outputs"]
    if name not in outputs or Path(name).name != name:
        raise UsageError("Bản công bố không có tệp này.", "Chọn một tệp trong danh sách.")
    return checked(Download(folder / name, _labelled(period, version, name), outputs[name]["sha256"]))


def find_version(context: Context, period: Period, version: int) -> Publication:
    """The published version; UsageError when there is none with this number."""
    found = next((one for one in context.store.publications.of(period.code) if one.version == version), None)
    if found is None:
        raise UsageError("Không có bản công bố này.", "Chọn một bản trong danh sách.")
    return found


def manifest(context: Context, publication: Publication) -> dict[str, Any]:
    """What the manifest of a version says; StoreError when it is gone or was changed."""
    path = context.published / publication.path / MANIFEST
    checked(Download(path, MANIFEST, publication.manifest_sha256))
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def checked(download: Download) -> Download:
    """`download` when its bytes are those that were published."""
    if not download.path.is_file() or sha256(download.path) != download.sha256:
        raise StoreError(
            f"Tệp {download.path.name} của bản công bố đã bị thay đổi hoặc mất.", "Khôi phục từ bản sao lưu."
        )
    return download


def _of(context: Context, period: Period, unit: Unit, submission_id: int) -> Submission:
    submission = context.store.submissions.get(submission_id)
    if submission is None or (submission.period, submission.unit) != (period.code, unit.key):
        raise UsageError("Đơn vị không có lần gửi này.", "Chọn một lần gửi trong danh sách.")
    return submission


def _template(context: Context, period: Period, unit: Unit) -> Place:
    return context.folder(unit, ANSWERS) / template_name(period, unit)


def _existing(download: Download) -> Download:
    if not download.path.is_file():
        raise _GONE
    return download


def _named(submission: Submission, path: Path) -> str:
    """`20243-25217-lan-2-bao cao.xlsx`: never two alike, always with the extension of the kept bytes."""
    start = f"{submission.period}-{submission.unit.code}-lan-{submission.revision}-"
    return _plain(start, submission.original_name, path)


def _plain(start: str, name: str, kept: Path) -> str:
    """`start`, what is harmless of the original name, and the extension of the kept bytes."""
    stem = unicodedata.normalize("NFC", Path(name).stem)
    plain = "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in stem)
    return f"{start}{clean(plain)[:80]}{kept.suffix}"


def _labelled(period: Period, version: int, name: str) -> str:
    return f"{period.code}-v{version}-{name}"
