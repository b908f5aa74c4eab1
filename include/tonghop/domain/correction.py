"""What a further version of a publication says about the one before it: which figures changed, and through whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tonghop.domain.period import Period
from tonghop.domain.units import Unit


@dataclass(frozen=True, slots=True)
class CorrectedUnit:
    """A unit whose filing for `period` is another one now; `before` None: it had none in the version before.

    `after` None: what it filed was withdrawn since, and nothing stands.
    """

    unit: Unit
    period: Period
    before: int | None  # revision
    after: int | None
    sha256: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A published figure that is another one now; places and values are written as in the CSV of figures.

    `causes` are the units through whose filings it changed; () when no filing did (a rule or the software changed).
    """

    form: str
    view: str
    unit: str
    row: str
    column: int
    old: str
    old_state: str
    new: str
    new_state: str
    causes: tuple[Unit, ...]


@dataclass(frozen=True)
class Correction:
    """Version `version` corrects `before`, which was published at `published` with `counted` of `owed` units."""

    version: int
    before: int
    published: datetime
    counted: int
    owed: int
    units: tuple[CorrectedUnit, ...]
    figures: tuple[ChangedFigure, ...] = field(repr=False)
