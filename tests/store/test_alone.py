"""Work for one machine at a time: PostgreSQL locks for all that share it, SQLite has one machine only."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tonghop.store import Store

pytestmark = pytest.mark.postgres


@pytest.fixture
def machines(postgres_url: str) -> Iterator[tuple[Store, Store]]:
    one, other = Store.open(postgres_url), Store.open(postgres_url)
    yield one, other
    one.close()
    other.close()


def test_the_second_machine_waits_for_the_first(machines: tuple[Store, Store]) -> None:
    one, other = machines
    told: list[str] = []
    begun, went_in = threading.Event(), threading.Event()

    def second() -> None:
        begun.set()
        with other.alone("draft/20243"):
            told.append("second")
            went_in.set()

    waiting = threading.Thread(target=second)
    with one.alone("draft/20243"):
        waiting.start()
        begun.wait(10)
        assert not went_in.wait(1), "only one at a time"
        with other.alone("draft/20242"):
            told.append("another name does not wait")
        told.append("first")
    waiting.join(20)
    assert told == ["another name does not wait", "first", "second"]


def test_a_lock_ends_with_its_work_even_when_that_fails(machines: tuple[Store, Store]) -> None:
    one, other = machines

    def fail() -> None:
        with one.alone("x"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with other.alone("x"):
        pass
