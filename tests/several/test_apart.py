"""Two provinces whose units have the same codes: what one files, the other does not see."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from several_provinces import FIRST, SECOND, rewrite
from sqlalchemy import inspect
from toy_office import COMPLAINTS, Q3, XA, Office

from tonghop.domain.errors import ApprovalError, SpecError, UsageError
from tonghop.settings import Settings
from tonghop.store import Store, migrating

OfficeOf = Callable[[str], Office]


def test_units_figures_deadlines_and_reports_are_apart(office_of: OfficeOf, tmp_path: Path) -> None:
    one, two = office_of(FIRST), office_of(SECOND)
    for office in (one, two):
        office.app.open(Q3)
    one.send(XA, rows={COMPLAINTS: (0, 10, 8, 2)})
    two.send(XA, rows={COMPLAINTS: (0, 7, 7, 0)})
    assert one.collect() == [f"{XA} accepted"]
    assert [(office.state(XA), len(office.submissions(XA))) for office in (one, two)] == [
        ("accepted", 1),
        ("missing", 0),
    ]
    assert two.collect() == [f"{XA} accepted"]
    for office in (one, two):
        office.app.consolidate(Q3)
        assert office.standing(XA).id == 1, "ids are counted in each store of its own"  # type: ignore[union-attr]
    unit = one.unit(XA)
    deadlines = [office.app.regime.deadline(Q3, unit.level).day for office in (one, two)]
    assert deadlines == [18, 17]
    one.publish()
    assert one.app.store.publications.of(Q3.code)
    assert two.app.store.publications.of(Q3.code) == ()
    places = sorted(path.relative_to(tmp_path / "home").parts[0] for path in (tmp_path / "home").rglob("v1"))
    assert places == [FIRST]


def test_approvers_are_those_of_the_province(office_of: OfficeOf) -> None:
    two = office_of(SECOND)
    two.app.open(Q3)
    with pytest.raises(ApprovalError):
        two.app.approve(Q3, "truongphong", via="cli")
    assert two.app.approve(Q3, f"truongphong.{SECOND}", via="cli").name == "tham_dinh"


def test_faulty_data_of_one_stops_no_other(office_of: OfficeOf, include: Path) -> None:
    rewrite(include, SECOND, "regime: thu", "regime: thu\nlạ: 1")
    office_of(FIRST).app.open(Q3)
    with pytest.raises(SpecError, match="lạ"):
        office_of(SECOND).app.open(Q3)


def test_an_application_is_of_one_province(environment: dict[str, str]) -> None:
    from tonghop.app import App

    with pytest.raises(UsageError, match="chưa chọn tỉnh"):
        App.from_env(environ=environment)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["schemas"], indirect=True)
def test_a_schema_each_made_once_by_two_at_the_same_time(database: str, environment: dict[str, str]) -> None:
    settings = Settings.from_env(environment | {"TONGHOP_DB": database})
    urls = [settings.for_province(slug).database for slug in (FIRST, SECOND)]
    faults: list[BaseException] = []
    threads = [threading.Thread(target=_migrate, args=(url, faults)) for url in urls * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Store.open(urls[0]) as store, store.database.reading() as connection:
        tables = {
            schema: set(inspect(connection).get_table_names(schema))
            for schema in inspect(connection).get_schema_names()
            if schema.startswith("tonghop") or schema == "public"
        }
    assert tables.pop("public") == set()
    assert set(tables) == {"tonghop__tinh_thu", "tonghop__tinh_hai"}
    assert all({"submissions", "alembic_version"} <= names for names in tables.values())
    with Store.open(urls[0]) as one, Store.open(urls[1]) as two:
        migrating.downgrade(one.database, "base", lose=True)
        assert (migrating.current(one.database), migrating.current(two.database) is None) == (None, False)


def _migrate(url: str, faults: list[BaseException]) -> None:
    try:
        with Store.open(url) as store:
            store.migrate()
    except BaseException as fault:  # noqa: BLE001 - shown by the test
        faults.append(fault)


def test_a_province_uses_its_own_connection_before_the_shared_one(
    office_of: OfficeOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = office_of(FIRST).app, office_of(SECOND).app
    monkeypatch.setenv("AIRFLOW_CONN_TONGHOP_TRUNG_UONG", "https://:chung@chung.example")
    monkeypatch.setenv("AIRFLOW_CONN_TONGHOP_TRUNG_UONG__TINH_HAI", "https://:rieng@rieng.example")
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT__TINH_THU", "smtp://thu.tinh-thu.example:587")
    found = [app._connection("tonghop_trung_uong") for app in (one, two)]
    assert [connection.host for connection in found if connection] == ["chung.example", "rieng.example"]
    mail = [app.mail_server() for app in (one, two)]
    assert [server.host if server else "" for server in mail] == ["thu.tinh-thu.example", ""]
    stored = {"smtp_default__tinh_hai": "smtp://thu.tinh-hai.example:587"}
    given = two.mail_server(stored.get)
    assert given
    assert given.host == "thu.tinh-hai.example"
