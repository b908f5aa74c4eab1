"""Publish a period: a frozen draft, the approvals that cover it, and a version that is never overwritten.

Draft and release are apart so that what was approved is what is released, whatever is filed in between.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tonghop import __version__
from tonghop.domain.consolidated import Consolidated
from tonghop.domain.errors import ApprovalError, StoreError
from tonghop.domain.period import Period
from tonghop.domain.rates import rates
from tonghop.files.consolidated import write_csv, write_provincial
from tonghop.files.letters import render
from tonghop.steps.consolidate import consolidate
from tonghop.steps.context import Context
from tonghop.steps.picture import picture
from tonghop.steps.revisions import pending
from tonghop.steps.words import STATE_WORDS
from tonghop.store.records import Approval, Decision, Publication

WORKBOOK, FIGURES, MANIFEST, INPUTS = "tong-hop.xlsx", "so-lieu.csv", "manifest.json", "dau-vao.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """A frozen draft in `folder`; `digest` stands for its inputs, `summary` (Vietnamese, Markdown) for the approver."""

    folder: Path
    digest: str
    summary: str


@dataclass(frozen=True, slots=True)
class Published:
    """A released version; `created` is False when these inputs had been published before."""

    period: Period
    version: int
    folder: Path
    created: bool


def draft(context: Context, period: Period) -> Draft:
    """Freeze the period as it stands: consolidate what is behind, build the files once per digest."""
    context.opened(period)
    if period.code in pending(context):
        consolidate(context, period)
    whole = picture(context, period)
    folder = context.drafts / period.code / whole.digest[:16]
    if not (folder / INPUTS).exists():
        _build(context, whole, folder)
    return Draft(folder, whole.digest, _summary(context, whole, folder))


def approve(context: Context, period: Period, login: str, *, via: str, digest: str = "", note: str = "") -> str:
    """Record every approval step `login` may give, for `digest` (default: the figures as they stand); returns it."""
    province = context.opened(period)
    steps = [step for step in province.approvals if login in step.logins]
    if not steps:
        allowed = "; ".join(f"{step.title}: {', '.join(step.logins)}" for step in province.approvals)
        raise ApprovalError(f"Tài khoản “{login}” không có quyền phê duyệt.", f"Người có quyền – {allowed}.")
    covered = digest or draft(context, period).digest
    given = {approval.step for approval in _approved(context, period, covered)}
    for step in steps:
        if step.name not in given:
            context.store.approvals.add(
                Approval(
                    period.code, step.name, covered, login, _os_user(), via, context.clock(), Decision.APPROVED, note
                )
            )
    return covered


def reject(context: Context, period: Period, login: str, *, via: str, digest: str, note: str) -> None:
    """Record that `login` did not approve the draft; nothing is released and the draft stays."""
    province = context.opened(period)
    for step in province.approvals:
        if login in step.logins:
            context.store.approvals.add(
                Approval(
                    period.code, step.name, digest, login, _os_user(), via, context.clock(), Decision.REJECTED, note
                )
            )


def publish(context: Context, period: Period, digest: str = "") -> Published:
    """Release the approved draft with `digest` (default: the figures as they stand now).

    Unchanged inputs give the version there is. ApprovalError when an approval that covers exactly these figures is
    missing.
    """
    frozen = draft(context, period)
    wanted = digest or frozen.digest
    present = context.store.publications.for_digest(period.code, wanted)
    if present is not None:
        return Published(period, present.version, context.published / present.path, created=False)
    _check_approved(context, period, wanted)
    folder = context.drafts / period.code / wanted[:16]
    if not (folder / INPUTS).exists():
        raise StoreError(
            f"Không còn dự thảo đã phê duyệt của {period.label}.", f"Lập và phê duyệt lại: tonghop approve {period.code}."
        )
    return _release(context, period, wanted, folder)


def _approved(context: Context, period: Period, digest: str) -> list[Approval]:
    """Approvals that hold: the last decision of each step on exactly these figures, where it was to approve."""
    last = {approval.step: approval for approval in context.store.approvals.of(period.code, digest)}
    return [approval for approval in last.values() if approval.decision is Decision.APPROVED]


def _check_approved(context: Context, period: Period, digest: str) -> None:
    given = {approval.step for approval in _approved(context, period, digest)}
    lacking = [step for step in context.opened(period).approvals if step.name not in given]
    if not lacking:
        return
    who = "; ".join(f"{step.title} ({', '.join(step.logins)})" for step in lacking)
    changed = bool(context.store.approvals.of(period.code))
    problem = (
        f"Số liệu {period.label} đã thay đổi sau khi phê duyệt"
        if changed
        else f"Báo cáo {period.label} chưa được phê duyệt"
    )
    raise ApprovalError(
        f"{problem}, chưa công bố được. Còn thiếu: {who}.",
        f"Người có quyền chạy: tonghop approve {period.code} --as TÀI_KHOẢN, hoặc phê duyệt trong Airflow.",
    )


def _build(context: Context, whole: Consolidated, folder: Path) -> None:
    making = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    with context.timed("workbook"):
        write_provincial(making / WORKBOOK, whole)
        write_csv(making / FIGURES, whole)
    outputs = {name: _file(making / name) for name in (WORKBOOK, FIGURES)}
    _write_json(making / INPUTS, {"digest": whole.digest, **_inputs(context, whole), "outputs": outputs})
    try:
        making.rename(folder)
    except OSError:  # another process built the same draft first
        shutil.rmtree(making)
        if not (folder / INPUTS).exists():
            raise


def _inputs(context: Context, whole: Consolidated) -> dict[str, Any]:
    province, period, regime = whole.province, whole.period, whole.province.regime
    window = regime.window(period)
    standing = {s.id: s for s in context.store.submissions.of(period.code) if s.superseded_by is None}
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
                "unit": s.unit.code,
                "submission": s.submission,
                "revision": standing[s.submission].revision,
                "file": standing[s.submission].original_name,
                "sha256": s.sha256,
                "received_at": s.received_at.isoformat() if s.received_at else None,
            }
            for s in whole.statuses
            if s.accepted and s.submission in standing
        ],
    }


def _release(context: Context, period: Period, digest: str, folder: Path) -> Published:
    version = context.store.publications.next_version(period.code)
    target = context.published / period.code / f"v{version}"
    frozen = json.loads((folder / INPUTS).read_text(encoding="utf-8"))
    if not _adopt(target, digest, context.clock()):
        _place(context, period, version, frozen, folder, target)
    manifest = target / MANIFEST
    written = json.loads(manifest.read_text(encoding="utf-8"))
    publication = Publication(
        period=period.code,
        version=version,
        digest=digest,
        created_at=datetime.fromisoformat(written["created_at"]),
        path=f"{period.code}/v{version}",
        manifest_sha256=_sha256(manifest),
    )
    used = [entry["submission"] for entry in frozen["inputs"]]
    kept = context.store.publications.record(publication, used, context.actor)
    return Published(period, kept.version, context.published / kept.path, created=kept == publication)


def _adopt(target: Path, digest: str, at: datetime) -> bool:
    """Whether an interrupted release of the same draft left its folder; anything else there is put aside, kept."""
    manifest = target / MANIFEST
    if not target.exists():
        return False
    if manifest.exists() and json.loads(manifest.read_text(encoding="utf-8"))["digest"] == digest:
        return True
    target.rename(target.with_name(f"{target.name}-chua-cong-bo-{at:%Y%m%d%H%M%S}"))
    return False


def _place(
    context: Context, period: Period, version: int, frozen: dict[str, Any], folder: Path, target: Path
) -> None:
    making = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for name, expected in frozen["outputs"].items():
        shutil.copyfile(folder / name, making / name)
        if _sha256(making / name) != expected["sha256"]:
            raise StoreError(f"Tệp dự thảo {name} đã bị thay đổi sau khi lập.", "Xóa thư mục dự thảo, lập và duyệt lại.")
    approvals = [
        {**asdict(a), "decided_at": a.decided_at.isoformat(), "decision": a.decision.value}
        for a in _approved(context, period, frozen["digest"])
    ]
    manifest = {
        **frozen,
        "version": version,
        "created_at": context.clock().isoformat(),
        "software": {"name": "tonghop", "version": __version__},
        "approvals": approvals,
    }
    _write_json(making / MANIFEST, manifest)
    try:
        making.rename(target)
    except OSError:  # released by another process at the same moment: the store decides whose it is
        shutil.rmtree(making)
        if not (target / MANIFEST).exists():
            raise


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
        missing=[{"name": s.unit.name, "words": STATE_WORDS[s.state]} for s in whole.missing],
        explained=len(whole.explained),
        folder=f"draft/{period.code}/{folder.name}",
    )


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container user without a name
        return str(os.getuid())


def _file(path: Path) -> dict[str, Any]:
    return {"sha256": _sha256(path), "size": path.stat().st_size}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
