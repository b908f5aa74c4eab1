"""The report as sent to the centre: one JSON document made from a published version, the same bytes every time.

Its shape is `report` of docs/exchange-schema.json (standing `working`: the real protocol is not public).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tonghop.domain.exchange import Attached
from tonghop.domain.period import Period
from tonghop.domain.units import Unit

SCHEMA = "tonghop-report/1"
_WHOLE = re.compile(r"-?\d+")
_ARMED = re.compile(r"'[=+\-@\t\r]")  # how the CSV disarms text that a spreadsheet would run
_LINE = ("form", "view", "unit", "row")


@dataclass(frozen=True)
class Release:
    """A published version: `manifest` and `figures` (lines of its CSV by column name) as they were released."""

    key: str
    province: Unit
    agency: str
    period: Period
    version: int
    recipient: str
    manifest: Mapping[str, Any]
    figures: Sequence[Mapping[str, str]]


def document_key(slug: str, period: str, version: int, manifest_sha256: str) -> str:
    """The idempotency key of a version: follows from what was published, so that no restart can change it."""
    return f"{slug}-{period}-v{version}-{manifest_sha256[:32]}"


def report_document(release: Release, files: Iterable[Attached]) -> bytes:
    """The document of `release` with the list of the files that go with it."""
    manifest, window = release.manifest, release.manifest["window"]
    content = {
        "schema": SCHEMA,
        "standing": "working",
        "key": release.key,
        "recipient": release.recipient,
        "addressed_to": manifest.get("recipient", ""),
        "sender": {"code": release.province.code, "identifier": release.province.identifier, "name": release.agency},
        "regime": manifest["regime"],
        "period": {"code": release.period.code, "label": release.period.label, **window},
        "version": release.version,
        "replaces": release.version - 1 or None,
        "published_at": manifest["created_at"],
        "approvals": [_approval(one) for one in manifest.get("approvals", [])],
        "coverage": {**manifest["coverage"], "missing": _missing(manifest["units"])},
        "figures": _figures(release),
        "files": [{"name": f.name, "sha256": f.sha256, "size": len(f.content), "type": f.kind} for f in files],
        "software": manifest["software"],
    }
    return encode(content)


def encode(content: Mapping[str, Any]) -> bytes:
    """JSON as it travels: UTF-8, keys in order, equal content gives equal bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _approval(given: Mapping[str, Any]) -> dict[str, Any]:
    """That and when a step was approved; accounts stay inside."""
    return {"step": given["step"], "decided_at": given["decided_at"]}


def _missing(units: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    lacking = (unit for unit in units if unit["state"] != "accepted")
    return [{"code": unit["code"], "name": unit["name"], "state": unit["state"]} for unit in lacking]


def _figures(release: Release) -> list[dict[str, Any]]:
    """The province's own lines: totals and groups by level. What each unit filed is in the attached CSV."""
    code = release.province.code
    mine = [line for line in release.figures if line["unit"] == code or line["unit"].startswith(f"{code}/")]
    return [
        {**dict(zip(_LINE, place, strict=True)), "row": _disarmed(place[3]), "values": [_value(line) for line in lines]}
        for place, lines in groupby(mine, key=lambda line: tuple(line[name] for name in _LINE))
    ]


def _value(line: Mapping[str, str]) -> dict[str, Any]:
    text = line["value"]
    value = int(text) if _WHOLE.fullmatch(text) else _disarmed(text) or None
    return {
        "column": int(line["column"]),
        "value": value,
        "state": line["state"],
        "counted": int(line["counted"]),
        "owed": int(line["owed"]),
    }


def _disarmed(text: str) -> str:
    return text[1:] if _ARMED.match(text) else text
