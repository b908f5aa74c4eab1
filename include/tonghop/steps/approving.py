"""Approvals: who may give which, what they cover, and whether enough of them cover a draft."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass

from tonghop.domain.errors import ApprovalError
from tonghop.domain.period import Period
from tonghop.steps.context import Context
from tonghop.store.records import Approval, Decision


@dataclass(frozen=True, slots=True)
class Signing:
    """`login` decides through `via` (`cli`, `airflow`), with a remark."""

    login: str
    via: str
    note: str = ""


def approve(context: Context, period: Period, signing: Signing, digest: str) -> None:
    """Record every approval step the login may give for the draft with `digest`; ApprovalError when it may none."""
    province = context.opened(period)
    steps = [step for step in province.approvals if signing.login in step.logins]
    if not steps:
        allowed = "; ".join(f"{step.title}: {', '.join(step.logins)}" for step in province.approvals)
        raise ApprovalError(f"Tài khoản “{signing.login}” không có quyền phê duyệt.", f"Người có quyền – {allowed}.")
    given = {approval.step for approval in approvals(context, period, digest)}
    for step in steps:
        if step.name not in given:
            _decide(context, (period.code, step.name, digest), signing, Decision.APPROVED)


def reject(context: Context, period: Period, signing: Signing, digest: str) -> None:
    """Record that the login did not approve the draft; nothing is released and the draft stays."""
    for step in context.opened(period).approvals:
        if signing.login in step.logins:
            _decide(context, (period.code, step.name, digest), signing, Decision.REJECTED)


def approvals(context: Context, period: Period, digest: str) -> list[Approval]:
    """Approvals that hold: the last decision of each step on exactly these figures, where it was to approve."""
    last = {approval.step: approval for approval in context.store.approvals.of(period.code, digest)}
    return [approval for approval in last.values() if approval.decision is Decision.APPROVED]


def check_approved(context: Context, period: Period, digest: str) -> None:
    """ApprovalError naming who has not approved exactly these figures."""
    given = {approval.step for approval in approvals(context, period, digest)}
    lacking = [step for step in context.opened(period).approvals if step.name not in given]
    if not lacking:
        return
    decisions = context.store.approvals.of(period.code)
    if any(one.digest == digest and one.decision is Decision.REJECTED for one in decisions):
        problem = f"Dự thảo báo cáo {period.label} không được phê duyệt"
    elif any(one.digest != digest for one in decisions) and not given:
        problem = f"Số liệu {period.label} đã thay đổi sau khi phê duyệt"
    else:
        problem = f"Báo cáo {period.label} chưa được phê duyệt đủ"
    who = "; ".join(f"{step.title} ({', '.join(step.logins)})" for step in lacking)
    raise ApprovalError(
        f"{problem}, chưa công bố được. Còn thiếu: {who}.",
        f"Người có quyền chạy: tonghop approve {period.code} --as TÀI_KHOẢN, hoặc phê duyệt trong Airflow.",
    )


def _decide(context: Context, place: tuple[str, str, str], signing: Signing, decision: Decision) -> None:
    """Record the decision on `place`: period, step and digest."""
    period, step, digest = place
    context.store.approvals.add(
        Approval(
            period=period,
            step=step,
            digest=digest,
            login=signing.login,
            os_user=_os_user(),
            via=signing.via,
            decided_at=context.clock(),
            decision=decision,
            note=signing.note,
        )
    )


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container user without a name
        return str(os.getuid())
