"""Expectations Great Expectations does not have: sides that balance, a percent that follows from its parts.

The third, figures that are usual, is in `usual_expectation`.

The classes are made on the first call of `register`, because importing great_expectations takes seconds and most
commands never check anything.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Literal

from tonghop.suite import usual_expectation

if TYPE_CHECKING:
    import pandas as pd

BALANCE = "expect_sides_to_balance"
PERCENT = "expect_percent_to_follow"
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {"=": operator.eq, "<=": operator.le, ">=": operator.ge}


def balances(rows: pd.DataFrame, left: Sequence[str], op: str, right: Sequence[str]) -> pd.Series[bool]:
    """Whether Σ left op Σ right in each row of `rows`; terms are column names, `-c11` counts against its side.

    Whole numbers stay whole numbers: no figure passes through a float.
    """
    met: pd.Series[bool] = OPERATORS[op](_sum(rows, left), _sum(rows, right)).astype(bool)
    return met


def _sum(rows: pd.DataFrame, terms: Sequence[str]) -> pd.Series[Any]:
    return reduce(operator.add, (-rows[term[1:]] if term.startswith("-") else rows[term] for term in terms))


def follows(rows: pd.DataFrame, value: str, part: str, whole: str, tolerance: str) -> pd.Series[bool]:
    """Whether `value` is `part` of `whole` in percent, within `tolerance` percentage points, in each row.

    A percent of nothing (whole 0) may only be 0; a blank one never comes here.
    """
    import pandas as pd

    limit = Fraction(tolerance)
    figures = zip(rows[value], rows[part], rows[whole], strict=True)
    met = [_close(filed, piece, base, limit) for filed, piece, base in figures]
    return pd.Series(met, index=rows.index, dtype=bool)


def _close(value: Decimal | int, part: int, whole: int, limit: Fraction) -> bool:
    exact = Fraction(int(part) * 100, int(whole)) if whole else Fraction(0)
    return abs(Fraction(value) - exact) <= limit


@cache
def register() -> None:
    """Make our expectations known to Great Expectations; once per process."""
    _register_balance()
    _register_percent()
    usual_expectation.register()


def _register_balance() -> None:
    from great_expectations.compatibility import pydantic
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import MulticolumnMapExpectation
    from great_expectations.expectations.metrics import map_metric_provider as metrics

    condition = metrics.multicolumn_condition_partial

    class SidesBalance(metrics.MulticolumnMapMetricProvider):  # type: ignore[misc]
        """Row by row: Σ left op Σ right."""

        condition_metric_name = "multicolumn_values.sides_balance"
        condition_value_keys = ("left", "op", "right")

        @condition(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
        def _pandas(cls, rows: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805 - a class is passed
            return balances(rows, kwargs["left"], kwargs["op"], kwargs["right"])

    class ExpectSidesToBalance(MulticolumnMapExpectation):  # type: ignore[misc]
        """Expect Σ left op Σ right in every row in which no figure is missing."""

        map_metric = SidesBalance.condition_metric_name
        success_keys = ("left", "op", "right", "mostly")
        args_keys = ("column_list", "left", "op", "right")
        ignore_row_if: Literal["any_value_is_missing"] = "any_value_is_missing"
        left: list[str]
        op: str
        right: list[str]

        @pydantic.validator("op")  # type: ignore[untyped-decorator]
        def _known(cls, op: str) -> str:  # noqa: N805 - a class is passed
            if op not in OPERATORS:
                raise ValueError(f"unknown operator {op!r}")
            return op


def _register_percent() -> None:
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import MulticolumnMapExpectation
    from great_expectations.expectations.metrics import map_metric_provider as metrics

    condition = metrics.multicolumn_condition_partial

    class PercentFollows(metrics.MulticolumnMapMetricProvider):  # type: ignore[misc]
        """Row by row: value = part / whole × 100, within the tolerance."""

        condition_metric_name = "multicolumn_values.percent_follows"
        condition_value_keys = ("value", "part", "whole", "tolerance")

        @condition(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
        def _pandas(cls, rows: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805 - a class is passed
            return follows(rows, kwargs["value"], kwargs["part"], kwargs["whole"], kwargs["tolerance"])

    class ExpectPercentToFollow(MulticolumnMapExpectation):  # type: ignore[misc]
        """Expect a percent to follow from its parts in every row in which no figure is missing."""

        map_metric = PercentFollows.condition_metric_name
        success_keys = ("value", "part", "whole", "tolerance", "mostly")
        args_keys = ("column_list", "value", "part", "whole", "tolerance")
        ignore_row_if: Literal["any_value_is_missing"] = "any_value_is_missing"
        value: str
        part: str
        whole: str
        tolerance: str
