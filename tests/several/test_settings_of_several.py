"""What TONGHOP_PROVINCE as a list means: a home and a store for each, and nothing shared by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tonghop.domain.errors import SettingError, UsageError
from tonghop.settings import ONLY, Settings

HOME = {"TONGHOP_HOME": "/srv/tonghop"}
BOTH = HOME | {"TONGHOP_PROVINCE": "binh-phuoc,dong-nai"}


def test_one_province_keeps_its_place() -> None:
    for named in ({}, {"TONGHOP_PROVINCE": "binh-phuoc"}, {"TONGHOP_PROVINCE": " binh-phuoc, "}):
        settings = Settings.from_env(HOME | named)
        assert (settings.province, settings.provinces, settings.several) == ("binh-phuoc", ("binh-phuoc",), False)
        assert settings.home == Path("/srv/tonghop")
        assert settings.database == "sqlite:////srv/tonghop/tonghop.db"
        assert (settings.mark, settings.connection_ids("smtp_default")) == ("", ("smtp_default",))
        assert settings.for_province() is settings


def test_each_of_several_has_a_home_and_a_store() -> None:
    settings = Settings.from_env(BOTH)
    assert (settings.province, settings.provinces) == ("", ("binh-phuoc", "dong-nai"))
    one = settings.for_province("dong-nai")
    assert (one.province, one.home) == ("dong-nai", Path("/srv/tonghop/dong-nai"))
    assert one.database == "sqlite:////srv/tonghop/dong-nai/tonghop.db"
    assert one.connection_ids("smtp_default") == ("smtp_default__dong_nai", "smtp_default")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "postgresql+psycopg://an:bi%40mat@db/tonghop",
            "postgresql+psycopg://an:bi%40mat@db/tonghop?options=-csearch_path%3Dtonghop__dong_nai",
        ),
        (
            "postgresql+psycopg://db/t?host=a&host=b&options=-cstatement_timeout%3D5s",
            "postgresql+psycopg://db/t?host=a&host=b&options=-cstatement_timeout%3D5s%20-csearch_path%3Dtonghop__dong_nai",
        ),
        ("postgresql+psycopg://db/{province}", "postgresql+psycopg://db/dong-nai"),
        ("sqlite:////srv/db/{province}.db", "sqlite:////srv/db/dong-nai.db"),
    ],
    ids=["schema", "schema-beside-options", "database", "file"],
)
def test_the_store_of_one_of_several(given: str, expected: str) -> None:
    assert Settings.from_env(BOTH | {"TONGHOP_DB": given}).for_province("dong-nai").database == expected
    assert Settings.from_env(BOTH).for_province("dong-nai").database_at(given) == expected
    assert Settings.from_env(HOME).database_at(given) == given


def test_a_file_shared_by_several_is_refused() -> None:
    settings = Settings.from_env(BOTH | {"TONGHOP_DB": "sqlite:////srv/tonghop.db"})
    with pytest.raises(SettingError, match="dùng chung cho nhiều tỉnh") as told:
        settings.for_province("dong-nai")
    assert "{province}" in told.value.remedy


@pytest.mark.parametrize("text", ["binh-phuoc,binh-phuoc", "binh-phuoc,../dong-nai", "binh-phuoc,Đồng Nai", "a,b_c"])
def test_a_list_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="TONGHOP_PROVINCE"):
        Settings.from_env({"TONGHOP_PROVINCE": text})


def test_a_command_is_for_the_province_it_names() -> None:
    settings = Settings.from_env(BOTH | {ONLY: "dong-nai"})
    assert (settings.province, settings.home.name) == ("dong-nai", "dong-nai")
    assert settings.for_province() is settings


@pytest.mark.parametrize(("name", "problem"), [("", "chưa chọn tỉnh"), ("ha-noi", "không phục vụ tỉnh “ha-noi”")])
def test_no_province_is_guessed(name: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as told:
        Settings.from_env(BOTH).for_province(name)
    assert "binh-phuoc, dong-nai" in told.value.remedy


def test_places_on_another_machine_are_apart_too() -> None:
    given = {"TONGHOP_DROP": "sftp://kho@/srv/{province}/drop", "TONGHOP_VAULT": "sftp://kho@/srv/vault/"}
    settings = Settings.from_env(BOTH | given).for_province("dong-nai")
    assert settings.places == {"drop": "sftp://kho@/srv/dong-nai/drop", "vault": "sftp://kho@/srv/vault/dong-nai"}
    assert settings.folder("published") == Path("/srv/tonghop/dong-nai/published")
    with pytest.raises(SettingError, match="TONGHOP_DROP"):
        settings.folder("drop")
    alone = Settings.from_env(HOME | given)
    assert alone.places["vault"] == "sftp://kho@/srv/vault/"
    assert Settings.from_env(HOME | {"TONGHOP_DROP": "/mnt/chung"}).folder("drop") == Path("/mnt/chung")
