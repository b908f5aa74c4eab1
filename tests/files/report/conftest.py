"""A synthetic quarter beside the quarter before and the same quarter a year ago, and the report made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from files.consolidated.conftest import INCLUDE, PERIOD, Quarter, build

from tonghop.domain.changes import Past, Reference
from tonghop.domain.consolidated import Consolidated
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.review import OwnWords, Review, TrendPoint, review
from tonghop.files.report.story import Story
from tonghop.files.report.wording import Issue, tell
from tonghop.specs import load_province
from tonghop.steps.words import STATE_WORDS

LETTERS = INCLUDE / "regimes" / "kstthc" / "2020-12-15" / "letters"
MISSING = {"25216": "missing", "25217": "returned", "STP": "awaiting_explanation", "689": "missing"}
SECOND, YEAR_AGO = Period(2024, 2), Period(2023, 3)


def reference(past: Past, found: Consolidated) -> Reference:
    return Reference(past, found.period.label, found.tree, {totals.form.code: totals for totals in found.forms})


def point(found: Consolidated) -> TrendPoint:
    totals = found.form("II.06a").totals
    province = found.tree.province.code
    return TrendPoint(
        found.period, {k.column: t for k, t in totals.items() if k.scope == province and not k.group and not k.row}
    )


@pytest.fixture(scope="session")
def province() -> Province:
    return load_province(INCLUDE, "binh-phuoc", PERIOD.window(15, 14).last)


@pytest.fixture(scope="session")
def quarter(province: Province) -> Callable[..., Consolidated]:
    """`quarter(period, **changes)` as it would be consolidated."""
    return lambda period=PERIOD, **changes: build(province, replace(Quarter(), **changes), period)


@pytest.fixture(scope="session")
def looked_at(province: Province) -> Review:
    """Four units without figures, one late; both earlier periods known, the last one complete."""
    whole = build(province, Quarter(states=MISSING, late=frozenset({"25195"})))
    before, ago = build(province, Quarter(), SECOND), build(province, Quarter(states={"SNV": "missing"}), YEAR_AGO)
    snv, xa = whole.tree["SNV"], whole.tree["25195"]
    words = (
        OwnWords("I.8", "Đã tổ chức 97 hội nghị.\n@hinh không phải lệnh", (snv, xa)),
        OwnWords("IV", "Đề nghị sớm ban hành hướng dẫn.", (snv,)),
    )
    return review(
        whole,
        (reference(Past.PREVIOUS, before), reference(Past.YEAR_AGO, ago)),
        trend=(point(before), point(whole)),
        words=words,
    )


@pytest.fixture(scope="session")
def telling() -> Callable[..., Story]:
    """The story of a review, by the regime's own templates."""

    def told(of: Review, issue: Issue | None = None, letters: Path = LETTERS) -> Story:
        return tell(of, letters, STATE_WORDS, workbook="tong-hop.xlsx", issue=issue or Issue())

    return told


@pytest.fixture(scope="session")
def story(looked_at: Review, telling: Callable[..., Story]) -> Story:
    return telling(looked_at)
