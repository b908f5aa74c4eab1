"""One marked copy: the original opened, our earlier marks taken out, new ones put in, written as .xlsx."""

from __future__ import annotations

from tonghop.files.limits import Limits
from tonghop.files.marked.explanation_sheet import put_explanations
from tonghop.files.marked.kept_sheet import Kept
from tonghop.files.marked.marking import mark
from tonghop.files.marked.order import Order
from tonghop.files.marked.original import open_original
from tonghop.files.marked.packing import packed
from tonghop.files.marked.places import Places
from tonghop.files.marked.result_sheet import put_result


def marked_copy(order: Order, limits: Limits) -> bytes:
    """The bytes of the copy; equal orders give equal bytes. RefusedError for a file that must not be parsed."""
    original = open_original(order.original, limits)
    book = original.book
    kept = Kept.taken_from(book, order.heading.office)
    places = Places(book, original.grids, order.forms)
    mark(book, order.groups, places, kept, order.heading.office)
    put_result(book, order, places)
    if order.explanations is not None:
        put_explanations(book, order, kept)
    kept.put(book)
    return packed(original)
