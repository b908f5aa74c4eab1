"""Drafts before their approvers: laid before them, and waiting for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.steps.approving import approvals
from tonghop.steps.context import Context
from tonghop.steps.drafting import Draft, draft
from tonghop.store.records import Decision, Event, EventKind


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft waits for `step` since `since`: when it was laid before them, or when the step before was given."""

    period: Period
    digest: str
    step: ApprovalStep
    since: datetime


def present(context: Context, period: Period) -> Draft:
    """Make the draft and write down, once until it is refused, that it is laid before the approvers."""
    made = draft(context, period)
    if not _open(context, period, made.digest):
        detail = {"digest": made.digest, "folder": f"{period.code}/{made.folder.name}"}
        event = Event(context.clock(), context.actor, EventKind.PRESENTED, period.code, detail=detail)
        context.store.events.add(event)
    return made


def presented(context: Context, period: Period) -> bool:
    """Whether any draft of the period was laid before the approvers."""
    return bool(_laid(context, period))


def waiting(context: Context) -> tuple[Waiting, ...]:
    """The newest draft of every period if nobody released or refused it, with the step it waits for; oldest first."""
    found = (_waiting(context, period) for period in context.opened_periods)
    return tuple(sorted(filter(None, found), key=lambda one: one.since))


def _waiting(context: Context, period: Period) -> Waiting | None:
    laid = _laid(context, period)
    if not laid:
        return None
    digest, at = max(laid.items(), key=lambda item: item[1])
    if not _open(context, period, digest):
        return None
    if context.store.publications.for_digest(period.code, digest) is not None:
        return None
    given = {approval.step: approval.decided_at for approval in approvals(context, period, digest)}
    lacking = (step for step in context.province_for(period).approvals if step.name not in given)
    step = next(lacking, None)
    return None if step is None else Waiting(period, digest, step, max([at, *given.values()]))


def _open(context: Context, period: Period, digest: str) -> bool:
    """Whether the draft was laid before the approvers and not refused since."""
    at = _laid(context, period).get(digest)
    decisions = context.store.approvals.of(period.code, digest)
    return at is not None and not any(one.decision is Decision.REJECTED and one.decided_at >= at for one in decisions)


def _laid(context: Context, period: Period) -> dict[str, datetime]:
    """Digest of every draft laid before the approvers → when it last was."""
    events = context.store.events.of(period.code)
    return {event.detail["digest"]: event.at for event in events if event.kind is EventKind.PRESENTED}
