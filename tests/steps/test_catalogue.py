"""Every entry of the catalogue of findings is reached: by a small workbook, collected like any other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from steps.catalogue_office import BEFORE, FORM, GOOD, LIST_FORM, PEERS, UNIT_FORM, build, edited, only, sheet, workbook
from toy_office import COMPLAINTS, HUYEN, PHUONG, Q1, Q2, Q3, REQUESTS, SO, XA, YEAR, Office, because

from tonghop.domain.finding import CATALOGUE
from tonghop.domain.submission import Explanation, Paragraph, Signature
from tonghop.exchange.unit_report import read_unit_report

Make = Callable[[Office], bytes]


def cell(address: str, value: object) -> Make:
    """A good workbook with one cell of T.01 typed over."""
    return lambda office: sheet(workbook(office), lambda page: page.__setitem__(address, value))


def rows(**typed: object) -> Make:
    return lambda office: workbook(office, **typed)  # type: ignore[arg-type]


def on_book(change: Callable[[object], object]) -> Make:
    return lambda office: edited(workbook(office), change)


def on_sheet(change: Callable[[object], object]) -> Make:
    return lambda office: sheet(workbook(office), change)


def hidden(name: str, value: object) -> Make:
    """A good workbook whose hidden sheet says something else."""

    def change(page: object) -> None:
        for row in page.iter_rows():  # type: ignore[attr-defined]
            if row[0].value == name:
                row[1].value = value

    return lambda office: sheet(workbook(office), change, "_tonghop")


def item(**changed: object) -> Make:
    values = {2: "KN-01", 3: "Khiếu nại", 4: dt.date(2024, 9, 30)} | {int(k[1:]): v for k, v in changed.items()}
    return rows(items={"1": values})


def nameless(office: Office) -> bytes:
    def strip(book: object) -> None:
        del book["_tonghop"]  # type: ignore[attr-defined]
        for name in (FORM, UNIT_FORM, LIST_FORM):
            for row in book[name].iter_rows(max_row=5):  # type: ignore[index]
                for one in row:
                    if isinstance(one.value, str) and "Kỳ báo cáo" in one.value:
                        one.value = None

    return edited(workbook(office), strip)


def encrypted(office: Office) -> bytes:
    """As a zip program with a password leaves it."""
    content = bytearray(workbook(office))
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def swap(page: object) -> None:
    """Columns 4 and 5 change places, with headings, numbers and figures."""
    for line in range(8, 15):
        left, right = page[f"D{line}"], page[f"E{line}"]  # type: ignore[index]
        left.value, right.value = right.value, left.value


BOOKS: dict[str, Make] = {
    "damaged": lambda _: b"no workbook",
    "locked": encrypted,
    "unsupported": lambda _: b"%PDF-1.7 " + b"x" * 400,
    "too-big": lambda office: workbook(office) + b"\0" * (21 << 20),
    "unsafe": cell("XFD19000", 1),
    "no-form": on_book(lambda book: [book.remove(book[name]) for name in (FORM, UNIT_FORM, LIST_FORM)]),
    "wrong-unit": lambda office: office.workbook(PHUONG),
    "wrong-period": lambda office: workbook(office, period=Q1),
    "unknown-identity": nameless,
    "other-regime": hidden("regime", "cchc/2024-01-01"),
    "layout": on_sheet(lambda page: page.delete_rows(9)),
    "form-missing": on_book(lambda book: book.remove(book[UNIT_FORM])),
    "form-empty": rows(rows={}),
    "nil-with-figures": rows(nil=True),
    "form-not-owed": lambda office: edited(office.workbook(SO), lambda book: book.create_sheet(LIST_FORM)),
    "sheet-ambiguous": on_book(lambda book: setattr(book.copy_worksheet(book[FORM]), "title", f"{FORM} (2)")),
    "sheet-renamed": on_book(lambda book: setattr(book[FORM], "title", f"Biểu {FORM}")),
    "sheet-hidden": on_book(lambda book: setattr(book[FORM], "sheet_state", "hidden")),
    "sheet-extra": on_book(lambda book: book.create_sheet("Nháp").append(["ghi chú"])),
    "columns-moved": on_sheet(swap),
    "column-hidden": on_sheet(lambda page: setattr(page.column_dimensions["E"], "hidden", True)),
    "row-unnamed": cell("E12", 3),
    "row-duplicate": lambda office: sheet(workbook(office), lambda page: page.__setitem__("B11", COMPLAINTS)),
    "row-added": rows(rows=GOOD | {"Đơn lạ": (0, 1, 1, 0)}),
    "blank-cell": cell("F10", None),
    "not-a-number": cell("F10", "tám"),
    "decimal-in-count": cell("F10", 8.5),
    "ambiguous-number": cell("F10", "1,234"),
    "too-large": cell("F10", 10**16),
    "not-a-date": item(c4="cuối tháng"),
    "cell-error": lambda office: sheet(workbook(office), lambda page: page.__setitem__("F10", "#REF!")),
    "formula-uncached": cell("F10", "=4+4"),
    "negative": cell("F10", -8),
    "not-in-set": item(c3="Kiến nghị"),
    "number-as-text": cell("F10", "8"),
    "grouped-number": rows(rows={COMPLAINTS: (2, 1000, 998, 4)}, overrides={(FORM, COMPLAINTS, 5): "1.000"}),
    "none-word": rows(rows={COMPLAINTS: (2, 2, 4, 0)}, overrides={(FORM, COMPLAINTS, 7): "-"}),
    "formula-mismatch": rows(overrides={(FORM, COMPLAINTS, 3): 13}),
    "total-mismatch": rows(overrides={(FORM, "", 5): 99}),
    "balance": rows(rows={COMPLAINTS: (2, 10, 8, 5)}),
    "balance-soft": rows(rows={COMPLAINTS: (2, 10, 11, 1)}),
    "carry-over": rows(rows={COMPLAINTS: (5, 10, 8, 7)}),
    "cross-form": rows(unit={3: 11, 4: 0}),
    "jump": rows(rows=GOOD | {COMPLAINTS: (2, 100, 98, 4)}),
    "jump-total": rows(rows={COMPLAINTS: (2, 30, 28, 4), REQUESTS: (0, 18, 18, 0)}),
    "zero": rows(rows=GOOD | {COMPLAINTS: (2, 5, 0, 7)}),
    "zero-total": rows(rows={COMPLAINTS: (2, 5, 0, 7)}),
    "vanished": rows(rows={COMPLAINTS: (2, 10, 8, 4)}),
    "growth": rows(rows=GOOD | {COMPLAINTS: (2, 20, 2, 20)}),
    "growth-total": rows(rows=GOOD | {COMPLAINTS: (2, 10, 4, 8)}),
    "unchanged": rows(rows=BEFORE),
    "signature-missing": rows(signature=Signature()),
    "explanation-unmatched": rows(explanations=[because(REQUESTS, 5)]),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Quarters II and III are open; the commune's quarter II stands."""
    with build(tmp_path_factory.mktemp("catalogue")) as app:
        found = Office(app)
        for period in (Q2, Q3):
            app.open(period)
        found.put(XA, "q2.xlsx", workbook(found, BEFORE, Q2, paragraphs=[Paragraph("1", "Đã tiếp dân.")]))
        assert found.collect() == [f"{XA} accepted"]
        yield found


