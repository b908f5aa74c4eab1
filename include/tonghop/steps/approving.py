"""Approvals: who may give which, in which order, what they cover, and whether enough of them cover a draft.

A release needs every step of the province, each by another person. A refusal takes back what was given before it:
whoever goes on begins again with the first step.
"""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass

from tonghop.domain.errors import ApprovalError
from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.steps.context import Context
from tonghop.store.records import Approval, Decision


@dataclass(frozen=True, slots=True)
class Signing:
    """`login` decides through `via` (`cli`, `airflow`), with a remark; `step` "" is the one that is next for them."""

    login: str
    via: str
    note: str = ""
    step: str = ""


def approve(context: Context, period: Period, signing: Signing, digest: str) -> ApprovalStep:
    """Record one step for the draft with `digest`; the step that is now given. Given again it changes nothing.

    ApprovalError when the login may not give it, an earlier step is missing, or the same person gave another one.
    """
    steps = context.opened(period).approvals
    with context.alone(context.drafts / period.code):
        given = {approval.step: approval.login for approval in approvals(context, period, digest)}
        step = _step(steps, signing, given)
        if step.name not in given:
            _check_turn(steps, step, signing, given)
            _decide(context, (period.code, step.name, digest), signing, Decision.APPROVED)
    return step


def reject(context: Context, period: Period, signing: Signing, digest: str) -> ApprovalStep:
    """Record that the login did not approve the draft, and why; nothing is released and the draft stays open.

    ApprovalError without a reason, or when the login may not decide.
    """
    if not signing.note.strip():
        raise ApprovalError("Không phê duyệt thì phải ghi rõ lý do.", "Ghi lý do rồi quyết định lại.")
    steps = context.opened(period).approvals
    with context.alone(context.drafts / period.code):
        given = {approval.step: approval.login for approval in approvals(context, period, digest)}
        step = _step(steps, signing, given)
        _decide(context, (period.code, step.name, digest), signing, Decision.REJECTED)
    return step


def approvals(context: Context, period: Period, digest: str) -> list[Approval]:
    """Approvals of exactly these figures that hold: given since they were last refused, the last of each step."""
    held: dict[str, Approval] = {}
    for decision in context.store.approvals.of(period.code, digest):
        if decision.decision is Decision.REJECTED:
            held.clear()
        else:
            held[decision.step] = decision
    return list(held.values())


def lacking(context: Context, period: Period, digest: str) -> tuple[ApprovalStep, ...]:
    """Steps of the province that are not given for exactly these figures."""
    given = {approval.step for approval in approvals(context, period, digest)}
    return tuple(step for step in context.opened(period).approvals if step.name not in given)


def check_approved(context: Context, period: Period, digest: str) -> None:
    """ApprovalError naming who has not approved exactly these figures."""
    missing = lacking(context, period, digest)
    if not missing:
        return
    given = {approval.step for approval in approvals(context, period, digest)}
    who = "; ".join(f"{step.title} ({', '.join(step.logins)})" for step in missing)
    raise ApprovalError(
        f"{_why(context, period, digest, given)}, chưa công bố được. Còn thiếu: {who}.",
        f"Người có quyền chạy: tonghop approve {period.code} --as TÀI_KHOẢN, hoặc phê duyệt trong Airflow.",
    )


def _why(context: Context, period: Period, digest: str, given: set[str]) -> str:
    decisions = context.store.approvals.of(period.code)
    refused = [one for one in decisions if one.digest == digest and one.decision is Decision.REJECTED]
    if refused and not given:
        return f"Dự thảo báo cáo {period.label} không được phê duyệt (lý do: {refused[-1].note})"
    if any(one.digest != digest for one in decisions) and not given:
        return f"Số liệu {period.label} đã thay đổi sau khi phê duyệt"
    return f"Báo cáo {period.label} chưa được phê duyệt đủ"


def _step(steps: tuple[ApprovalStep, ...], signing: Signing, given: dict[str, str]) -> ApprovalStep:
    """The step meant: the named one, else the first the login may give that is not given yet."""
    mine = [step for step in steps if signing.login in step.logins]
    if not mine:
        allowed = "; ".join(f"{step.title}: {', '.join(step.logins)}" for step in steps)
        raise ApprovalError(f"Tài khoản “{signing.login}” không có quyền phê duyệt.", f"Người có quyền – {allowed}.")
    if not signing.step:
        return next((step for step in mine if step.name not in given), mine[-1])
    named = next((step for step in mine if step.name == signing.step), None)
    if named is None:
        may = ", ".join(f"{step.name} ({step.title})" for step in mine)
        raise ApprovalError(
            f"Tài khoản “{signing.login}” không được giao bước “{signing.step}”.", f"Bước được giao: {may}."
        )
    return named


def _check_turn(steps: tuple[ApprovalStep, ...], step: ApprovalStep, signing: Signing, given: dict[str, str]) -> None:
    for earlier in steps[: steps.index(step)]:
        if earlier.name not in given:
            raise ApprovalError(
                f"Chưa có “{earlier.title}” nên chưa “{step.title}” được.",
                f"Người có quyền {earlier.title.lower()}: {', '.join(earlier.logins)}.",
            )
    if signing.login in given.values():
        raise ApprovalError(
            f"Tài khoản “{signing.login}” đã quyết định ở bước khác của dự thảo này.",
            f"Bước “{step.title}” phải do người khác quyết định.",
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
