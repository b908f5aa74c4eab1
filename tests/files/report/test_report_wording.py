"""What the report says: every number from the figures, every gap said, nothing more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import jinja2
import pytest
from files.report.conftest import LETTERS, MISSING, YEAR_AGO, point, reference

from tonghop.domain.changes import Change, Past
from tonghop.domain.consolidated import Consolidated
from tonghop.domain.correction import ChangedFigure, CorrectedUnit, Correction
from tonghop.domain.errors import SpecError
from tonghop.domain.ranking import rank, unit_rate
from tonghop.domain.review import OwnWords, Review, review
from tonghop.domain.text import figure
from tonghop.domain.units import Level
from tonghop.files.report.story import Block, Heading, Paragraph, Picture, Story, Table, parse
from tonghop.files.report.wording import IN_BODY

NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")
CITED = re.compile(
    r"số \d+/\d{4}/TT-VPCP|ngày \d{1,2}/\d{1,2}/\d{4}|ngày … tháng … năm \d{4}|[Ll]ũy kế \d+ tháng|[Nn]ăm \d{4}"
    r"|\b[Qq]uý (I|II|III|IV)[ /](năm )?\d{4}|Biểu [IV.]+\d+[ab]?(/VPCP/KSTT)?|mục I\.\d+|Bảng \d+"
)


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Every text that templates gave; words of units are left out."""
    for block in blocks:
        if isinstance(block, Heading) or (isinstance(block, Paragraph) and not block.quoted):
            yield block.text
        elif isinstance(block, Picture):
            yield block.caption
        elif isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row.cells)


def body(story: Story) -> str:
    return "\n".join(texts(story.body))


def section(story: Story, title: str) -> list[Block]:
    """Blocks under the heading whose text begins with `title`."""
    starts = [at for at, b in enumerate(story.body) if isinstance(b, Heading) and b.level < 3]
    start = next(at for at in starts if story.body[at].text.startswith(title))  # type: ignore[union-attr]
    end = next((at for at in starts if at > start), len(story.body))
    return list(story.body[start + 1 : end])


def known(of: Review) -> set[str]:
    """Every figure the review holds, as it would be printed."""
    numbers: set[int | Decimal] = {of.whole.owed, of.whole.accepted, len(of.whole.missing)}
    numbers |= {sum(s.accepted and s.on_time is False for s in of.whole.statuses)}
    changes: list[Change] = []
    for form in of.forms.values():
        numbers |= {form.counted, form.owed, form.items, len(form.missing) - 4}
        numbers |= {f.value for f in form.figures.values() if f.value is not None}
        numbers |= {
            t.value for level in Level for n in form.figures if (t := form.at(level, n)) and t.value is not None
        }
        numbers |= {value for n in form.figures for _, value in form.most(n, 5)}
        changes += [change for f in form.figures.values() for change in f.changes]
    for totals in of.longer:
        numbers |= {*totals.coverage("70")}
        numbers |= {
            t.value for k, t in totals.totals.items() if k.scope == "70" and not k.group and t.value is not None
        }
    for found in of.rates:
        numbers |= {n for r in (found.rate, found.longer) if r for n in (r.value, r.part, r.whole) if n is not None}
        changes += found.changes
        for level in (Level.DEPARTMENT, Level.DISTRICT):
            ranking = rank(of.whole, found.rate.measure, level)
            numbers.add(found.rate.measure.least)
            for place in ranking.places:
                rate = place.rate
                numbers |= {n for n in (place.number, rate.value, rate.part, rate.whole) if n is not None}
                numbers |= {rate.counted, rate.owed}
                others = (unit_rate(of.whole.form(m.rate.measure.form), m.rate.measure, place.unit) for m in of.rates)
                numbers |= {other.value for other in others if other.value is not None}
    for change in changes:
        numbers |= {change.now, change.before, change.delta, abs(change.delta), change.units}
        numbers |= {abs(change.percent)} if change.percent is not None else set()
    numbers |= {target.now.target.value for target in of.targets}
    return {figure(abs(number)) for number in numbers}


