"""The sheets beside the forms: comparison, ranking, targets, charts, what to type where, and where figures stand."""

from __future__ import annotations

from tonghop.domain.review import Review
from tonghop.files.consolidated.book import Book
from tonghop.files.consolidated.chart_sheet import write_charts
from tonghop.files.consolidated.comparison_sheet import write_comparison
from tonghop.files.consolidated.entry_sheet import write_entry
from tonghop.files.consolidated.ranking_sheet import write_ranking
from tonghop.files.consolidated.scope import Scope
from tonghop.files.consolidated.sources_sheet import write_sources
from tonghop.files.consolidated.targets_sheet import write_targets


def write_further(book: Book, scope: Scope, review: Review) -> None:
    """Add the sheets in the order in which they are read."""
    write_comparison(book, review)
    ranked = write_ranking(book, review)
    write_targets(book, review)
    write_charts(book, review, ranked)
    write_entry(book, scope, review)
    write_sources(book, review)
