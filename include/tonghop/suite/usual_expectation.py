"""The expectation that figures are usual, for Great Expectations; made by `expectations.register`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from tonghop.suite.usual import CONDITIONS, Known, Limits

if TYPE_CHECKING:
    import pandas as pd

USUAL = "expect_figures_to_be_usual"
_OF, _BESIDE = " of ", " beside "


@dataclass(frozen=True, slots=True)
class Group:
    """Figures judged together, by the columns of the frame they stand in.

    `now` (and, for a rate, the `whole` it is of) are the present figures, `beside` what they are set beside. Written
    `f8 f9 of f7 beside m_8+9/7 n_8+9/7`: nested lists would cost Great Expectations half of its time.
    """

    now: tuple[str, ...]
    beside: tuple[str, ...]
    whole: tuple[str, ...] = ()

    @classmethod
    @cache
    def parse(cls, text: str) -> Group:
        """Read `c4 beside h1_4 h2_4`; TypeError or ValueError for anything else."""
        present, beside = text.split(_BESIDE)
        now, _, whole = present.partition(_OF)
        return cls(tuple(now.split()), tuple(beside.split()), tuple(whole.split()))

    def __str__(self) -> str:
        whole = _OF + " ".join(self.whole) if self.whole else ""
        return " ".join(self.now) + whole + _BESIDE + " ".join(self.beside)

    @property
    def sides(self) -> tuple[tuple[str, ...], ...]:
        return self.now, self.whole, self.beside

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.now, *self.whole, *self.beside)


def usual(rows: pd.DataFrame, kwargs: Mapping[str, Any]) -> pd.Series[bool]:
    """Whether all groups of figures of each row of `rows` are usual under the condition `kwargs` names.

    A group whose present figures are not all there is not judged; of the others some may be missing.
    """
    import pandas as pd

    met = pd.Series(data=True, index=rows.index, dtype=bool)
    for group in map(Group.parse, kwargs["figures"]):
        chosen = rows[judged(rows, group)]
        sides = [_side(chosen, side) for side in group.sides]
        figures = zip(chosen.index, zip(*sides, strict=True), strict=True)
        met.loc[[at for at, mine in figures if unusual(kwargs["condition"], mine, kwargs["limits"])]] = False
    return met


def judged(rows: pd.DataFrame, group: Group) -> pd.Series[bool]:
    """Which rows have every present figure of `group`, and something to set it beside."""
    present = rows[[*group.now, *group.whole]].notna().all(axis=1)
    return present & rows[list(group.beside)].notna().any(axis=1)


def unusual(condition: str, sides: Sequence[Known], limits: Limits) -> bool:
    """Whether a group of figures, given side by side, is what `condition` looks for."""
    now, whole, beside = sides
    return CONDITIONS[condition](now, whole, beside, limits)


def _side(rows: pd.DataFrame, columns: Sequence[str]) -> list[Known]:
    if not columns:
        return [()] * len(rows)
    return list(zip(*(_values(rows[column]) for column in columns), strict=True))


def _values(column: pd.Series[Any]) -> list[int | Decimal | None]:
    values = column.tolist()
    if not column.hasnans:
        return values
    return [None if missing else value for value, missing in zip(values, column.isna().tolist(), strict=True)]


def register() -> None:
    """Make the expectation known to Great Expectations; call once per process."""
    from great_expectations.compatibility import pydantic
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import MulticolumnMapExpectation
    from great_expectations.expectations.metrics import map_metric_provider as metrics

    condition = metrics.multicolumn_condition_partial

    class FiguresUsual(metrics.MulticolumnMapMetricProvider):  # type: ignore[misc]
        """Row by row: not what the condition looks for."""

        condition_metric_name = "multicolumn_values.figures_usual"
        condition_value_keys = ("condition", "figures", "limits")

        @condition(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
        def _pandas(cls, rows: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805 - a class is passed
            return usual(rows, kwargs)

    class ExpectFiguresToBeUsual(MulticolumnMapExpectation):  # type: ignore[misc]
        """Expect figures like the unit's own past, or like those of its peers."""

        map_metric = FiguresUsual.condition_metric_name
        success_keys = ("condition", "figures", "limits", "mostly")
        args_keys = ("column_list", "condition", "figures", "limits")
        ignore_row_if: Literal["all_values_are_missing"] = "all_values_are_missing"
        condition: str
        figures: list[str]
        limits: Limits

        @pydantic.validator("condition")  # type: ignore[untyped-decorator]
        def _known(cls, name: str) -> str:  # noqa: N805 - a class is passed
            if name not in CONDITIONS:
                raise ValueError(f"unknown condition {name!r}")
            return name
