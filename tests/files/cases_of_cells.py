"""Cases of `test_any_file`: a whole workbook in which a clerk typed, moved or named something differently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from files.book_changes import (
    Case,
    both,
    changed,
    copied,
    decomposed,
    extra,
    head,
    hidden,
    identity,
    moved,
    nil,
    numbers_as,
    printed,
    printed_period,
    renamed,
    row,
    swapped_rows,
    total,
    typed,
    unseen,
    without,
)
from files.made_books import Formula, Made, Page
from files.wide_province import FIRST, FORM, OTHER, TOTAL


def _accepted(name: str, codes: str, make: Callable[[Made], bytes], *words: str) -> Case:
    return Case(name, "accepted", codes, make, words=words)


def _invalid(name: str, codes: str, make: Callable[[Made], bytes], *words: str) -> Case:
    return Case(name, "invalid", codes, make, words=words)


def _returned(name: str, codes: str, make: Callable[[Made], bytes], *words: str) -> Case:
    return Case(name, "returned", codes, make, words=words)


def accepted() -> Iterator[Case]:
    yield _accepted("as it should be", "", changed(lambda _made: None))
    yield _accepted("decomposed letters", "", changed(decomposed))
    yield _accepted("stray spaces in a name", "", changed(row(FIRST, "  Đơn \u00a0 khiếu\u200b nại ")))
    yield _accepted("capitals in a name", "", changed(row(FIRST, "ĐƠN KHIẾU NẠI")))
    yield _accepted("text with hard spaces", "number-as-text", typed("\u00a010\u00a0"), "E10")
    yield _accepted("number typed as text", "number-as-text", typed("10"))
    yield _accepted(
        "a full stop groups thousands",
        "grouped-number",
        changed(both(row(FIRST, None, 1234, 0, "1.234", 1200, 34), total(1239, 0, 1239, 1205, 34))),
        "đã hiểu là 1.234",
    )
    yield _accepted(
        "hard spaces group thousands",
        "grouped-number",
        changed(both(row(FIRST, None, 1234, 0, "1\u00a0234", 1200, 34), total(1239, 0, 1239, 1205, 34))),
    )
    for name, word in (("hyphen", "-"), ("dash", "–"), ("word", "Không"), ("words", " không  có ")):
        yield _accepted(f"none as {name}", "none-word", typed(word, 7, FIRST + 1), "đã hiểu là 0")
    yield _accepted(
        "an added row",
        "row-added",
        changed(both(row(FIRST + 2, "Nước sạch", 1, 0, 1, 1, 0), total(16, 0, 16, 14, 2))),
        "Nước sạch",
    )
    yield _accepted("a misspelt name", "row-added", changed(row(FIRST, "Đơn khiếu lại")), "Có phải “Đơn khiếu nại”?")
    yield _accepted("a name without marks", "row-added", changed(row(FIRST, "Don khieu nai")), "“Đơn khiếu nại”?")
    yield _accepted("rows in another order", "", changed(swapped_rows))
    yield _accepted("columns in another order", "columns-moved", changed(moved({4: 5, 5: 4}, 8)), "cột 4 ở cột E")
    yield _accepted("a column put in", "columns-moved", changed(moved({5: 6, 6: 7, 7: 8}, 7)), "cột E chèn thêm")
    yield _accepted("all columns one further", "", changed(moved({number: number + 1 for number in range(1, 8)}, 7)))
    yield _accepted("a hidden column", "column-hidden", changed(hidden(5)), "cột 5 (cột E)")
    yield _accepted("a hidden column that is no form's", "", changed(hidden(12)))
    yield _accepted("wide columns", "", changed(lambda made: made[FORM].wide.extend((3, 4))))
    yield _accepted("an extra sheet", "sheet-extra", changed(extra("Nháp")), "“Nháp”")
    yield _accepted("an empty extra sheet", "", changed(extra("Sheet1", text="")))
    yield _accepted("a hidden extra sheet", "sheet-extra", changed(extra("Nháp", visible=False)))
    yield _accepted("our own sheet of results", "", changed(extra("Kết quả kiểm tra")))
    yield _accepted("a sheet found by its number", "sheet-renamed", changed(renamed(FORM, "Sheet1")), "“Sheet1”")
    yield _accepted("a sheet found by its title", "sheet-renamed", changed(both(head(""), renamed(FORM, "Quý 3"))))
    yield _accepted(
        "a sheet found by half its name",
        "sheet-renamed",
        changed(both(without((1, 1), (1, 3)), renamed(FORM, "Biểu T.01"))),
    )
    yield _accepted(
        "a sheet named without its dot", "sheet-renamed", changed(both(without((1, 1), (1, 3)), renamed(FORM, "T01")))
    )
    yield _accepted("a sheet in small letters", "", changed(renamed(FORM, "t.01 ")))
    yield _accepted("a hidden form", "sheet-hidden", changed(unseen), FORM)
    yield _accepted("formulas with their results", "", typed(Formula("=4+6", 10)))
    yield _accepted("sums whose results were not kept", "", typed(Formula("=D10+E10"), 3))
    yield _accepted("no hidden sheet", "", changed(lambda made: made.pages.remove(made["_tonghop"])))
    yield _accepted("nothing arose", "", changed(nil))
    yield _accepted("column numbers in brackets", "", changed(numbers_as("({})")))
    yield _accepted("no total row", "", changed(without(*((TOTAL, column) for column in range(2, 8)))))
    for name, text in (
        ("a link as a name", '=HYPERLINK("http://x.example","bấm")'),
        ("a command as a name", "+cmd|' /C calc'!A0"),
        ("markup and a picture as a name", "<script>alert(1)</script> 🙂"),
    ):
        yield _accepted(name, "row-added", changed(both(row(FIRST + 2, text, 1, 0, 1, 1, 0), total(16, 0, 16, 14, 2))))


def invalid() -> Iterator[Case]:
    yield _invalid("a decimal", "decimal-in-count", typed(1.5), "E10", "1,5")
    yield _invalid("a decimal as text", "decimal-in-count", typed("1,5"), "E10")
    yield _invalid("a comma that may mean either", "ambiguous-number", typed("1,234"), "E10")
    yield _invalid(
        "a negative number",
        "negative",
        changed(both(row(FIRST, None, 10, 0, 10, -8, 18), total(15, 0, 15, -3, 18))),
        "F10",
    )
    yield _invalid("text", "not-a-number", typed("khoảng mười"), "E10", "khoảng mười")
    yield _invalid("true", "not-a-number", typed(value=True))
    yield _invalid("a day", "not-a-number", typed(dt.date(2024, 9, 1)), "01/09/2024")
    for kind in ("xlsx", "ods", "xls"):
        yield _invalid(f"an error in .{kind}", "cell-error", typed("#REF!", kind=kind), "E10", "#REF!")
        yield _invalid(
            f"every place marked in .{kind}",
            "cell-error decimal-in-count not-a-number",
            changed(both(row(FIRST, None, 10, "#DIV/0!", 1.5, "tám", 2)), kind),
            "D10",
            "E10",
            "F10",
        )
    yield _invalid("a formula nobody computed", "formula-uncached", typed(Formula("=Z1")), "E10")
    yield _invalid("an open document's formula nobody computed", "formula-uncached", typed(Formula("=Z1"), kind="ods"))
    yield _invalid("a sum against its parts", "formula-mismatch", typed(11, 3), "C10")
    yield _invalid("a total against its rows", "total-mismatch", changed(total(15, 0, 16, 13, 2)), "E15")
    yield _invalid(
        "a row out of balance", "balance", changed(both(row(FIRST, None, 10, 0, 10, 8, 3), total(15, 0, 15, 13, 3)))
    )
    yield _invalid("a number too large", "too-large", typed(10**14))
    yield _invalid("an empty cell", "blank-cell", changed(without((FIRST, 6))), "F10")
    yield _invalid(
        "a form owed and missing", "form-missing", changed(lambda made: made.pages.remove(made[OTHER])), OTHER
    )
    yield _invalid(
        "an empty form", "form-empty", changed(lambda made: made[OTHER].cells.update({(5, 3): "Có phát sinh"}))
    )
    yield _invalid(
        "nothing arose, with figures",
        "nil-with-figures",
        changed(lambda made: made[FORM].cells.update({(5, 3): "Không phát sinh"})),
    )
    yield _invalid(
        "one name twice", "row-duplicate total-mismatch", changed(row(FIRST + 1, "Đơn khiếu nại")), "dòng 10"
    )
    yield _invalid("figures without a name", "row-unnamed total-mismatch", changed(row(FIRST, "")), "B10")
    yield _invalid("two sheets for one form", "sheet-ambiguous", changed(copied("T.01 (2)")), "“T.01”", "“T.01 (2)”")
    yield _invalid(
        "two renamed sheets for one form",
        "sheet-ambiguous",
        changed(both(copied("Bản mới"), renamed(FORM, "Bản cũ"))),
        "“Bản cũ”",
        "“Bản mới”",
    )
    yield _invalid(
        "sheets with each other's names",
        "sheet-ambiguous",
        changed(both(renamed(FORM, "x"), renamed(OTHER, FORM), renamed("x", OTHER))),
        FORM,
        OTHER,
    )


def returned() -> Iterator[Case]:
    yield _returned("a column number missing", "layout", changed(without((9, 6))), "thiếu cột 6")
    yield _returned(
        "a column number twice", "layout", changed(lambda made: made[FORM].cells.update({(9, 7): 6})), "cột 6"
    )
    yield _returned(
        "a column number too many", "layout", changed(lambda made: made[FORM].cells.update({(9, 8): 8})), "thừa cột 8"
    )
    yield _returned("no column numbers", "layout", changed(without(*((9, column) for column in range(1, 8)))))
    yield _returned(
        "numbers moved without their columns",
        "layout",
        changed(lambda made: made[FORM].cells.update({(9, 5): 6, (9, 6): 5})),
        "“Tiếp nhận mới”",
    )
    yield _returned("another unit's workbook", "wrong-unit", changed(identity(1, "W0101")), "Xã Bù Đốp Thượng")
    yield _returned(
        "another unit's header", "wrong-unit", changed(printed((1, 5), "Đơn vị báo cáo: UBND xã Lạ")), "xã Lạ"
    )
    yield _returned(
        "another period's workbook",
        "wrong-period",
        changed(both(identity(3, "20242"), printed_period("Quý II/2024"))),
        "Quý II/2024",
    )
    yield _returned("two periods in one workbook", "wrong-period", changed(identity(3, "20242")), "Quý II", "Quý III")
    yield _returned("no period at all", "unknown-identity", changed(printed((3, 3), "")))
    yield _returned("another regime's template", "other-regime", changed(identity(4, "cu/2018-01-01")))
    yield _returned(
        "only other sheets", "no-form", lambda _made: Made([Page("Sheet1", {(1, 1): "x"})]).xlsx(), "“Sheet1”"
    )
    yield _returned("only an empty sheet", "no-form", lambda _made: Made([Page("Sheet1")]).xlsx())
    yield _returned(
        "the consolidated view by unit", "no-form", lambda made: Made([Page("T.01 (đơn vị)", made[FORM].cells)]).xlsx()
    )
