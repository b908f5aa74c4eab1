"""How every chart looks: black and white, told apart by hatches and markers, figures written beside the marks."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

FONTS = ("Times New Roman", "Tinos", "Liberation Serif")  # the first with every Vietnamese letter
_ALWAYS = "DejaVu Serif"  # comes with the library
_LETTERS = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ≥≤–"
WIDTH_IN = 6.3  # of a picture over the whole text width
DPI = 200
HATCHES = ("", "////", "....", "xxxx")
FILLS = ("#595959", "#ffffff", "#d9d9d9", "#ffffff")


@lru_cache(maxsize=1)
def font() -> str:
    """Name of the font: old Liberation fonts, for one, lack most Vietnamese letters."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    found = {entry.name: entry.fname for entry in font_manager.fontManager.ttflist if entry.name in FONTS}
    for name in FONTS:
        if name in found and all(ord(letter) in FT2Font(found[name]).get_charmap() for letter in _LETTERS):
            return name
    return _ALWAYS


def size() -> float:
    """Points; the substitute font runs wide."""
    return 8.0 if font() == _ALWAYS else 10.0


def figure(height_in: float) -> tuple[Any, Any]:
    """A figure of the text width with one bare plot: (figure, axes). No window, no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    FigureCanvasAgg(drawn)
    axes = drawn.add_subplot()
    bare(axes)
    return drawn, axes


def bare(axes: Any) -> None:
    """Only the lines that carry meaning."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=2)


def written(axes: Any) -> None:
    """Every text of the plot in the font of the report."""
    texts = [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels(), *axes.get_yticklabels()]
    for text in (*texts, *axes.texts):
        text.set_fontfamily(font())
        text.set_fontsize(size())


def legend(axes: Any, columns: int) -> None:
    """The key above the plot, so that no mark lies under it."""
    key = axes.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, frameon=False, handlelength=2.2, handleheight=1.1
    )
    for text in key.get_texts():
        text.set_fontfamily(font())
        text.set_fontsize(size())


def png(drawn: Any) -> bytes:
    """The picture; equal figures give equal bytes (no time, no program name inside)."""
    stream = io.BytesIO()
    drawn.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    return stream.getvalue()
