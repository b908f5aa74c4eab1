"""What every YAML model shares: nothing but what is declared, and the ranges thresholds may lie in."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Columns = Annotated[tuple[int, ...], Field(min_length=1)]
Periods = Annotated[int, Field(ge=1, le=8)]  # how many earlier periods of the same kind a rule reads
Factor = Annotated[Decimal, Field(gt=1)]
Least = Annotated[int, Field(ge=1)]


class Strict(BaseModel):
    """A group of keys in which an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
