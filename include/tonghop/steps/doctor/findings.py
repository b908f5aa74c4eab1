"""What a check found, and how checks are run so that one that breaks never hides the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tonghop.domain.errors import TonghopError
from tonghop.domain.refusals import mend, why


class State(StrEnum):
    """How a thing stands: in order, to be seen to when there is time, broken."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Found:
    """What one look came to: a sentence and, unless all is well, how to mend it."""

    state: State
    words: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Something looked at. `slow`: starts programs or asks other machines, so no page may wait for it.

    `needs`: names of checks without which this one has nothing to look at.
    """

    name: str
    title: str
    look: Callable[[], Found | Iterable[Found]]
    slow: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of a check; `province` "" for the whole installation."""

    province: str
    check: str
    title: str
    state: State
    words: str
    mend: str

    def as_dict(self) -> dict[str, Any]:
        """The contract of `tonghop doctor --json`."""
        about = {"province": self.province, "check": self.check, "title": self.title}
        return about | {"state": self.state.value, "found": self.words, "mend": self.mend}


def ok(words: str) -> Found:
    """All is well."""
    return Found(State.OK, words)


def warn(words: str, how: str) -> Found:
    """To be seen to; the system works."""
    return Found(State.WARN, words, how)


def bad(words: str, how: str) -> Found:
    """Broken: something does not get done until a person mends it."""
    return Found(State.BAD, words, how)


def run(checks: Iterable[Check], province: str = "") -> Iterator[Line]:
    """The lines of `checks`, in their order; whatever goes wrong inside one becomes its own line.

    A fault that an earlier check told already is not told again: what it hides is named as not looked at.
    """
    broken: dict[str, str] = {}  # check → title of the one to mend first
    told: dict[str, str] = {}
    for check in checks:
        behind = next((broken[name] for name in check.needs if name in broken), "")
        if behind:
            broken[check.name] = behind
        for found in [_unseen(behind)] if behind else _looks(check):
            shown = found
            if found.state is State.BAD:
                first = broken[check.name] = told.setdefault(found.words, check.title)
                shown = found if first == check.title else _unseen(first)
            yield Line(province, check.name, check.title, shown.state, shown.words, shown.mend)


def _unseen(behind: str) -> Found:
    return warn("Chưa kiểm tra được.", f"Khắc phục mục “{behind}” trước, rồi chạy lại.")


def _looks(check: Check) -> list[Found]:
    try:
        found = check.look()
        return [found] if isinstance(found, Found) else list(found)
    except TonghopError as fault:
        return [bad(fault.problem, fault.remedy)]
    except OSError as error:
        shown = f" ({error.filename})" if error.filename else ""
        return [bad(f"Hệ điều hành báo lỗi: {why(error)}{shown}.", f"{mend(error)}.")]
    except Exception as error:  # noqa: BLE001  a mistake of ours in one check must not hide what the others found
        # The kind only: the text of an exception may quote an address with its password.
        words = f"Mục kiểm tra này gặp lỗi của chương trình ({type(error).__name__})."
        return [bad(words, "Báo người quản trị hệ thống.")]
