"""Letters are written down before they leave, each once a day, kind and channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from store.samples import NOON, PERIOD, UNIT, at

from tonghop.domain.reminding import Channel, LetterOutcome, NewLetter
from tonghop.store import Store
from tonghop.store.records import Event, EventKind

DAY = date(2024, 9, 16)
MAIL = NewLetter(PERIOD, UNIT, DAY, "reminder", Channel.EMAIL, "truoc-han", "a@b.example", "Còn 2 ngày")
PAGE = replace(MAIL, channel=Channel.FOLDER, address="nhan-ve/Don-doc.html")


def end(store: Store, letter: NewLetter, outcome: LetterOutcome, words: str = "") -> None:
    (begun,) = store.letters.claim([letter], NOON)
    store.letters.finish([begun.id], outcome, words, [], at(1))


def test_a_letter_is_kept_with_its_end_and_its_event(store: Store) -> None:
    (begun,) = store.letters.claim([MAIL], NOON)
    assert (begun.what, begun.outcome, begun.ended_at) == (MAIL, None, None)
    event = Event(at(1), "an", EventKind.LETTER_SENT, PERIOD, UNIT, detail={"channel": "email"})
    store.letters.finish([begun.id], LetterOutcome.SENT, "", [event], at(1))
    (kept,) = store.letters.of(PERIOD, UNIT)
    assert (kept.what, kept.begun_at, kept.ended_at, kept.outcome) == (MAIL, NOON, at(1), LetterOutcome.SENT)
    assert store.letters.on(DAY) == store.letters.of(PERIOD) == (kept,)
    assert store.events.of(PERIOD)[-1] == event


@pytest.mark.parametrize("other", [{"step": "qua-han"}, {"address": "c@d.example"}, {"subject": "khác"}])
def test_the_same_letter_in_other_words_is_no_other_letter(store: Store, other: dict[str, str]) -> None:
    end(store, MAIL, LetterOutcome.SENT)
    assert store.letters.claim([replace(MAIL, **other)], at(2)) == ()
    assert not store.letters.due([replace(MAIL, **other)])


@pytest.mark.parametrize(
    "other", [{"day": date(2024, 9, 17)}, {"kind": "summary"}, {"period": "20242"}, {"channel": Channel.FOLDER}]
)
def test_another_day_kind_period_or_channel_is_another_letter(store: Store, other: dict[str, object]) -> None:
    end(store, MAIL, LetterOutcome.SENT)
    another = replace(MAIL, **other)  # type: ignore[arg-type]
    assert store.letters.due([another])
    assert len(store.letters.claim([another], at(2))) == 1


def test_a_failed_letter_goes_again_in_its_place(store: Store) -> None:
    end(store, MAIL, LetterOutcome.FAILED, "550")
    (again,) = store.letters.claim([replace(MAIL, address="moi@b.example")], at(2))
    (kept,) = store.letters.of(PERIOD)
    assert kept == again
    assert (kept.what.address, kept.outcome, kept.words) == ("moi@b.example", None, "")


@pytest.mark.parametrize(("letter", "again"), [(MAIL, False), (PAGE, True)])
def test_an_interrupted_letter_goes_again_only_where_a_copy_does_no_harm(
    store: Store, letter: NewLetter, again: bool
) -> None:
    store.letters.claim([letter], NOON)
    assert bool(store.letters.claim([letter], at(2))) is again


def test_nobody_knows_is_not_failed(store: Store) -> None:
    end(store, MAIL, LetterOutcome.UNKNOWN)
    assert store.letters.claim([MAIL], at(2)) == ()


def test_a_letter_about_two_periods_goes_whole_or_not_at_all(store: Store) -> None:
    end(store, MAIL, LetterOutcome.SENT)
    assert store.letters.claim([replace(MAIL, period="20242"), MAIL], at(2)) == ()
    assert store.letters.of("20242") == ()
