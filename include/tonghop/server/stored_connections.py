"""The connections people made in Airflow (Admin → Connections), for commands that run beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping

_METADATA = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


def beside_airflow(environ: Mapping[str, str] | None = None) -> bool:
    """Whether this process belongs to an installation whose Airflow keeps connections in a database of its own."""
    return bool((os.environ if environ is None else environ).get(_METADATA))


def stored() -> dict[str, str]:
    """Every connection as URI by its id. Whatever Airflow raises when its database cannot be read."""
    from airflow.models import Connection
    from airflow.utils.session import create_session

    with create_session() as session:
        return {str(one.conn_id): str(one.get_uri()) for one in session.query(Connection).all()}
