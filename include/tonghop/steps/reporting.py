"""The files of a publication: the workbook, the figures as CSV, and the narrative report where the regime has one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.review import Review
from tonghop.files.consolidated import write_csv, write_provincial
from tonghop.files.consolidated.correction_sheet import write_changes
from tonghop.files.report import convert_to_pdf, draw_charts, has_wording, letterhead, tell, write_report
from tonghop.steps.context import Context
from tonghop.steps.reviewing import reviewed
from tonghop.steps.words import STATE_WORDS

WORKBOOK, FIGURES, REPORT, PRINTED = "tong-hop.xlsx", "so-lieu.csv", "bao-cao.docx", "bao-cao.pdf"
CHANGES = "thay-doi.csv"


def build_outputs(
    context: Context,
    whole: Consolidated,
    folder: Path,
    review: Review | None = None,
) -> list[str]:
    """Write every file of the draft of `whole` into `folder`; names of the files that are there.

    `review`: of `whole`, where it is known already, with what it corrects.
    Equal inputs give equal bytes, the PDF excepted. StoreError when figures do not agree or cannot be written.
    """
    if review is None:
        with context.timed("review"):
            review = reviewed(context, whole)
    with context.timed("workbook"):
        write_csv(folder / FIGURES, whole)
        names = [WORKBOOK, FIGURES]
        if review.correction is not None:
            write_changes(folder / CHANGES, whole, review.correction)
            names.append(CHANGES)
        write_provincial(folder / WORKBOOK, whole, review)
    return [*names, *_report(context, review, folder)]


def not_built(names: Iterable[str]) -> dict[str, str]:
    """What a manifest says of a file that usually belongs to a publication and is not in this one."""
    made = set(names)
    if REPORT in made and PRINTED not in made:
        return {PRINTED: "Không lập được: máy không có LibreOffice, hoặc việc chuyển sang PDF không hoàn thành."}
    return {}


def _report(context: Context, review: Review, folder: Path) -> list[str]:
    """The narrative report with its charts, in Word and where possible as PDF."""
    province = review.whole.province
    letters = context.letters(province)
    if province.paper is None or not has_wording(letters):
        return []
    with context.timed("report"):
        story = tell(review, letters, STATE_WORDS, workbook=WORKBOOK)
        write_report(folder / REPORT, story, letterhead(review), draw_charts(review))
    with context.timed("pdf"):
        printed = convert_to_pdf(folder / REPORT)
    return [REPORT] if printed is None else [REPORT, PRINTED]
