"""The chain of receipts: every link covers the one before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tonghop.domain.receipt import BEFORE_THE_FIRST, Link, breaks, canonical, chained


def chain(length: int) -> list[Link]:
    links: list[Link] = []
    for number in range(1, length + 1):
        previous = links[-1].digest if links else BEFORE_THE_FIRST
        facts = canonical({"số": number, "đơn vị": "Xã Bù Đốp"})
        links.append(Link(number, previous, facts, chained(previous, facts)))
    return links


def test_facts_have_one_spelling() -> None:
    assert canonical({"b": 1, "a": "đ"}) == '{"a":"đ","b":1}' == canonical({"a": "đ", "b": 1})


def test_a_whole_chain_has_no_breaks() -> None:
    assert list(breaks(chain(5))) == []
    assert list(breaks([])) == []


def rewritten(links: list[Link]) -> list[Link]:
    """The third receipt stating something else, with a digest that fits it."""
    facts = links[2].facts.replace("Bù Đốp", "khác")
    return [*links[:2], Link(3, links[2].previous, facts, chained(links[2].previous, facts)), *links[3:]]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda links: links[1:], [2]),
        (lambda links: [*links[:2], *links[3:]], [4]),
        (lambda links: [links[1], links[0], *links[2:]], [2, 1, 3]),
        (lambda links: [*links[:2], Link(3, links[2].previous, "{}", links[2].digest), *links[3:]], [3]),
        (rewritten, [4]),
    ],
    ids=["first gone", "one gone", "swapped", "facts changed", "rewritten with its digest"],
)
def test_what_was_changed_is_found(change: Callable[[list[Link]], list[Link]], found: list[int]) -> None:
    assert [number for number, _ in breaks(change(chain(5)))] == found
