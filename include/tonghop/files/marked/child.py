"""The process that makes marked copies on behalf of `pool`: one per order, under the limits of reading.

numpy, which openpyxl would load if it could, is kept out: it alone takes half of the memory allowed.
"""

from __future__ import annotations

import marshal
import pickle
import sys
import traceback
import warnings

sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]

from tonghop.files.limits import Limits, RefusedError  # noqa: E402
from tonghop.files.marked.copy import marked_copy  # noqa: E402
from tonghop.files.marked.order import Order  # noqa: E402
from tonghop.files.marked.pool import FAULT, MADE, REFUSED  # noqa: E402
from tonghop.files.serving import serve  # noqa: E402


def answer(request: bytes, limits: Limits) -> bytes:
    """(MADE, bytes), (REFUSED, why) for a file that must not be parsed, (FAULT, traceback)."""
    order: Order = pickle.loads(request)  # noqa: S301  written by our own parent
    try:
        return marshal.dumps((MADE, marked_copy(order, limits)))
    except RefusedError as refusal:
        return marshal.dumps((REFUSED, str(refusal)))
    except MemoryError:
        return marshal.dumps((REFUSED, "too much memory"))
    except Exception as fault:  # noqa: BLE001  the parent logs it; here it would only end the process
        return marshal.dumps((FAULT, _trace(fault)))


def _trace(fault: Exception) -> str:
    """Where it happened and what kind it is; its words may quote a cell."""
    return "".join([*traceback.format_tb(fault.__traceback__), type(fault).__name__])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    serve(answer)
