"""Who is at the page and what they may do. The rest of the page asks here and never Airflow itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

RELEASES = "publish"  # the DAG that drafts, asks for approval and releases


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone logged in: viewers read, operators (`acts`) also act. Who may approve is the province's to name.

    `others`: other provinces of the installation may be seen as well.
    """

    login: str
    reads: bool
    acts: bool
    others: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """An approval task that waits in Airflow: its words, where to answer it, who may ([]: anyone Airflow lets)."""

    subject: str
    address: str
    logins: tuple[str, ...]


@dataclass(frozen=True)
class Gate:
    """What the page needs of the place it runs in.

    `visitor` is a FastAPI dependency that gives a Visitor or answers 401; `secret` signs form tokens; `airflow` is the
    address of Airflow's own pages; `period_of_run` gives the period a run was started for, "" for none of its own.
    `releases` is the DAG that releases the province's report.
    """

    visitor: Callable[..., Any]
    login_url: Callable[[str], str]
    secret: bytes
    waiting: Callable[[], Sequence[Waiting]]
    period_of_run: Callable[[str, str], str] = lambda _dag_id, _run_id: ""
    airflow: str = "/"
    releases: str = RELEASES
