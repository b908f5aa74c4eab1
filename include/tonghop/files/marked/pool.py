"""Ordering marked copies from child processes: a file that ends its child simply has no copy."""

from __future__ import annotations

import logging
import marshal
import pickle
from collections.abc import Iterator, Sequence

from tonghop.files.child_pool import ChildPool, LostError
from tonghop.files.limits import Limits
from tonghop.files.marked.order import Order

_LOG = logging.getLogger(__name__)
_CHILD = "tonghop.files.marked.child"
MADE, REFUSED, FAULT = "made", "refused", "fault"


class MarkingPool(ChildPool):
    """`workers` child processes that mark workbooks; a context manager that ends them."""

    def __init__(self, workers: int = 2, limits: Limits | None = None) -> None:
        super().__init__(_CHILD, workers, limits or Limits())

    def mark_many(self, orders: Sequence[Order]) -> Iterator[bytes | None]:
        """The bytes of each copy, in the order given; None where none could be made, and the log says why."""
        frames = self.ask_many(pickle.dumps(order) for order in orders)
        for order, frame in zip(orders, frames, strict=True):
            yield _copy(order, frame)


def _copy(order: Order, frame: bytes | LostError) -> bytes | None:
    if isinstance(frame, LostError):
        _LOG.warning("%s: marking it took too much (%s)", order.original.name, frame)
        return None
    kind, content = marshal.loads(frame)  # noqa: S302  marshal builds plain values only
    if kind == MADE and isinstance(content, bytes):
        return content
    _LOG.log(logging.ERROR if kind == FAULT else logging.INFO, "%s: not marked: %s", order.original.name, content)
    return None
