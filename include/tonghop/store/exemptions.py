"""What units need not file: every decision is kept, the last one on a unit and form holds."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Row, and_, insert, select

from tonghop.domain.errors import UsageError
from tonghop.domain.office import Exemption
from tonghop.domain.submission import State
from tonghop.domain.units import UnitKey
from tonghop.store import periods
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.office_tables import exemptions
from tonghop.store.records import Event, EventKind
from tonghop.store.schema import filed_forms, submissions

_WHICH = exemptions.c.period, exemptions.c.unit_code, exemptions.c.unit_valid_from, exemptions.c.form


class Exemptions:
    """The exemptions of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, decided: Exemption) -> bool:
        """Keep an exemption or its end; False when that held already, which changes nothing.

        UsageError for an exemption from what stands filed: figures do not leave the totals by the back door.
        """
        with self._database.writing() as connection:
            before = _last(connection, decided)
            if (before is None or before.lifted) == decided.lifted:
                return False
            if not decided.lifted:
                _check_nothing_stands(connection, decided)
            values = {name: getattr(decided, name) for name in Exemption.__slots__ if name != "unit"}
            values |= {"unit_code": decided.unit.code, "unit_valid_from": decided.unit.valid_from}
            connection.execute(insert(exemptions).values(values))
            log(connection, _event(decided))
            periods.bump(connection, decided.period)
            return True

    def in_force(self, period: str | None = None) -> tuple[Exemption, ...]:
        """Exemptions that hold (in one period where given), in the order in which they were first decided."""
        return tuple(one for one in self._newest(period) if not one.lifted)

    def lifted(self, period: str) -> frozenset[UnitKey]:
        """Units that were exempted from something in `period` and no longer are."""
        return frozenset(one.unit for one in self._newest(period) if one.lifted)

    def _newest(self, period: str | None) -> Iterable[Exemption]:
        """The last decision on every unit and form. There are few of them, and they are asked for often."""
        query = select(exemptions).order_by(exemptions.c.id)
        if period is not None:
            query = query.where(exemptions.c.period == period)
        with self._database.reading() as connection:
            found = map(_exemption, connection.execute(query).all())
        return {(one.period, one.unit, one.form): one for one in found}.values()


def _last(connection: Connection, decided: Exemption) -> Row[*tuple[object, ...]] | None:
    mine = (decided.period, *decided.unit, decided.form)
    same = and_(*(column == value for column, value in zip(_WHICH, mine, strict=True)))
    return connection.execute(select(exemptions).where(same).order_by(exemptions.c.id.desc()).limit(1)).first()


def _check_nothing_stands(connection: Connection, decided: Exemption) -> None:
    kept = submissions.c
    standing = and_(
        kept.period == decided.period,
        kept.unit_code == decided.unit.code,
        kept.unit_valid_from == decided.unit.valid_from,
        kept.state == State.ACCEPTED.value,
    )
    query = select(kept.revision).where(standing)
    if decided.form:
        figures = and_(filed_forms.c.form == decided.form, filed_forms.c.nil.is_(False))
        query = query.join(filed_forms, filed_forms.c.submission_id == kept.id).where(figures)
    row = connection.execute(query).first()
    if row is not None:
        what = f"biểu {decided.form}" if decided.form else "báo cáo"
        raise UsageError(
            f"Đơn vị đã có {what} được chấp nhận ở lần gửi {row.revision}, không ghi miễn được.",
            "Rút lần gửi đó trước nếu gửi nhầm.",
        )


def _event(decided: Exemption) -> Event:
    kind = EventKind.EXEMPTION_LIFTED if decided.lifted else EventKind.EXEMPTED
    detail = {"form": decided.form, "reason": decided.reason}
    return Event(decided.decided_at, decided.login, kind, decided.period, decided.unit, None, detail)


def _exemption(row: Row[*tuple[object, ...]]) -> Exemption:
    unit = UnitKey(row.unit_code, row.unit_valid_from)
    return Exemption(row.period, unit, row.form, row.lifted, row.reason, row.login, row.decided_at)
