from dataclasses import dataclass
from pathlib import Path

import pytest

from tonghop.demo.synthetic import Quarter, plan_quarter
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.specs import load_province

INCLUDE = Path(__file__).parents[2] / "include"


@dataclass(frozen=True)
class Folder:
    """As much of the application as the generator needs."""

    province: Province
    drop: Path


@pytest.fixture(scope="session")
def province() -> Province:
    return load_province(INCLUDE, "binh-phuoc")


@pytest.fixture
def site(province, tmp_path) -> Folder:
    return Folder(province, tmp_path / "drop")


@pytest.fixture(scope="session")
def quarters(province) -> dict[int, Quarter]:
    site = Folder(province, Path("unused"))
    return {number: plan_quarter(site, Period(2024, number)) for number in (1, 2, 3)}


@pytest.fixture(scope="session")
def clean_third(province) -> Quarter:
    return plan_quarter(Folder(province, Path("unused")), Period(2024, 3), flawed=False)
