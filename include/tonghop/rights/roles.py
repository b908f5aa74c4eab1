"""The three roles of every province and what each may do, in the words of Airflow's FabAuthManager.

A right on a DAG counts only together with the general right on what hangs below it (its runs, its tasks): the general
rights are the same for all provinces, the DAGs are what keeps them apart. No role may see all DAGs.
"""

from __future__ import annotations

from collections.abc import Iterator

from tonghop.branches import DAGS, Branch

Right = tuple[str, str]  # (action, resource)
VIEWER, OPERATOR, APPROVER = PARTS = ("xem", "dieu-hanh", "phe-duyet")
READ, EDIT, CREATE, MENU = "can_read", "can_edit", "can_create", "menu_access"
_SEEN = ("DAG Code", "DAG Runs", "DAG Versions", "DAG Warnings", "Task Instances", "Task Logs", "XComs")
_OWN = ("My Password", "My Profile")
_LOOKING: tuple[Right, ...] = (
    *((READ, name) for name in (*_SEEN, "HITL Detail", "Website", *_OWN)),
    *((EDIT, name) for name in _OWN),
    *((MENU, name) for name in ("Browse", "DAGs", "DAG Runs", "Task Instances", "HITL Detail")),
)
_RUNNING: tuple[Right, ...] = ((CREATE, "DAG Runs"), (EDIT, "DAG Runs"), (EDIT, "Task Instances"))
_ANSWERING: tuple[Right, ...] = ((EDIT, "HITL Detail"),)


def role(slug: str, part: str) -> str:
    """Name of a role: `dong-nai.xem`."""
    return f"{slug}.{part}"


def roles(branch: Branch) -> dict[str, frozenset[Right]]:
    """The province's roles by name.

    `xem` sees the province. `dieu-hanh` also starts and repeats its runs, and with it the desk lets one act.
    `phe-duyet` answers the questions of its approvals; whose answer counts is said by province.yaml.
    """
    seen = frozenset((READ, resource) for resource in _resources(branch, DAGS))
    ran = frozenset((EDIT, resource) for resource in _resources(branch, DAGS))
    asked = frozenset((EDIT, resource) for resource in _resources(branch, ("publish",)))
    looking = seen | frozenset(_LOOKING)
    return {
        role(branch.slug, VIEWER): looking,
        role(branch.slug, OPERATOR): looking | ran | frozenset(_RUNNING),
        role(branch.slug, APPROVER): looking | asked | frozenset(_ANSWERING),
    }


def _resources(branch: Branch, names: tuple[str, ...]) -> Iterator[str]:
    return (f"DAG:{branch.dag_id(name)}" for name in names)
