"""When and how a regime reminds (reminders.yaml beside its regime.yaml; a province may have its own)."""

from __future__ import annotations

from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tonghop.domain.errors import SpecError
from tonghop.domain.reminding import ReminderPlan, ReminderStep
from tonghop.specs.regimes import regime_versions
from tonghop.specs.source import Problems, Source
from tonghop.specs.strict import Strict

FILE = "reminders.yaml"
Days = Annotated[int, Field(ge=-60, le=400)]


class _StepModel(Strict):
    letter: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    first: Days
    last: Days | None = None


class _PlanModel(Strict):
    hour: Annotated[int, Field(ge=0, le=23)] = 7
    minute: Annotated[int, Field(ge=0, le=59)] = 30
    steps: Annotated[tuple[_StepModel, ...], Field(min_length=1)]
    announce_days: Annotated[int, Field(ge=0, le=31)] = 3
    look_back_days: Annotated[int, Field(ge=1, le=31)] = 7
    folder_is_enough: bool = False


def load_reminders(include: Path, slug: str, regime: str, version: str = "") -> ReminderPlan:
    """The plan of province `slug`, else of `regime` in `version` (default: the newest); one without steps if neither.

    SpecError with every mistake, also of a step whose letter does not exist.
    """
    folder = include / "regimes" / regime / (version or regime_versions(include, regime)[-1])
    paths = (include / "provinces" / slug / FILE, folder / FILE)
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        return ReminderPlan()
    problems = Problems()
    source = Source(include, path)
    model = source.model(_PlanModel, problems)
    if model is not None:
        _check(source.name, model, folder / "letters", problems)
    problems.stop()
    if model is None:
        raise SpecError(problems.found)
    return ReminderPlan(
        at=time(model.hour, model.minute),
        steps=tuple(ReminderStep(step.letter, step.first, step.last) for step in model.steps),
        announce_days=model.announce_days,
        look_back_days=model.look_back_days,
        folder_is_enough=model.folder_is_enough,
    )


def _check(file: str, model: _PlanModel, letters: Path, problems: Problems) -> None:
    for position, step in enumerate(model.steps):
        if not (letters / f"nhac-{step.letter}.j2").is_file():
            problems.add(file, f"steps.{position}.letter", f"chưa có mẫu thư letters/nhac-{step.letter}.j2")
        if step.last is not None and step.last < step.first:
            problems.add(file, f"steps.{position}.last", f"ngày cuối {step.last} trước ngày đầu {step.first}")
    for position, (one, after) in enumerate(pairwise(model.steps), start=1):
        if one.last is None or after.first <= one.last:
            problems.add(file, f"steps.{position}.first", "trùng ngày với bước đứng trước")
