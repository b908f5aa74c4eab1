"""The published schema is the one our documents follow and our reader enforces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from exchange.conftest import Remote, Waits
from exchange.unit_system import COMPLAINTS, answer, row, text
from toy_office import Q3, XA, Office

from tonghop.exchange.unit_structure import read_structure

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "exchange-schema.json").read_text("utf-8"))


def mistakes(kind: str, document: object) -> list[str]:
    validator = jsonschema.Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{kind}"}]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def test_the_schema_is_one_and_says_it_is_ours() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["standing"] == "working"


def test_what_is_sent_follows_the_schema(published: Office, centre: Remote, waits: Waits) -> None:
    published.app.send(Q3, centre.connection(), waits.patience())
    ((key, stored),) = centre.state["stored"].items()
    document = json.loads(stored["parts"][0]["text"])
    assert mistakes("report", document) == []
    assert mistakes("report", {**document, "version": 0})
    assert mistakes("receipt", {"key": key, "receipt": "GN-0001", "received_at": "2024-09-22T09:00:00+07:00"}) == []


def test_what_is_answered_follows_the_schema(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures={XA: text(answer(XA, row("Đơn khiếu nại", 0, "x", None, 5)))})
    connected.app.fetch(None, lambda _name: centre.connection(webhook="/ket-qua"), waits.patience())
    (hook,) = [one for one in centre.seen if one["kind"] == "hook"]
    assert mistakes("answer", json.loads(hook["body"])) == []


def changed(**parts: Any) -> dict[str, Any]:
    return answer(XA, COMPLAINTS, **parts)


@pytest.mark.parametrize(
    "whole",
    [
        changed(),
        changed(regime="thu/2024-01-01", explanations=[{"form": "T.01", "reason": "r"}], paragraphs=[]),
        changed(forms={"T.01": {"nil": True}}),
        changed(forms={"T.01": {"rows": [row("a", 1, 2.5, None, "x")], "total": {"3": 1}}}),
        changed(extra=1),
        changed(unit={}),
        changed(unit={"code": 1}),
        changed(signature={"name": "x"}),
        changed(forms={"T.01": []}),
        changed(forms={"T.01": {"rows": [{"name": "a"}]}}),
        changed(forms={"T.01": {"rows": [{"name": "a", "values": {"a": 1}}]}}),
        changed(forms={"T.01": {"rows": [{"name": "a", "values": {"4": {}}}]}}),
        changed(forms={"T.01": {"total": [1]}}),
        changed(explanations=[{"form": "T.01"}]),
        changed(explanations=[{"form": "T.01", "reason": "r", "column": "4"}]),
        changed(paragraphs=[{"heading": "1"}]),
        {"schema": "tonghop-unit/1"},
    ],
)
def test_the_reader_refuses_exactly_what_the_schema_refuses(whole: dict[str, Any]) -> None:
    refused = isinstance(read_structure(text(whole).encode()), list)
    assert refused == bool(mistakes("unitReport", whole))
