"""The draft of a publication: files built once from figures that stand still, with a list of what they came from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tonghop.domain.errors import StoreError
from tonghop.domain.period import Period
from tonghop.files import storage
from tonghop.files.consolidated import write_csv
from tonghop.files.letters import write
from tonghop.steps.briefing import summary
from tonghop.steps.consolidate import consolidate
from tonghop.steps.context import Context
from tonghop.steps.correcting import correction
from tonghop.steps.picture import Picture, photograph
from tonghop.steps.reporting import FIGURES, WORKBOOK, build_outputs, not_built
from tonghop.steps.reviewing import reviewed
from tonghop.steps.revisions import pending
from tonghop.steps.versions import Place, place, supersedes
from tonghop.store.records import Submission

__all__ = ["FIGURES", "INPUTS", "WORKBOOK", "Draft", "draft", "draft_folder", "sha256", "write_json"]

INPUTS, SUMMARY = "dau-vao.json", "tom-tat.md"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A frozen draft in `folder`; `digest` stands for its inputs, `summary` (Vietnamese, Markdown) for the approver."""

    folder: storage.Place
    digest: str
    summary: str


def draft(context: Context, period: Period) -> Draft:
    """Freeze the period as it stands: consolidate what is behind, build the files once per digest."""
    context.opened(period)
    taken = _settled(context, period)
    where = place(context, period, taken.whole.digest)
    folder = draft_folder(context, period, where.digest)
    if not (folder / INPUTS).exists():
        _build(context, taken, where, folder)
    return Draft(folder, where.digest, (folder / SUMMARY).read_text(encoding="utf-8"))


def draft_folder(context: Context, period: Period, digest: str) -> storage.Place:
    """Where the draft with `digest` lies."""
    return context.drafts / period.code / digest[:16]


def sha256(path: storage.Place) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Readable JSON, safely on disk when this returns."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _settled(context: Context, period: Period) -> Picture:
    """The period with totals that cover every accepted filing shown in it, although filings may keep coming in."""
    for _attempt in range(_TRIES):
        taken = photograph(context, period)
        if taken.computed and period.code not in pending(context):
            return taken
        consolidate(context, period)
    raise StoreError(
        f"Số liệu {period.label} thay đổi liên tục, chưa lập được dự thảo.", "Chờ việc thu nhận tạm lắng rồi chạy lại."
    )


def _build(context: Context, taken: Picture, where: Place, folder: storage.Place) -> None:
    """Build the draft's folder, unless another process does so first."""
    at_once = isinstance(folder, Path) or folder.shelf.renames
    with nullcontext() if at_once else context.alone(folder):
        try:
            with storage.building(folder, last=INPUTS) as making:
                _fill(context, taken, where, making, folder.name)
        except OSError:
            if not (folder / INPUTS).exists():
                raise


def _fill(context: Context, taken: Picture, where: Place, making: Path, name: str) -> None:
    """Every file of the draft called `name`, and last the list of what it was made from."""
    with context.timed("review"):
        review = reviewed(context, taken.whole)
    corrects = where.corrects
    if corrects is not None:
        write_csv(making / FIGURES, taken.whole)
        review = replace(review, correction=correction(context, taken.whole, taken.used, corrects, making / FIGURES))
    names = build_outputs(context, taken.whole, making, review)
    write(making / SUMMARY, summary(context, review, name))
    built = {"outputs": {name: _file(making / name) for name in names}, "not_built": not_built(names)}
    head = {"digest": where.digest, "content": taken.whole.digest, "supersedes": supersedes(corrects)}
    write_json(making / INPUTS, {**head, **_inputs(context, taken), **built})


def _inputs(context: Context, taken: Picture) -> dict[str, Any]:
    """What the draft was made from: period, regime, unit list, and every filing a figure of it follows from."""
    whole, inherited = taken.whole, _inherited(context, taken.used)
    province, period, regime = whole.province, whole.period, whole.province.regime
    window = regime.window(period)
    return {
        "period": period.code,
        "window": {"from": window.first.isoformat(), "to": window.last.isoformat()},
        "province": {"slug": province.slug, "name": province.name},
        "regime": {"id": regime.id, "working_forms": [form.code for form in whole.working]},
        "recipient": regime.recipient(window.last),
        "coverage": {"owed": whole.owed, "accepted": whole.accepted},
        "units": [
            {"code": s.unit.code, "valid_from": s.unit.valid_from.isoformat(), "name": s.unit.name, "state": s.state}
            for s in whole.statuses
        ],
        "inputs": [
            {
                "period": used.period,
                "unit": used.unit.code,
                "submission": used.id,
                "revision": used.revision,
                "file": used.original_name,
                "sha256": used.sha256,
                "received_at": used.received_at.astimezone(regime.zone).isoformat(),
                **inherited.get(used.id, {}),
            }
            for used in taken.used
        ],
    }


def _inherited(context: Context, used: Iterable[Submission]) -> dict[int, dict[str, Any]]:
    """By filing: the earlier workbooks that hold forms it keeps; filings that hold all of theirs are not there."""
    found: dict[int, dict[str, Any]] = {}
    for submission, origins in context.store.provenance.inherited(one.id for one in used).items():
        found[submission] = {
            "inherited": [
                {"forms": list(forms), "submission": id_, "revision": one.revision, "file": one.original_name,
                 "sha256": one.sha256}
                for id_, forms in origins.items()
                if (one := context.store.submissions.get(id_)) is not None
            ]
        }  # fmt: skip
    return found


def _file(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "size": path.stat().st_size}
