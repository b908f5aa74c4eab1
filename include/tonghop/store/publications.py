"""Decisions of approvers and the published versions with what each was made from."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select

from tonghop.domain.errors import StoreError
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.records import Approval, Decision, Event, EventKind, Publication
from tonghop.store.schema import approvals, publication_inputs, publications


class Approvals:
    """The decisions of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, approval: Approval) -> None:
        """Keep a decision and the event that tells it."""
        given = {name: getattr(approval, name) for name in Approval.__slots__}
        detail = {name: given[name] for name in ("step", "digest", "os_user", "via", "note")}
        with self._database.writing() as connection:
            connection.execute(insert(approvals).values(given | {"decision": approval.decision.value}))
            kind = EventKind(approval.decision.value)
            log(connection, Event(approval.decided_at, approval.login, kind, approval.period, detail=detail))

    def of(self, period: str, digest: str | None = None) -> tuple[Approval, ...]:
        """Decisions on a period in their order, on the inputs with `digest` where given."""
        query = select(approvals).where(approvals.c.period == period).order_by(approvals.c.id)
        if digest is not None:
            query = query.where(approvals.c.digest == digest)
        with self._database.reading() as connection:
            return tuple(
                Approval(
                    row.period,
                    row.step,
                    row.digest,
                    row.login,
                    row.os_user,
                    row.via,
                    row.decided_at,
                    Decision(row.decision),
                    row.note,
                )
                for row in connection.execute(query)
            )


class Publications:
    """The published versions of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, new: Publication, submission_ids: Iterable[int], actor: str) -> Publication:
        """Keep a version with the submissions it used, in one transaction; what stands for its inputs afterwards.

        Inputs that were published already give the version there is. StoreError when another version took the number.
        """
        with self._database.writing() as connection:
            present = _for_digest(connection, new.period, new.digest)
            if present is not None:
                return present
            if new.version != _next_version(connection, new.period):
                raise StoreError(
                    f"Bản v{new.version} của kỳ {new.period} vừa được lệnh khác công bố.",
                    f"Chạy lại tonghop publish {new.period}.",
                )
            connection.execute(
                insert(publications).values({name: getattr(new, name) for name in Publication.__slots__})
            )
            place = {"period": new.period, "version": new.version}
            inputs = [place | {"submission_id": submission_id} for submission_id in submission_ids]
            if inputs:
                connection.execute(insert(publication_inputs), inputs)
            detail = {"version": new.version, "digest": new.digest, "path": new.path, "inputs": len(inputs)}
            log(connection, Event(new.created_at, actor, EventKind.PUBLISHED, new.period, detail=detail))
            return new

    def for_digest(self, period: str, digest: str) -> Publication | None:
        """The version made from these inputs."""
        with self._database.reading() as connection:
            return _for_digest(connection, period, digest)

    def next_version(self, period: str) -> int:
        """Number of the version to come: 1 for the first."""
        with self._database.reading() as connection:
            return _next_version(connection, period)

    def of(self, period: str) -> tuple[Publication, ...]:
        """Versions of a period, oldest first."""
        query = select(publications).where(publications.c.period == period).order_by(publications.c.version)
        with self._database.reading() as connection:
            return tuple(Publication(*row) for row in connection.execute(query))

    def inputs(self, period: str, version: int) -> tuple[int, ...]:
        """Ids of the submissions a version used."""
        used = publication_inputs.c
        query = select(used.submission_id).where(used.period == period, used.version == version)
        with self._database.reading() as connection:
            return tuple(connection.execute(query.order_by(used.submission_id)).scalars())


def _for_digest(connection: Connection, period: str, digest: str) -> Publication | None:
    query = select(publications).where(publications.c.period == period, publications.c.digest == digest)
    row = connection.execute(query).first()
    return Publication(*row) if row else None


def _next_version(connection: Connection, period: str) -> int:
    query = select(func.coalesce(func.max(publications.c.version), 0)).where(publications.c.period == period)
    return int(connection.execute(query).scalar_one()) + 1
