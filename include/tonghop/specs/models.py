"""The shape of the YAML files: what may be declared, and nothing else (`extra="forbid"`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tonghop.domain.form import ColumnKind, FormulaKind, OverTime, OverUnits, RowKind, Severity
from tonghop.domain.units import Level
from tonghop.specs import usual_models as usual
from tonghop.specs.strict import Strict, Text

Day = Annotated[int, Field(ge=1, le=28)]
Place = Annotated[int, Field(ge=1, le=200)]
Span = tuple[Place, Place]
# A form's code is a sheet name, also with " (đơn vị)" behind it: Excel allows 31 characters and forbids some.
FormCode = Annotated[str, Field(pattern=r"^[^\[\]:*?/\\'\s]([^\[\]:*?/\\']{0,20}[^\[\]:*?/\\'\s])?$")]


class HeaderModel(Strict):
    text: Text
    rows: Span
    columns: Span


class ColumnModel(Strict):
    number: Place
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    kind: ColumnKind
    over_time: OverTime = OverTime.NOT_DERIVABLE
    over_units: OverUnits | None = None
    formula: dict[FormulaKind, tuple[int, ...]] | None = None
    optional: bool = False


class BalanceModel(Strict):
    kind: Literal["balance"]
    left: Annotated[tuple[int, ...], Field(min_length=1)]
    op: Literal["=", "<=", ">="]
    right: Annotated[tuple[int, ...], Field(min_length=1)]
    severity: Severity = Severity.BLOCKING
    text: str = ""


class CarryOverModel(Strict):
    kind: Literal["carry_over"]
    column: int
    source: int
    severity: Severity = Severity.BLOCKING
    text: str = ""


class YearModel(Strict):
    kind: Literal["year"]
    columns: Annotated[tuple[int, ...], Field(min_length=1)]
    severity: Severity = Severity.BLOCKING
    text: str = ""


class CrossFormModel(Strict):
    kind: Literal["cross_form"]
    column: int
    other: str
    other_column: int
    levels: tuple[Level, ...] = ()
    severity: Severity = Severity.BLOCKING
    text: str = ""


class InSetModel(Strict):
    kind: Literal["in_set"]
    column: int
    values: Annotated[tuple[str, ...], Field(min_length=1)]
    severity: Severity = Severity.BLOCKING
    text: str = ""


FixedModel = BalanceModel | CarryOverModel | YearModel | CrossFormModel | InSetModel
RuleModel = Annotated[
    FixedModel
    | usual.JumpModel
    | usual.ShareModel
    | usual.ZeroModel
    | usual.VanishedModel
    | usual.GrowthModel
    | usual.UnchangedModel,
    Field(discriminator="kind"),
]


class TransferModel(Strict):
    passed_on: int
    received: int


class FormModel(Strict):
    code: FormCode
    number: str
    title: str
    legal: str
    measure: str
    standing: Literal["confirmed", "working"]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    row_kind: RowKind
    spare_rows: Annotated[int, Field(ge=0, le=200)] = 0
    total_label: str = "TỔNG CỘNG"
    header: tuple[HeaderModel, ...]
    columns: tuple[ColumnModel, ...]
    rules: tuple[RuleModel, ...] = ()
    transfer: TransferModel | None = None


class Validity(Strict):
    first: date = Field(alias="from")
    last: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last is not None and self.last < self.first:
            message = f"ngày cuối {self.last:%d/%m/%Y} trước ngày đầu {self.first:%d/%m/%Y}"
            raise ValueError(message)
        return self

    @property
    def days(self) -> tuple[date, date | None]:
        return self.first, self.last

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class WindowModel(Strict):
    first_day: Day
    last_day: Day


class SlotModel(Strict):
    slot: Literal["Q1", "Q2", "Q3", "Q4", "Y"]
    carry_from: Literal["Q1", "Q2", "Q3", "Q4", "Y"]
    years_back: Annotated[int, Field(ge=0, le=1)]


class DerivedModel(Strict):
    name: str
    title: str
    after: str
    parts: tuple[str, ...]


class DaysOffModel(Strict):
    country: str
    years: tuple[int, ...]
    overrides: str


class LevelModel(Strict):
    level: Level
    field_group: str
    unit_group: str


class RecipientModel(Validity):
    text: str


class OwingModel(Validity):
    level: Level
    forms: tuple[str, ...]


class MeasureModel(Strict):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    form: str
    part: Annotated[tuple[int, ...], Field(min_length=1)]
    whole: Annotated[tuple[int, ...], Field(min_length=1)]
    better: Literal["high", "low"] = "high"
    least: Annotated[int, Field(ge=1)] = 1


class HeadingModel(Strict):
    number: str
    title: str
    units_write: bool


class ReasonModel(Strict):
    text: Text
    codes: tuple[str, ...] = Field(default=(), alias="for")
    enough: bool = False


class RegimeModel(Strict):
    name: str
    version: str
    title: str
    legal: str
    timezone: str
    valid: Validity
    window: WindowModel
    periods: tuple[SlotModel, ...]
    cumulatives: tuple[DerivedModel, ...] = ()
    implied: tuple[DerivedModel, ...] = ()
    deadlines: dict[Level, Day]
    shift_deadlines: bool
    open_day: Day
    publish_working_days_before: Annotated[int, Field(ge=0, le=10)] = 2
    days_off: DaysOffModel
    levels: tuple[LevelModel, ...]
    recipients: tuple[RecipientModel, ...]
    owing: tuple[OwingModel, ...]
    headline_form: str
    measures: tuple[MeasureModel, ...] = ()
    reasons: tuple[ReasonModel, ...] = ()
    outline: tuple[HeadingModel, ...]


class ContactModel(Strict):
    name: str
    phone: str
    email: str


class ApprovalModel(Strict):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]  # part of a task's id in Airflow
    title: str
    logins: Annotated[tuple[str, ...], Field(min_length=1)]
    emails: tuple[str, ...] = ()


class TargetModel(Strict):
    title: str
    measure: str
    operator: Literal[">", ">=", "<", "<=", "="]
    value: Decimal
    scope: str
    source: str


class PaperModel(Strict):
    superior: str = ""
    issuer: Annotated[tuple[Text, ...], Field(min_length=1)]
    number: Text
    signature: Annotated[tuple[Text, ...], Field(min_length=1)]
    signer: str = ""
    copies: Annotated[tuple[Text, ...], Field(min_length=1)]


class ProvinceModel(Strict):
    slug: str
    name: str
    agency: str
    place: str
    regime: str
    contact: ContactModel
    approvals: Annotated[tuple[ApprovalModel, ...], Field(min_length=1)]
    deadlines: dict[Level, Day] = Field(default_factory=dict)
    shift_deadlines: bool | None = None
    owes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    files: Literal["own", "consolidated"] = "own"
    targets: tuple[TargetModel, ...] = ()
    paper: PaperModel | None = None
