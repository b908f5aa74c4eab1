"""The draft of a publication: files built once from figures that stand still, with a list of what they came from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tonghop.domain.consolidated import Consolidated, UnitStatus
from tonghop.domain.errors import StoreError
from tonghop.domain.period import Period
from tonghop.domain.rates import rates
from tonghop.files.consolidated import write_csv, write_provincial
from tonghop.files.letters import render
from tonghop.steps.consolidate import consolidate
from tonghop.steps.context import Context
from tonghop.steps.picture import Picture, photograph
from tonghop.steps.revisions import pending
from tonghop.steps.words import STATE_WORDS

WORKBOOK, FIGURES, INPUTS = "tong-hop.xlsx", "so-lieu.csv", "dau-vao.json"
_NAMED = 20  # missing units named in a summary; the cover names them all
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A frozen draft in `folder`; `digest` stands for its inputs, `summary` (Vietnamese, Markdown) for the approver."""

    folder: Path
    digest: str
    summary: str


def draft(context: Context, period: Period) -> Draft:
    """Freeze the period as it stands: consolidate what is behind, build the files once per digest."""
    context.opened(period)
    taken = _settled(context, period)
    folder = draft_folder(context, period, taken.whole.digest)
    if not (folder / INPUTS).exists():
        _build(context, taken, folder)
    return Draft(folder, taken.whole.digest, _summary(context, taken.whole, folder))


def draft_folder(context: Context, period: Period, digest: str) -> Path:
    """Where the draft with `digest` lies."""
    return context.drafts / period.code / digest[:16]


def sha256(path: Path) -> str:
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


def _build(context: Context, taken: Picture, folder: Path) -> None:
    making = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    with context.timed("workbook"):
        write_provincial(making / WORKBOOK, taken.whole)
        write_csv(making / FIGURES, taken.whole)
    outputs = {name: _file(making / name) for name in (WORKBOOK, FIGURES)}
    write_json(making / INPUTS, {"digest": taken.whole.digest, **_inputs(taken), "outputs": outputs})
    try:
        making.rename(folder)
    except OSError:  # another process built the same draft first
        shutil.rmtree(making)
        if not (folder / INPUTS).exists():
            raise


def _inputs(taken: Picture) -> dict[str, Any]:
    """What the draft was made from: period, regime, unit list, and every filing a figure of it follows from."""
    whole = taken.whole
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
            }
            for used in taken.used
        ],
    }


def _summary(context: Context, whole: Consolidated, folder: Path) -> str:
    province, period = whole.province, whole.period
    return render(
        context.letters(province),
        "tom-tat.md.j2",
        title=province.regime.title,
        period=period.label,
        window=str(province.regime.window(period)),
        accepted=whole.accepted,
        owed=whole.owed,
        late=sum(status.accepted and status.on_time is False for status in whole.statuses),
        rates=rates(whole),
        missing=_missing(whole),
        missing_count=len(whole.missing),
        explained=len(whole.explained),
        folder=f"draft/{period.code}/{folder.name}",
    )


def _missing(whole: Consolidated) -> list[dict[str, Any]]:
    """Units not counted, per level: how many, the first of them by name, how many further ones."""
    room = _NAMED
    groups = []
    for names in whole.province.regime.levels:
        mine = [status for status in whole.missing if status.unit.level is names.level]
        if mine:
            shown = _named(whole, mine[:room])
            room -= len(shown)
            further = len(mine) - len(shown)
            groups.append({"title": names.unit_group, "count": len(mine), "names": shown, "further": further})
    return groups


def _named(whole: Consolidated, missing: Sequence[UnitStatus]) -> list[str]:
    return [f"{whole.tree.full_name(status.unit)} ({STATE_WORDS[status.state]})" for status in missing]


def _file(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "size": path.stat().st_size}
