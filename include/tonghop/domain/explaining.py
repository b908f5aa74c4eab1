"""Giải trình made easy: the reasons usually given, what makes one complete, and which question a row answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from tonghop.domain.finding import Finding
from tonghop.domain.text import key

MIN_REASON = 10  # characters: a shorter reason explains nothing ("ok", "đúng")
_JOINT = ": "


@dataclass(frozen=True, slots=True)
class UsualReason:
    """A reason units may pick for findings of these `codes` (none: of any); `enough` when it needs no further words."""

    text: str
    codes: tuple[str, ...] = ()
    enough: bool = False


def choices(reasons: Iterable[UsualReason], code: str = "") -> tuple[str, ...]:
    """Reasons offered for a finding with `code`, those for its kind first; without `code` those that fit any."""
    known = list(reasons)
    own = [reason.text for reason in known if code and code in reason.codes]
    return (*own, *(reason.text for reason in known if not reason.codes))


def stated(picked: str, words: str, reasons: Iterable[UsualReason]) -> tuple[str, bool]:
    """The reason as it is kept, and whether it is complete: `picked` may be a usual reason or words of the unit's."""
    reason = _JOINT.join(part for part in (picked, words) if part)
    usual = _usual(picked, reasons)
    if usual is None or usual.enough:
        return reason, True  # its length is judged with all others
    return reason, len(words) >= MIN_REASON


def parts(reason: str, reasons: Iterable[UsualReason]) -> tuple[str, str]:
    """(picked, words) that `stated` made `reason` of; words typed without picking stand where they were typed."""
    known = list(reasons)
    picked, joint, words = reason.partition(_JOINT)
    if joint and _usual(picked, known) is not None:
        return picked, words
    return reason, ""


def sign(finding: Finding) -> str:
    """A short sign of what a giải trình is asked for: of another figure, or another rule, it is another one."""
    asked = "\x1f".join((finding.rule or finding.code, finding.found))
    return hashlib.sha256(asked.encode()).hexdigest()[:12]


def _usual(picked: str, reasons: Iterable[UsualReason]) -> UsualReason | None:
    wanted = key(picked)
    return next((reason for reason in reasons if key(reason.text) == wanted), None)
