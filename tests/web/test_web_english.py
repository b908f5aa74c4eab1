"""Every Vietnamese text of the page has its English, and every English one a Vietnamese that is really said."""

from __future__ import annotations

import re
from pathlib import Path

import report_desk
from report_desk.english import ENGLISH
from report_desk.words import EVENTS, NOTICES, SEVERITIES, SIGNS
from tonghop.store.records import EventKind

HERE = Path(report_desk.__file__).parent
_SAID = re.compile(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')|else t\("([^"]+)"|\bself\.words\(\s*"([^"]+)\"""")


def said() -> set[str]:
    """Texts in templates and modules."""
    found = set(EVENTS.values()) | set(NOTICES.values()) | set(SEVERITIES.values())
    found |= {sign.words for sign in SIGNS.values()}
    for path in [*HERE.glob("templates/*.html"), HERE / "rendering.py"]:
        found |= {next(filter(None, match)) for match in _SAID.findall(path.read_text(encoding="utf-8"))}
    titles = re.search(r"_TITLES = \{(.*?)\}", (HERE / "web.py").read_text(encoding="utf-8"), re.DOTALL)
    assert titles
    return found | set(re.findall(r'"([^"]+)"', titles[1]))


def test_everything_said_has_english() -> None:
    assert said() - set(ENGLISH) == set()


def test_no_english_is_left_over() -> None:
    assert set(ENGLISH) - said() == set()


def test_placeholders_agree() -> None:
    fields = re.compile(r"\{(\w+)\}")
    different = [text for text, english in ENGLISH.items() if set(fields.findall(text)) != set(fields.findall(english))]
    assert different == []


def test_every_event_has_words() -> None:
    assert {kind.value for kind in EventKind} == set(EVENTS)
