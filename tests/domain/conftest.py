"""Real regulation data and small forms for the domain's tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tonghop.domain.form import Form
from tonghop.domain.province import Province
from tonghop.specs import load_province

# A busy machine must not fail a property; the properties themselves take milliseconds.
settings.register_profile("tonghop", deadline=None, max_examples=60)
settings.load_profile("tonghop")

INCLUDE = Path(__file__).parents[2] / "include"


@pytest.fixture(scope="session")
def province() -> Province:
    return load_province(INCLUDE, "binh-phuoc")


@pytest.fixture(scope="session")
def forms(province: Province) -> dict[str, Form]:
    return province.regime.forms
