"""Versions of a publication: what a draft's approval covers, which version it would correct, and the index of them.

The digest of a draft stands for its figures and for the version it corrects: approvals of a first publication never
release a correction, and figures that return to what they once were make a version of their own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tonghop.domain.period import Period
from tonghop.files.letters import write
from tonghop.steps.context import Context
from tonghop.store.records import Publication

MANIFEST, INDEX = "manifest.json", "index.json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft stands: its digest, the version it corrects, and the version it is already, if published."""

    digest: str
    corrects: Publication | None
    published: Publication | None


def place(context: Context, period: Period, content: str) -> Place:
    """Place of a draft whose figures and states have the digest `content`."""
    known = context.store.publications.of(period.code)
    newest = known[-1] if known else None
    before = known[-2] if len(known) > 1 else None
    if newest is not None and newest.digest == _digest(content, before):
        return Place(newest.digest, before, newest)
    return Place(_digest(content, newest), newest, None)


def _digest(content: str, corrects: Publication | None) -> str:
    if corrects is None:
        return content
    return hashlib.sha256(f"{corrects.digest}\n{content}".encode()).hexdigest()


def supersedes(corrects: Publication | None) -> dict[str, Any] | None:
    """What the manifest of a correction says of the version it takes the place of."""
    if corrects is None:
        return None
    return {
        "version": corrects.version,
        "path": corrects.path,
        "digest": corrects.digest,
        "manifest_sha256": corrects.manifest_sha256,
    }


def write_index(context: Context, period: Period) -> None:
    """Say in one small file which version is in force; the versions themselves are never touched."""
    versions = context.store.publications.of(period.code)
    zone = context.province_for(period).regime.zone
    entries = [
        {
            "version": one.version,
            "folder": f"v{one.version}",
            "state": "superseded" if after else "current",
            "superseded_by": after.version if after else None,
            "published_at": one.created_at.astimezone(zone).isoformat(),
            "manifest_sha256": one.manifest_sha256,
        }
        for one, after in zip(versions, [*versions[1:], None], strict=True)
    ]
    content = {"period": period.code, "current": versions[-1].version if versions else None, "versions": entries}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    path = context.published / period.code / INDEX
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)
