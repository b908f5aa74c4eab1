from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.domain.text import clean, figure, key, slug

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
NAMES = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " -,.()0123456789")


@given(NAMES)
def test_composed_and_decomposed_spellings_have_one_key(name: str) -> None:
    assert key(unicodedata.normalize("NFC", name)) == key(unicodedata.normalize("NFD", name))


@given(st.text())
def test_a_key_is_its_own_key_whatever_was_typed(name: str) -> None:
    assert key(key(name)) == key(name)
    assert clean(clean(name)) == clean(name)


@given(NAMES)
def test_case_and_spaces_do_not_change_a_key(name: str) -> None:
    assert key(f"  {name.upper()}\u00a0\n ") == key(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Đất đai", "Dất dai"), ("Hộ tịch", "Ho tich"), ("Thú y", "Thủ y"), ("Dân số", "Dần số")],
)
def test_diacritics_and_crossed_d_make_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_clean_keeps_case_and_makes_one_space_of_many() -> None:
    assert clean("\ufeff Hộ \u00a0\t tịch\u200b ") == "Hộ tịch"
    assert clean(" \u00a0\u200b") == ""


@given(st.text())
def test_a_slug_is_safe_as_a_folder_name(name: str) -> None:
    assert set(slug(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug(name).startswith("-")


def test_a_slug_writes_crossed_d_as_d() -> None:
    assert slug("Đăk Nhau, Bù Đăng") == "dak-nhau-bu-dang"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1234567, "1.234.567"),
        (-1234, "-1.234"),
        (Decimal("1.5"), "1,5"),
        (Decimal("1234.50"), "1.234,50"),
        (Decimal("0.00"), "0,00"),
    ],
)
def test_figures_are_written_the_vietnamese_way(value: int | Decimal, text: str) -> None:
    assert figure(value) == text
