"""What a unit need not file leaves everything that is owed: counts, lists, templates, checks, totals, the report."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest
from steps.catalogue_office import FORM, LIST_FORM, PEERS, UNIT_FORM, only, workbook
from toy_office import HUYEN, PHUONG, Q2, Q3, SO, XA, Office

from tonghop.domain.errors import UsageError
from tonghop.steps.actions import Desk
from tonghop.steps.exempting import Freed, exempt
from tonghop.steps.opening import template_name
from tonghop.steps.owing import still_owed
from tonghop.steps.picture import picture
from tonghop.steps.tracing import Wish
from tonghop.steps.withdrawing import revision_of, withdraw

WHY = "Đơn vị mới thành lập, chưa phát sinh nhiệm vụ."


@pytest.fixture
def office(three_forms: Office) -> Office:
    return three_forms


def free(office: Office, form: str = "", code: str = XA, *, lifted: bool = False) -> bool:
    desk = Desk("canbo", Q3, office.unit(code))
    return exempt(office.app.context, desk, Freed(form, WHY, lifted))


def template_sheets(office: Office, code: str = XA) -> list[str]:
    path = office.folder(code, "nhan-ve") / template_name(Q3, office.unit(code))
    return [name for name in openpyxl.load_workbook(path).sheetnames if name.startswith("T.")]


def counts(office: Office) -> dict[str, int]:
    status = office.app.status(Q3).as_dict()
    kinds = ("accepted", "invalid", "awaiting_explanation", "returned", "missing")
    assert status["owed"] == sum(status[kind] for kind in kinds) == len(status["units"])
    return {kind: status[kind] for kind in ("owed", *kinds)}


def file_all(office: Office, *, but: str = "") -> None:
    for code in (SO, HUYEN):
        office.send(code)
    for code in {XA, PHUONG, *PEERS} - {but}:
        office.put(code, "bao-cao.xlsx", workbook(office, code=code))
    office.collect()


def test_an_exempt_form_is_neither_asked_for_nor_missing(office: Office) -> None:
    free(office, UNIT_FORM)
    assert template_sheets(office) == [FORM, LIST_FORM]
    office.put(XA, "hai-bieu.xlsx", only(workbook(office), FORM, LIST_FORM))
    assert office.collect() == [f"{XA} accepted"]
    status = next(one for one in office.app.status(Q3).units if one.unit.code == XA)
    assert status.forms == {FORM: "accepted", LIST_FORM: "nil"}


def test_an_exempt_form_leaves_the_totals_it_belonged_to(office: Office) -> None:
    free(office, UNIT_FORM)
    office.put(XA, "hai-bieu.xlsx", only(workbook(office), FORM, LIST_FORM))
    file_all(office, but=XA)
    office.app.consolidate(Q3)
    forms = {totals.form.code: totals for totals in picture(office.app.context, Q3).forms}
    assert forms[UNIT_FORM].coverage("W99") == (4, 4)
    assert forms[FORM].coverage("W99") == (7, 7)


def test_an_exempt_unit_is_on_no_list(office: Office) -> None:
    before = counts(office)
    assert free(office)
    assert counts(office) == before | {"owed": before["owed"] - 1, "missing": before["missing"] - 1}
    assert XA not in [one.unit.code for one in office.app.status(Q3).units]
    assert not still_owed(office.app.context, "20243", office.unit(XA).key)
    office.put(XA, "thua.xlsx", workbook(office))
    assert office.collect() == [], "an inbox nobody owes anything into is not looked at"
    file_all(office, but=XA)
    office.app.consolidate(Q3)
    whole = picture(office.app.context, Q3)
    assert (whole.accepted, whole.owed, whole.missing) == (6, 6, ())
    folder = office.app.draft(Q3).folder
    cover = openpyxl.load_workbook(folder / "tong-hop.xlsx")["Trang bìa"]
    words = [cell for row in cover.iter_rows(values_only=True) for cell in row if cell]
    assert any(str(word).endswith("Đơn vị được miễn báo cáo") for word in words)
    assert WHY in words
    assert "tất cả các biểu" in words


def test_only_the_period_meant_is_exempt(office: Office) -> None:
    office.app.open(Q2)
    free(office)
    assert office.state(XA, Q2) == "missing"


def test_the_end_of_an_exemption_brings_everything_back(office: Office) -> None:
    before = counts(office)
    revision = office.app.store.periods.revision("20243")
    free(office)
    assert free(office, lifted=True)
    assert counts(office) == before
    assert still_owed(office.app.context, "20243", office.unit(XA).key)
    assert office.app.store.periods.revision("20243") == revision + 2
    assert office.event_kinds()[-2:] == ["exempted", "exemption_lifted"]


def test_a_form_owed_again_after_acceptance_is_missing_until_it_comes(office: Office) -> None:
    free(office, UNIT_FORM)
    office.put(XA, "hai-bieu.xlsx", only(workbook(office), FORM, LIST_FORM))
    assert office.collect() == [f"{XA} accepted"]
    free(office, UNIT_FORM, lifted=True)
    assert template_sheets(office) == [FORM, UNIT_FORM, LIST_FORM]
    status = next(one for one in office.app.status(Q3).units if one.unit.code == XA)
    assert (status.state, status.forms) == ("missing", {FORM: "accepted", UNIT_FORM: "missing", LIST_FORM: "nil"})
    assert still_owed(office.app.context, "20243", office.unit(XA).key)
    office.put(XA, "mot-bieu.xlsx", only(workbook(office), UNIT_FORM))
    assert office.collect() == [f"{XA} accepted"]
    assert office.state(XA) == "accepted"
    assert not still_owed(office.app.context, "20243", office.unit(XA).key)


def test_what_stands_filed_is_not_exempted_before_it_is_withdrawn(office: Office) -> None:
    office.put(XA, "bao-cao.xlsx", workbook(office))
    assert office.collect() == [f"{XA} accepted"]
    for form in ("", FORM):
        with pytest.raises(UsageError, match="được chấp nhận ở lần gửi 1"):
            free(office, form)
    assert free(office, LIST_FORM), "it states nothing"
    desk = Desk("canbo", Q3, office.unit(XA))
    withdraw(office.app.context, desk, revision_of(office.app.context, desk).id, "Gửi nhầm, đã có công văn.")
    assert free(office)
    assert XA not in [one.unit.code for one in office.app.status(Q3).units]


def test_said_twice_it_is_recorded_once(office: Office) -> None:
    assert free(office, UNIT_FORM)
    events = office.event_kinds()
    assert not free(office, UNIT_FORM)
    assert not free(office, FORM, lifted=True)
    assert office.event_kinds() == events


def test_a_form_nobody_asks_for_is_no_exemption(office: Office) -> None:
    with pytest.raises(UsageError, match=r"không phải báo cáo biểu T\.02"):
        free(office, UNIT_FORM, SO)


def test_a_draft_of_other_duties_is_another_draft(office: Office) -> None:
    file_all(office, but=XA)
    office.app.consolidate(Q3)
    before = office.app.draft(Q3).digest
    free(office)
    assert office.app.pending() == {"20243": 7}
    assert office.app.draft(Q3).digest != before


def test_a_published_figure_is_still_traced_after_the_unit_was_freed(office: Office) -> None:
    file_all(office)
    office.app.consolidate(Q3)
    office.publish()
    wish = Wish(FORM, "TỔNG CỘNG", 5)
    before = office.app.trace(Q3, wish)
    desk = Desk("canbo", Q3, office.unit(XA))
    withdraw(office.app.context, desk, revision_of(office.app.context, desk).id, "Gửi nhầm, đã có công văn.")
    free(office)
    assert office.app.trace(Q3, wish) == before
    now = office.app.trace(Q3, replace(wish, current=True))
    assert (now.value, now.owed) == ((before.value or 0) - 15, before.owed - 1)
