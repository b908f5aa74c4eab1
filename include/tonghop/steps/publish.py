"""Publish a period: a version made of an approved draft, never overwritten.

Draft and release are apart so that what was approved is what is released, whatever is filed in between.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tonghop import __version__
from tonghop.domain.errors import ApprovalError, StoreError
from tonghop.domain.period import Period
from tonghop.files.storage import Place, RemotePath, building
from tonghop.steps.approving import approvals, check_approved
from tonghop.steps.context import Context
from tonghop.steps.drafting import INPUTS, draft, draft_folder, sha256, write_json
from tonghop.steps.versions import MANIFEST, write_index
from tonghop.store.records import Publication

__all__ = ["MANIFEST", "Published", "publish"]


@dataclass(frozen=True, slots=True)
class Published:
    """A released version; `created` is False when these inputs had been published before."""

    period: Period
    version: int
    folder: Place
    created: bool


def publish(context: Context, period: Period, digest: str = "") -> Published:
    """Release the approved draft with `digest` (default: the figures as they stand now).

    Unchanged inputs give the version there is. ApprovalError when an approval that covers exactly these figures is
    missing.
    """
    wanted = digest or draft(context, period).digest
    present = _present(context, period, wanted)
    if present is not None:
        write_index(context, period)
        return present
    check_approved(context, period, wanted)
    frozen = draft_folder(context, period, wanted)
    if not (frozen / INPUTS).exists():
        raise StoreError(
            f"Không còn dự thảo đã phê duyệt của {period.label}.",
            f"Lập và phê duyệt lại: tonghop approve {period.code}.",
        )
    with context.alone(context.published / period.code):
        released = _present(context, period, wanted) or _release(context, period, wanted, frozen)
        write_index(context, period)
    return released


def _present(context: Context, period: Period, digest: str) -> Published | None:
    found = context.store.publications.for_digest(period.code, digest)
    return Published(period, found.version, context.published / found.path, created=False) if found else None


def _release(context: Context, period: Period, digest: str, frozen: Place) -> Published:
    version = context.store.publications.next_version(period.code)
    target = context.published / period.code / f"v{version}"
    inputs = json.loads((frozen / INPUTS).read_text(encoding="utf-8"))
    _check_follows(context, period, inputs)
    if not _adopt(target, digest, context.clock()):
        _place(target, frozen, inputs, _released(context, period, version, digest))
    manifest = target / MANIFEST
    publication = Publication(
        period=period.code,
        version=version,
        digest=digest,
        created_at=datetime.fromisoformat(json.loads(manifest.read_text(encoding="utf-8"))["created_at"]),
        path=f"{period.code}/v{version}",
        manifest_sha256=sha256(manifest),
    )
    used = [entry["submission"] for entry in inputs["inputs"]]
    kept = context.store.publications.record(publication, used, context.actor)
    return Published(period, kept.version, context.published / kept.path, created=kept == publication)


def _check_follows(context: Context, period: Period, inputs: dict[str, Any]) -> None:
    """ApprovalError when another version was published since the draft was made: it says what it corrects."""
    known = context.store.publications.of(period.code)
    newest = known[-1].digest if known else None
    corrects = inputs["supersedes"]
    if newest != (corrects["digest"] if corrects else None):
        raise ApprovalError(
            f"Sau khi lập dự thảo này đã có bản v{known[-1].version if known else 0} của {period.label} được công bố.",
            f"Lập lại dự thảo rồi trình phê duyệt: tonghop approve {period.code}.",
        )


def _adopt(target: Place, digest: str, at: datetime) -> bool:
    """Whether an interrupted release of the same draft left its folder; anything else there is put aside, kept."""
    manifest = target / MANIFEST
    if not target.exists():
        return False
    if manifest.exists() and json.loads(manifest.read_text(encoding="utf-8"))["digest"] == digest:
        return True
    aside = f"{target.name}-chua-cong-bo-{at:%Y%m%d%H%M%S}"
    if isinstance(target, RemotePath):
        target.rename(target.with_name(aside))
    else:
        target.rename(target.with_name(aside))
    return False


def _released(context: Context, period: Period, version: int, digest: str) -> dict[str, Any]:
    """What the manifest says beside the draft's inputs: version, time, software, who approved."""
    given = approvals(context, period, digest)
    return {
        "version": version,
        "created_at": context.clock().isoformat(),
        "software": {"name": "tonghop", "version": __version__},
        "approvals": [
            {**asdict(one), "decided_at": one.decided_at.isoformat(), "decision": one.decision.value} for one in given
        ],
    }


def _place(target: Place, frozen: Place, inputs: dict[str, Any], released: dict[str, Any]) -> None:
    """The draft's files and the manifest as `target`, all at once."""
    with building(target, last=MANIFEST) as making:
        for name, expected in inputs["outputs"].items():
            (making / name).write_bytes((frozen / name).read_bytes())
            if sha256(making / name) != expected["sha256"]:
                raise StoreError(
                    f"Tệp dự thảo {name} đã bị thay đổi sau khi lập.", "Xóa thư mục dự thảo, lập và duyệt lại."
                )
        write_json(making / MANIFEST, {**inputs, **released})
