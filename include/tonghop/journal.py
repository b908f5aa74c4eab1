"""The log of what the system does: one event a line, a name and plain facts.

No line can carry what people are called, what they typed or a secret: facts are codes, states, numbers and the first
digits of a hash, and a value of any other shape is left out. Inside Airflow the facts are fields of its own structured
log (JSON where Airflow is told so); elsewhere they are `name=value` through Python's logging.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback

LOGGER = "tonghop"
LEFT_OUT = "?"
_PLAIN = re.compile(r"[\w.:>+-]{0,200}")  # no room, no slash, no at-sign: no name, address or e-mail
_SHA = 12


def note(event: str, /, *, level: str = "info", **facts: str | int | float) -> None:
    """Log `event` with its facts at `level` (`info`, `warning`, `error`)."""
    plain = {name: _shown(value) for name, value in facts.items()}
    structlog = sys.modules.get("structlog")  # Airflow has set it up, or nobody has
    if structlog is not None and structlog.is_configured():
        getattr(structlog.stdlib.get_logger(LOGGER), level)(event, **plain)
        return
    said = " ".join([event, *(f"{name}={value}" for name, value in plain.items())])
    logging.getLogger(LOGGER).log(logging.getLevelNamesMapping()[level.upper()], said)


def short(sha256: str) -> str:
    """Enough of a hash to find the file by."""
    return sha256[:_SHA]


def where(error: BaseException) -> str:
    """Which lines of code an exception passed (`collect.py:80>reader.py:31`), not its words: they may quote a cell."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return ">".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)


def show() -> None:
    """Write the log to the error output, for commands run by hand or by cron."""
    shown = logging.StreamHandler()
    shown.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger(LOGGER)
    logger.handlers, logger.propagate = [shown], False
    logger.setLevel(logging.INFO)


def _shown(value: str | int | float) -> str | int | float:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else LEFT_OUT
    return round(value, 3) if isinstance(value, float) else value