def test_every_number_is_one_of_the_computed_figures(looked_at: Review, story: Story) -> None:
    names = sorted((looked_at.whole.tree.full_name(u) for u in looked_at.whole.tree.filing), key=len, reverse=True)
    sources = [t.now.target.source for t in looked_at.targets]
    allowed = known(looked_at)
    unknown = []
    for text in (*texts(story.body), *(t for a in story.appendices for t in texts(a.blocks))):
        rest = text
        for name in (*sources, *names, "tong-hop.xlsx", *(f.totals.form.number for f in looked_at.forms.values())):
            rest = rest.replace(name, " ")
        rest = CITED.sub(" ", rest)
        running = {str(number) for number in range(1, 60)} if NUMBER.fullmatch(text) else set()  # TT of a table row
        unknown += [f"{n} in “{text[:90]}”" for n in NUMBER.findall(rest) if n not in allowed | running]
    assert unknown == []


def test_templates_hold_no_figures_of_their_own() -> None:
    loose = []
    for path in (LETTERS / "bao-cao").glob("*.j2"):
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"^@bang .*$", "", text, flags=re.MULTILINE)
        loose += [f"{path.name}: {n}" for n in NUMBER.findall(CITED.sub(" ", text))]
    assert loose == []


def test_main_sentence_of_dossiers_is_added_from_the_units(looked_at: Review, story: Story) -> None:
    totals = looked_at.whole.form("II.06a")
    counted = [code for code, state in totals.states.items() if state in {"accepted", "nil"}]
    added = {n: sum(totals.own(code, n).value or 0 for code in counted) for n in range(3, 14)}  # type: ignore[union-attr]
    text = body(story)
    assert f"Tổng số hồ sơ TTHC phải giải quyết trong kỳ là {figure(added[3])} hồ sơ" in text
    assert f"tiếp nhận trực tuyến {figure(added[4])} hồ sơ" in text
    share = (Decimal(added[8] + added[9]) * 100 / added[7]).quantize(Decimal("0.01"))
    assert f"đạt {figure(share)}% ({figure(added[8] + added[9])}/{figure(added[7])} hồ sơ)" in text


def test_changes_compare_only_units_of_both_periods(looked_at: Review, story: Story) -> None:
    now, before = looked_at.whole.form("II.06a"), looked_at.references[0].forms["II.06a"]
    both = [c for c, state in now.states.items() if state == "accepted" and before.states[c] == "accepted"]
    delta = sum((now.own(c, 3).value or 0) - (before.own(c, 3).value or 0) for c in both)  # type: ignore[union-attr]
    word = "tăng" if delta > 0 else "giảm"
    assert f"{word} {figure(abs(delta))} hồ sơ (" in body(story)
    assert "chỉ tính trên những đơn vị có số liệu ở cả hai kỳ" in body(story)


def test_outline_is_complete_and_in_order(looked_at: Review, story: Story) -> None:
    headings = [b.text for b in story.body if isinstance(b, Heading) and b.level < 3]
    outline = looked_at.whole.province.regime.outline
    assert [text.partition(". ")[2] for text in headings] == [heading.title for heading in outline]
    assert [text.partition(". ")[0] for text in headings] == [h.number.rpartition(".")[2] for h in outline]


def test_text_ends_with_the_closing_sign_and_nowhere_else(story: Story) -> None:
    paragraphs = list(texts(story.body))
    assert paragraphs[-1].endswith("./.")
    assert not any("./." in text for text in paragraphs[:-1])


def test_missing_units_are_named_in_the_text_and_all_in_the_appendix(looked_at: Review, story: Story) -> None:
    names = [looked_at.whole.tree.full_name(looked_at.whole.tree[code]) for code in MISSING]
    assert all(name in body(story) for name in names)
    rows = [row.cells for row in story.appendices[0].blocks[0].rows if row.kind == "body"]  # type: ignore[union-attr]
    assert sorted(cells[1] for cells in rows) == sorted(names)
    assert {cells[2] for cells in rows} == {"Chưa gửi", "Trả lại", "Chờ giải trình"}


