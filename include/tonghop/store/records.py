"""What goes into the store and what comes out: frozen records of domain values, every datetime with its time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from tonghop.domain.finding import Finding
from tonghop.domain.receipt import FilingReceipt
from tonghop.domain.rollup import Total, TotalKey
from tonghop.domain.submission import Filing, Signature, State
from tonghop.domain.units import UnitKey
from tonghop.domain.value import Value


class Outcome(StrEnum):
    """What an arrival led to: a new revision, or nothing because the latest revision has the same bytes.

    A signed PDF was kept beside a filing, or had been kept before.
    """

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    SIGNED = "signed"
    SIGNED_AGAIN = "signed_again"


class Decision(StrEnum):
    """What an approver decided."""

    APPROVED = "approved"
    REJECTED = "rejected"


class EventKind(StrEnum):
    """What can happen. The verdicts are named like the states of a submission."""

    OPENED = "opened"
    RETURNED = State.RETURNED.value
    INVALID = State.INVALID.value
    AWAITING = State.AWAITING.value
    ACCEPTED = State.ACCEPTED.value
    SUPERSEDED = State.SUPERSEDED.value
    WITHDRAWN = State.WITHDRAWN.value
    RESTORED = "restored"
    EXEMPTED = "exempted"
    EXEMPTION_LIFTED = "exemption_lifted"
    DUPLICATE = "duplicate"
    SIGNED = "signed"
    NOTED = "noted"
    CONSOLIDATED = "consolidated"
    PRESENTED = "presented"
    APPROVAL_WAITS = "approval_waits"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLISHED = "published"
    SENT = "sent"
    SEND_FAILED = "send_failed"
    FETCH_FAILED = "fetch_failed"
    EXTENDED = "extended"
    EXPLANATION_ACCEPTED = "explanation_accepted"
    EXPLANATION_REFUSED = "explanation_refused"
    UPLOADED = "uploaded"
    LETTER_SENT = "letter_sent"
    LETTER_FAILED = "letter_failed"
    UNWATCHED = "unwatched"
    ANNOUNCED = "announced"
    CLOCK_CHECKED = "clock_checked"


@dataclass(frozen=True, slots=True)
class ArrivalKey:
    """A file as it lies in a unit's inbox: `size` in bytes, `mtime_ns` its time of change, `sha256` in hex."""

    unit: UnitKey
    name: str
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A recorded arrival; a signed PDF has no `submission_id`. `moved_at` None: not yet moved out of the inbox."""

    id: int
    key: ArrivalKey
    generation: int
    received_at: datetime
    outcome: Outcome
    submission_id: int | None
    moved_to: str
    moved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inherited:
    """Forms a workbook lacks and takes over from the unit's standing submission `base`, whose revision is `revision`.

    `forms` maps each to the submission whose workbook really holds it: `base`, or the one `base` has it from.
    """

    base: int
    revision: int
    forms: Mapping[str, int]


@dataclass(frozen=True)
class NewSubmission:
    """A workbook with its verdict. `period` "" and `filing` None when it could not be read that far.

    `received_at` is the first scan that saw the bytes; `decided_at` when the verdict was given (the same when None).
    `filing` is whole: forms that the workbook lacks and that were judged with it are named in `inherited`.
    """

    arrival: ArrivalKey
    received_at: datetime
    period: str
    state: State
    on_time: bool
    filing: Filing | None = None
    findings: tuple[Finding, ...] = ()
    regime: str = ""
    actor: str = "hệ thống"
    decided_at: datetime | None = None
    inherited: Inherited | None = None

    @property
    def at(self) -> datetime:
        return self.decided_at or self.received_at


@dataclass(frozen=True, slots=True)
class Submission:
    """A stored submission without its contents."""

    id: int
    period: str
    unit: UnitKey
    revision: int
    sha256: str
    original_name: str
    received_at: datetime
    regime: str
    fingerprint: str
    state: State
    on_time: bool
    findings_count: int
    signature: Signature
    accepted_at: datetime | None
    superseded_by: int | None
    superseded_at: datetime | None


class Brief(NamedTuple):
    """What a list of thousands of units needs of a submission; `state` and the rest as in `Submission`."""

    id: int
    unit: UnitKey
    state: State
    on_time: bool
    sha256: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did. `fresh` is False when the arrival had been recorded before: then no `receipt` was issued."""

    arrival: Arrival
    submission: Submission
    fresh: bool
    receipt: FilingReceipt | None = None


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell of one submission with its row; `position` counts the form's data rows from 1."""

    form: str
    row_key: str
    row_name: str
    position: int
    sheet_row: int
    added: bool
    column: int
    value: Value
    address: str


class FormPlace(NamedTuple):
    """Where a form of a filing stands: on `sheet` of the workbook of the submission `origin`; `nil`: không phát sinh.

    `origin` is the filing itself, or the one a correction of other forms has it from.
    """

    sheet: str
    origin: int
    nil: bool


class StandingCell(NamedTuple):
    """A cell that stands accepted in a period."""

    unit_code: str
    submission_id: int
    form: str
    row_key: str
    row_name: str
    row_position: int
    column: int
    value: Value
    address: str


@dataclass(frozen=True, slots=True)
class StandingUnit:
    """What stands accepted of a unit: `forms` maps form code to whether it states "không phát sinh"."""

    unit: UnitKey
    submission_id: int
    sha256: str
    forms: Mapping[str, bool]


class TotalsPlace(NamedTuple):
    """Which totals: of one form in one view of a period. `view` is "" or a derived one: "6T", "9T", "Q4"."""

    period: str
    view: str
    form: str


@dataclass(frozen=True, slots=True)
class RowLabel:
    """Name and place of a row of totals."""

    key: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class StoredTotals:
    """Totals of one place, with the names of their rows in order."""

    figures: Mapping[TotalKey, Total]
    rows: tuple[RowLabel, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """One decision on the inputs with `digest`, given by `login` (on the machine `os_user`) through `via`."""

    period: str
    step: str
    digest: str
    login: str
    os_user: str
    via: str
    decided_at: datetime
    decision: Decision
    note: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A published version; `digest` stands for its inputs, `path` is relative to the published folder."""

    period: str
    version: int
    digest: str
    created_at: datetime
    path: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class OpenedPeriod:
    """An opened period. It needs consolidating while `consolidated_revision` is behind `revision`."""

    period: str
    opened_at: datetime
    revision: int
    consolidated_revision: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A pass over the inboxes; `finished_at` None when it still runs or was interrupted."""

    id: int
    at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fired:
    """How often a check fired in a period: `findings` in the filings of `units` units. `rule` "": none was broken."""

    code: str
    form: str
    rule: str
    findings: int
    units: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `detail` holds plain JSON values; `unit` and `submission_id` where there is one."""

    at: datetime
    actor: str
    kind: EventKind
    period: str = ""
    unit: UnitKey | None = None
    submission_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