def reached(office: Office, content: bytes, code: str = XA) -> list[str]:
    office.put(code, "bao-cao.xlsx", content)
    (answer,) = office.pass_over(units=[code]).answers
    return [finding.code for finding in answer.findings]


@pytest.mark.parametrize("code", BOOKS)
def test_a_workbook_reaches(office: Office, code: str) -> None:
    found = reached(office, BOOKS[code](office), SO if code == "form-not-owed" else XA)
    assert code in found, f"{code} not reached, but {found}"


def no_earlier_period(office: Office) -> list[str]:
    return reached(office, office.workbook(HUYEN), HUYEN)


def a_scan_that_did_not_run(office: Office) -> list[str]:
    office.at("2024-09-28T08:00:00")
    return reached(office, office.workbook(SO, rows={COMPLAINTS: (0, 3, 3, 0)}), SO)


def a_year_below_its_quarters(office: Office) -> list[str]:
    office.at("2025-01-02T08:00:00")
    for period in (Q1, YEAR):
        office.app.open(period)
    for period in (Q1, Q2, Q3):
        office.send(SO, period, {COMPLAINTS: (0, 10, 10, 0)}, explanations=[Explanation(FORM, "", 0, "Đính chính")])
    office.send(SO, YEAR, {COMPLAINTS: (0, 20, 20, 0)})
    return [finding.code for answer in office.pass_over(units=[SO]).answers for finding in answer.findings]


def a_correction_of_the_period_before(office: Office) -> list[str]:
    office.at("2024-09-16T10:00:00")
    office.send(HUYEN, Q3, {COMPLAINTS: (2, 10, 8, 4)})
    office.send(HUYEN, Q2, {COMPLAINTS: (0, 10, 7, 3)})
    office.collect()
    office.send(HUYEN, Q2, {COMPLAINTS: (0, 10, 6, 4)}, explanations=[Explanation(FORM, "", 0, "Đính chính")])
    office.collect()
    return [code for one in office.submissions(HUYEN) for code in office.codes(one.id)]


def a_share_far_from_its_peers(office: Office) -> list[str]:
    for code in PEERS:
        office.put(code, "bao-cao.xlsx", workbook(office, code=code, rows={COMPLAINTS: (0, 20, 20, 0)}))
    assert office.collect(units=PEERS) == [f"{code} accepted" for code in PEERS]
    return reached(office, workbook(office, {COMPLAINTS: (2, 10, 2, 10), REQUESTS: (0, 6, 1, 5)}))


def an_answer_of_a_system_that_is_no_report(office: Office) -> list[str]:
    found = read_unit_report(b"{", office.app.province, office.unit(SO), Q3)
    return [finding.code for finding in found.findings]


def a_correction_of_one_form(office: Office) -> list[str]:
    office.at("2024-09-16T10:00:00")
    correction = [Explanation(UNIT_FORM, "", 0, "Đính chính số trực tuyến")]
    changed = workbook(office, BEFORE, Q2, unit={3: 16, 4: 3}, explanations=correction)
    return reached(office, only(changed, UNIT_FORM))


# In the order of their clocks, which may not be set back.
STORIES: dict[str, Callable[[Office], list[str]]] = {
    "carry-over-unchecked": no_earlier_period,
    "form-kept": a_correction_of_one_form,
    "words-kept": a_correction_of_one_form,
    "earlier-period-changed": a_correction_of_the_period_before,
    "share": a_share_far_from_its_peers,
    "on-time-unseen": a_scan_that_did_not_run,
    "year-below-quarters": a_year_below_its_quarters,
    "data-unreadable": an_answer_of_a_system_that_is_no_report,
}


@pytest.mark.parametrize("code", STORIES)
def test_a_story_reaches(office: Office, code: str) -> None:
    assert code in STORIES[code](office)


def test_no_entry_of_the_catalogue_is_left_out() -> None:
    assert sorted(CATALOGUE.keys() - BOOKS.keys() - STORIES.keys()) == [], "give each a workbook that reaches it"
    assert sorted((BOOKS.keys() | STORIES.keys()) - CATALOGUE.keys()) == []
