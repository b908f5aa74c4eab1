"""Move the store to another database, or back to an older version of its tables."""

from __future__ import annotations

from collections.abc import Callable

from tonghop.domain.errors import StoreError, UsageError
from tonghop.store import Store, filling, migrating


def move(source: str, target: str, tick: Callable[[str, int], None] = filling.ignore) -> dict[str, int]:
    """Copy every row of the database at URL `source` to the empty one at `target`; rows per table, each compared.

    Raises UsageError when both are the same, StoreError when `target` cannot be used or is not empty.
    """
    if source == target:
        raise UsageError("Nơi chuyển đến chính là cơ sở dữ liệu đang dùng.", "Ghi địa chỉ của cơ sở dữ liệu mới.")
    _must_be_there(source)
    with Store.open(source) as here, Store.open(target) as there:
        return filling.move(here.database, there.database, tick)


def downgrade(database: str, revision: str) -> str:
    """Bring the tables back to an older `revision`; the revision they had. StoreError when rows would be lost."""
    _must_be_there(database)
    with Store.open(database) as store:
        before = migrating.current(store.database) or ""
        migrating.downgrade(store.database, revision)
    return before


def _must_be_there(database: str) -> None:
    if not Store.is_there(database):
        place = database.removeprefix("sqlite:///")
        raise StoreError(f"Chưa có cơ sở dữ liệu {place}.", "Kiểm tra TONGHOP_HOME và TONGHOP_DB.")
