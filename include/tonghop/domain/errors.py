"""Faults on our side. A unit's faulty file is never an exception: it becomes findings (`domain.finding`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class TonghopError(Exception):
    """Base of every fault of ours; `remedy` says in Vietnamese how to mend it."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem} {remedy}".strip())


class UsageError(TonghopError):
    """The person at the command line or the trigger form asked for something that does not exist."""


class SettingError(TonghopError):
    """A setting (environment variable, province.yaml) is missing or wrong."""


class StoreError(TonghopError):
    """The store cannot be reached or holds something that cannot be."""


class OutdatedError(StoreError):
    """What a verdict was given beside no longer stands: it is to be given again."""


class StorageError(TonghopError):
    """A place on another machine where files lie (drop folders, vault, published) is out of reach."""


class ApprovalError(TonghopError):
    """A release was asked for that the recorded approvals do not cover, or an approval by the wrong person."""


class ExchangeError(TonghopError):
    """Another system cannot be reached, does not answer as agreed, or refuses; `outcome` as in `domain.exchange`."""

    def __init__(self, problem: str, remedy: str = "", outcome: str = "") -> None:
        self.outcome = outcome
        super().__init__(problem, remedy)


@dataclass(frozen=True, slots=True)
class SpecProblem:
    """One mistake in regulation data: `file` relative to include/, `key` the dotted path inside it."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.file, self.key, self.message)))


class SpecError(TonghopError):
    """Regulation data cannot be used; carries every mistake found, not only the first."""

    def __init__(self, problems: Sequence[SpecProblem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(
            f"Dữ liệu quy định có {len(self.problems)} lỗi:\n{lines}", "Sửa các tệp nêu trên rồi chạy lại."
        )