def test_many_missing_units_are_shortened_with_a_pointer(
    quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    whole = quarter()
    gone = [unit.code for unit in whole.tree.at(Level.COMMUNE)][:30]
    story = telling(review(quarter(states=dict.fromkeys(gone, "missing"))))
    opening = "\n".join(list(texts(story.body))[:3])
    assert "và 22 đơn vị khác (chi tiết tại Phụ lục I)" in opening
    assert len(story.appendices[0].blocks[0].rows) == 31  # type: ignore[union-attr]


def test_complete_period_needs_no_list_of_missing_units(
    quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    story = telling(review(quarter()))
    assert "tất cả 142 cơ quan, đơn vị" in body(story)
    assert "chưa có báo cáo được chấp nhận" not in body(story)
    assert [appendix.number for appendix in story.appendices] == ["I", "II"]
    assert "nêu tại Phụ lục II" in body(story)


def test_without_an_earlier_period_nothing_is_compared(
    quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    text = body(telling(review(quarter())))
    assert "Báo cáo không có phần so sánh" in text
    assert not re.search(r"\b(tăng|giảm) [\d.,]+", text)


def test_year_ago_is_mentioned_only_where_it_is_known(
    looked_at: Review, story: Story, quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    assert "so với quý III/2023" in body(story)
    only_last = telling(review(looked_at.whole, looked_at.references[:1]))
    assert "2023" not in body(only_last).replace("29/12/2023", "").replace("15/12/2023", "")
    ago = telling(review(looked_at.whole, (reference(Past.YEAR_AGO, quarter(YEAR_AGO)),)))
    assert "quý II/2024" not in body(ago)


def test_nothing_arose_is_said_and_with_a_gap_the_gap_too(
    quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    whole = quarter()
    nil = frozenset((unit.code, "II.01") for unit in whole.tree.at(Level.DEPARTMENT))
    said = [b.text for b in section(telling(review(quarter(nil=nil))), "1. Đánh giá") if isinstance(b, Paragraph)]
    assert said[0] == "Theo báo cáo của 19/19 đơn vị, trong kỳ không phát sinh việc đánh giá tác động của TTHC."
    gap = section(telling(review(quarter(nil=nil, states={"STP": "missing"}))), "1. Đánh giá")
    assert [b.text for b in gap if isinstance(b, Paragraph)] == [
        "Theo báo cáo của 18/19 đơn vị, trong kỳ không phát sinh việc đánh giá tác động của TTHC.",
        "Số liệu mục này tổng hợp từ 18/19 đơn vị phải báo cáo Biểu II.01; chưa có số liệu của Sở Tư pháp.",
    ]


def test_a_form_nobody_filed_is_not_reported_as_nothing_arose(
    quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    whole = quarter()
    states = {unit.code: "missing" for unit in whole.tree.at(Level.DEPARTMENT)}
    text = "\n".join(
        b.text for b in section(telling(review(quarter(states=states))), "2. Thẩm định") if hasattr(b, "text")
    )
    assert "Chưa có đơn vị nào trong 19 đơn vị phải báo cáo Biểu II.02 có báo cáo được chấp nhận" in text
    assert "không phát sinh" not in text


def test_a_period_without_any_dossier_has_no_rates(
    quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    whole = quarter()
    nil = frozenset((unit.code, form) for unit in whole.tree.filing for form in ("II.06a", "II.08"))
    of = review(quarter(nil=nil))
    assert all(found.rate.value is None for found in of.rates)
    text = body(telling(of))
    assert "không phát sinh hồ sơ TTHC" in text
    assert "không phát sinh số liệu" in text or "Hồ sơ giải quyết đúng hạn:" not in text


def test_units_words_stand_under_their_heading_with_their_authors(story: Story) -> None:
    said = [b for b in section(story, "8. Truyền thông") if isinstance(b, Paragraph)]
    assert said[0].text.startswith("Sở Nội vụ; Phường Tân Phú, thành phố Đồng Xoài báo cáo: “Đã tổ chức 97 hội nghị.")
    assert said[1].text == "@hinh không phải lệnh”"
    assert all(paragraph.quoted for paragraph in said)
    empty = [b.text for b in section(story, "9. Sáng kiến") if isinstance(b, Paragraph)]
    assert empty == ["Trong kỳ, không có đơn vị nào báo cáo nội dung của mục này."]


def test_too_many_words_go_on_in_an_appendix(
    looked_at: Review, quarter: Callable[..., Consolidated], telling: Callable[..., Story]
) -> None:
    units = looked_at.whole.tree.at(Level.COMMUNE)[: IN_BODY + 3]
    words = tuple(OwnWords("I.9", f"Sáng kiến của {unit.code}", (unit,)) for unit in units)
    story = telling(review(quarter(), words=words))
    assert sum(b.quoted for b in section(story, "9. Sáng kiến") if isinstance(b, Paragraph)) == IN_BODY
    assert "(3 nội dung) tại Phụ lục III" in body(story)
    assert sum(b.quoted for b in story.appendices[-1].blocks if isinstance(b, Paragraph)) == 3


def test_a_tie_is_not_cut_into_leaders(looked_at: Review) -> None:
    form = looked_at.forms["II.06a"]
    values = sorted((value for _, value in form.most(3, 10**6)), reverse=True)
    for count in (1, 3, 5):
        kept = [value for _, value in form.most(3, count)]
        assert all(value > values[count] for value in kept)


def test_targets_are_compared_only_where_a_form_holds_them(looked_at: Review, story: Story) -> None:
    text = body(story)
    assert "Hồ sơ trực tuyến toàn trình ≥ 30% (cả tỉnh, năm; QĐ 2142/QĐ-UBND ngày 29/12/2023)." in text
    compared = looked_at.targets[0].best_known
    assert f"chỉ tiêu > 98% (cả tỉnh, năm; {compared.target.source}): {'đạt' if compared.met else 'chưa đạt'}" in text
    assert "(số liệu chưa đầy đủ)" in text


def test_a_correction_says_what_it_replaces(looked_at: Review, story: Story, telling: Callable[..., Story]) -> None:
    assert "đính chính" not in body(story)
    unit = looked_at.whole.tree["SNV"]
    moment = datetime(2024, 9, 22, 9, tzinfo=looked_at.whole.province.regime.zone)
    mended = CorrectedUnit(unit, looked_at.whole.period, 1, 2, "ab" * 32, moment)
    changed = ChangedFigure("II.06a", "don_vi", "SNV", "", 4, "10", "complete", "12", "complete", (unit,))
    correction = Correction(2, 1, moment, 138, 142, (mended,), (changed,))
    text = body(telling(replace(looked_at, correction=correction)))
    assert "Báo cáo này là bản v2, đính chính và thay thế bản v1 đã công bố ngày 22/09/2024" in text
    assert "138/142 cơ quan, đơn vị" in text


def test_trend_is_drawn_from_every_known_period(looked_at: Review) -> None:
    assert [str(p.period) for p in looked_at.trend] == ["20242", "20243"]
    assert point(looked_at.whole).figures[3].value == looked_at.headline.figures[3].value


def test_a_template_that_names_an_unknown_fact_is_refused(
    looked_at: Review, telling: Callable[..., Story], tmp_path: Path
) -> None:
    folder = tmp_path / "letters" / "bao-cao"
    folder.mkdir(parents=True)
    for path in (LETTERS / "bao-cao").glob("*.j2"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "ket.j2").write_text("{{ khong_co }}./.", encoding="utf-8")
    with pytest.raises(jinja2.UndefinedError, match="khong_co"):
        telling(looked_at, letters=tmp_path / "letters")


@pytest.mark.parametrize("line", ["@lenh la", "| ô | lẻ"])
def test_a_line_of_a_template_that_means_nothing_is_refused(line: str) -> None:
    with pytest.raises(SpecError, match=r"mau\.j2"):
        parse(line, "mau.j2")


def test_a_row_that_does_not_fit_its_table_is_refused() -> None:
    with pytest.raises(SpecError, match="2 cột"):
        parse("@bang 1 1\n|= A | B\n| a | b | c", "mau.j2")


def test_province_without_paper_has_no_report(looked_at: Review, telling: Callable[..., Story]) -> None:
    bare = replace(looked_at, whole=replace(looked_at.whole, province=replace(looked_at.whole.province, paper=None)))
    with pytest.raises(SpecError, match="paper"):
        telling(bare)
