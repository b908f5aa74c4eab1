"""From figures to sentences: the templates of the regime (`letters/bao-cao/*.j2`) told in the order of its outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tonghop.domain.errors import SpecError, SpecProblem
from tonghop.domain.period import ROMAN
from tonghop.domain.province import Paper, Province
from tonghop.domain.regime import Heading as Outlined
from tonghop.domain.review import OwnWords, Review
from tonghop.files.letters import render
from tonghop.files.report.facts import facts
from tonghop.files.report.paper import Letterhead
from tonghop.files.report.story import Appendix, Block, Heading, Paragraph, Story, parse

FOLDER = "bao-cao"
IN_BODY = 12  # different paragraphs of units under one heading; further ones stand in an appendix
_ROOM = "\u00a0" * 7  # left open for the clerk's office
_ROMAN = (*ROMAN, "V", "VI", "VII")


@dataclass(frozen=True, slots=True)
class Issue:
    """Number and day of the signed report; both are left open until the clerk's office gives them."""

    number: int | None = None
    day: date | None = None


def has_wording(letters: Path) -> bool:
    """Whether the regime whose `letters` these are has a narrative report."""
    return (letters / FOLDER / "mo-dau.j2").is_file()


def tell(
    review: Review, letters: Path, states: Mapping[str, str], *, workbook: str = "", issue: Issue = Issue()
) -> Story:
    """The whole text of the report; `states` says a unit's state in words.

    SpecError when the province has no `paper` section; jinja2.UndefinedError when a template names an unknown fact.
    """
    return _Teller(review, letters, states, workbook, issue).story()


def number_line(number: int | None, pattern: str, room: str = "…") -> str:
    """`05/BC-UBND`; `room` for the number while there is none."""
    return f"{room if number is None else f'{number:02d}'}/{pattern}"


def date_line(day: date | None, year: int, room: str = "…") -> str:
    """`ngày 05 tháng 02 năm 2024`: NĐ 30 leads days under 10 and months 1 and 2 with a zero."""
    if day is None:
        return f"ngày {room} tháng {room} năm {year}"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def letterhead(review: Review, issue: Issue = Issue()) -> Letterhead:
    """What stands around the story; SpecError when the province has no `paper` section."""
    province, period = review.whole.province, review.whole.period
    paper = _paper(province)
    return Letterhead(
        paper=paper,
        agency=province.agency,
        place=province.place,
        number=number_line(issue.number, paper.number, _ROOM),
        dated=date_line(issue.day, period.year, _ROOM),
        created=province.regime.window(period).last,
    )


def _paper(province: Province) -> Paper:
    if province.paper is None:
        file = f"provinces/{province.slug}/province.yaml"
        raise SpecError([SpecProblem(file, "paper", "chưa khai thể thức văn bản của báo cáo")])
    return province.paper


class _Teller:
    """One telling: the facts, and the templates they are put into."""

    def __init__(self, review: Review, letters: Path, states: Mapping[str, str], workbook: str, issue: Issue) -> None:
        paper = _paper(review.whole.province)
        self.review = review
        self.letters = letters
        self.words: dict[str, list[OwnWords]] = {}
        for own in review.words:
            self.words.setdefault(own.heading, []).append(own)
        self.facts: dict[str, Any] = facts(review, states, workbook=workbook)
        self.facts["number"] = number_line(issue.number, paper.number)
        self.facts["date"] = date_line(issue.day, review.whole.period.year)
        self.facts["appendix"] = self._numbers()

    def story(self) -> Story:
        outline = self.review.whole.province.regime.outline
        body = [*self._told("mo-dau.j2")]
        for heading in outline:
            body += self._section(heading)
        return Story(
            subject=self._line("trich-yeu.j2"),
            addressee=self.facts["recipient"],
            body=(*body, *self._told("ket.j2")),
            appendices=tuple(self._appendices()),
            reference=self._line("kem-theo.j2"),
        )

    def _numbers(self) -> dict[str, str]:
        """Roman numbers of the appendices this report has, by name: those with something to show and a template."""
        whole, review = self.review.whole, self.review
        present = {
            "missing": bool(whole.missing),
            "comparison": bool(review.references),
            "ranking": any(found for found in self.facts["rankings"].values()),
            "forms": True,
            "words": any(len(own) > IN_BODY for own in self.words.values()),
        }
        names = [name for name, there in present.items() if there and self._exists(f"phu-luc-{name}.j2")]
        return {name: _ROMAN[at] for at, name in enumerate(names, start=1)}

    def _section(self, heading: Outlined) -> Iterator[Block]:
        own = self.words.get(heading.number, [])
        yield _heading(heading)
        if not heading.units_write:
            return
        yield from self._told(self._template(heading), words=bool(own))
        yield from self._own(own[:IN_BODY])
        if len(own) > IN_BODY:
            line = self._line("con-lai.j2", left=len(own) - IN_BODY)
            yield Paragraph(line)

    def _template(self, heading: Outlined) -> str:
        """The heading's own template; one for headings without figures otherwise."""
        name = f"{heading.number}.j2"
        return name if self._exists(name) else "muc.j2"

    def _exists(self, name: str) -> bool:
        return (self.letters / FOLDER / name).is_file()

    def _own(self, words: list[OwnWords]) -> Iterator[Block]:
        full_name = self.review.whole.tree.full_name
        for own in words:
            authors = self._line("tac-gia.j2", authors=[full_name(unit) for unit in own.units])
            first, *further = f"“{own.text}”".split("\n")
            yield Paragraph(f"{authors} {first}", item=True, quoted=True)
            for line in further:
                yield Paragraph(line, quoted=True)

    def _appendices(self) -> Iterator[Appendix]:
        for name, number in self.facts["appendix"].items():
            source = f"phu-luc-{name}.j2"
            title, blocks = parse(self._render(source), source)
            if name == "words":
                blocks = (*blocks, *self._left())
            yield Appendix(number, title, blocks)

    def _left(self) -> Iterator[Block]:
        """What units wrote beyond the paragraphs shown in the body, under the headings."""
        for heading in self.review.whole.province.regime.outline:
            own = self.words.get(heading.number, [])[IN_BODY:]
            if own:
                yield Heading(3, f"Mục {heading.number}. {heading.title}")
                yield from self._own(own)

    def _told(self, name: str, **more: object) -> tuple[Block, ...]:
        return parse(self._render(name, **more), name)[1]

    def _line(self, name: str, **more: object) -> str:
        return " ".join(self._render(name, **more).split())

    def _render(self, name: str, **more: object) -> str:
        return render(self.letters, f"{FOLDER}/{name}", **{**self.facts, **more})


def _heading(heading: Outlined) -> Heading:
    """`I` heads a part, `I.5` the fifth section of it."""
    part, _, section = heading.number.partition(".")
    return Heading(2, f"{section}. {heading.title}") if section else Heading(1, f"{part}. {heading.title}")
