"""Drafts before their approvers: laid before them, and waiting for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.steps.approving import approvals
from tonghop.steps.context import Context
from tonghop.steps.drafting import Draft, draft
from tonghop.store.records import Event, EventKind


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
    newest = _newest(context, period)
    if newest is None or newest.detail["digest"] != made.digest or newest.kind is EventKind.REJECTED:
        detail = {"digest": made.digest, "folder": f"{period.code}/{made.folder.name}"}
        event = Event(context.clock(), context.actor, EventKind.PRESENTED, period.code, detail=detail)
        context.store.events.add(event)
    return made


def presented(context: Context, period: Period) -> bool:
    """Whether any draft of the period was laid before the approvers."""
    return any(event.kind is EventKind.PRESENTED for event in context.store.events.of(period.code))


def waiting(context: Context) -> tuple[Waiting, ...]:
    """The newest draft of every period if nobody released or refused it, with the step it waits for; oldest first."""
    found = (_waiting(context, period) for period in context.opened_periods)
    return tuple(sorted(filter(None, found), key=lambda one: one.since))


def _waiting(context: Context, period: Period) -> Waiting | None:
    newest = _newest(context, period)
    if newest is None or newest.kind is EventKind.REJECTED:
        return None
    digest = newest.detail["digest"]
    if context.store.publications.for_digest(period.code, digest) is not None:
        return None
    given = {approval.step: approval.decided_at for approval in approvals(context, period, digest)}
    lacking = (step for step in context.province_for(period).approvals if step.name not in given)
    step = next(lacking, None)
    return None if step is None else Waiting(period, digest, step, max([newest.at, *given.values()]))


def _newest(context: Context, period: Period) -> Event | None:
    """The newest draft's being laid before the approvers, or its refusal since; None when none was ever laid."""
    newest: Event | None = None
    for event in context.store.events.of(period.code):
        known = newest is not None and event.detail.get("digest") == newest.detail["digest"]
        if event.kind is EventKind.PRESENTED or (event.kind is EventKind.REJECTED and known):
            newest = event
    return newest
