"""Prove that store and files agree: original bytes, receipts, totals added up anew, versions. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tonghop.domain.period import Period
from tonghop.domain.receipt import breaks
from tonghop.domain.rollup import roll_up
from tonghop.steps.context import Context
from tonghop.steps.drafting import sha256
from tonghop.steps.figures import Reading, views
from tonghop.steps.revisions import pending
from tonghop.steps.versions import MANIFEST
from tonghop.store import Store, table_files
from tonghop.store.records import Publication, TotalsPlace

Tick = Callable[[str], None]


@dataclass
class Proof:
    """How much was compared, what disagrees, and periods whose totals are behind (nothing to compare yet)."""

    files: int = 0
    totals: int = 0
    receipts: int = 0
    versions: int = 0
    troubles: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)


def prove(context: Context, tick: Tick = lambda _what: None) -> Proof:
    """Compare everything there is; disagreements are told in the proof, one Vietnamese sentence each."""
    proof = Proof()
    with context.store.snapshot() as frozen:
        _vault(context, frozen, proof, tick)
        _register(frozen, proof)
        late = pending(replace(context, store=frozen))
        for period in context.opened_periods:
            tick(period.label)
            if period.code in late:
                proof.behind.append(period.label)
            else:
                _totals(context, frozen, period, proof)
            for publication in frozen.publications.of(period.code):
                _version(context, publication, proof)
    return proof


def _vault(context: Context, frozen: Store, proof: Proof, tick: Tick) -> None:
    """Bytes of every file give its name, and every file the store refers to is there."""
    there = set()
    for path in context.vault.files():
        name = path.name.partition(".")[0]
        tick(name[:12])
        proof.files += 1
        if sha256(path) == name:
            there.add(name)
        else:
            proof.troubles.append(f"Tệp gốc {path.name} trong kho lưu đã bị thay đổi.")
    for name in sorted(table_files.referred(frozen.database) - there):
        proof.troubles.append(f"Kho lưu không có tệp gốc nguyên vẹn {name}.")


def _register(frozen: Store, proof: Proof) -> None:
    """The receipts are an unbroken chain."""
    receipts = frozen.receipts.every()
    proof.receipts += len(receipts)
    proof.troubles += (f"Phiếu tiếp nhận số {number}: {words}." for number, words in breaks(r.link for r in receipts))


def _totals(context: Context, frozen: Store, period: Period, proof: Proof) -> None:
    """Totals added up from the cells anew are the stored ones."""
    province = context.opened(period)
    reading = Reading(frozen, province, period)
    code = province.tree(period).province.code
    for view in views(province, period):
        place = TotalsPlace(period.code, view.name, view.form.code)
        digest = frozen.totals.digest(place)
        if digest is None:
            continue
        stored = frozen.totals.read(place).figures
        figures = roll_up(view.form, reading.inputs(view, digest).units, code)
        proof.totals += len(figures)
        wrong = [key for key in figures.keys() | stored.keys() if figures.get(key) != stored.get(key)]
        if wrong:
            table = " ".join(filter(None, (view.form.code, view.title)))
            proof.troubles.append(
                f"{period.label}, {table}: {len(wrong)} số tổng hợp khác với kết quả cộng lại từ số liệu đơn vị."
            )


def _version(context: Context, publication: Publication, proof: Proof) -> None:
    """A published folder is what was published: its manifest is the recorded one, its files are the manifest's."""
    folder = context.published / publication.path
    where = f"{Period.parse(publication.period).label}, bản v{publication.version}"
    proof.versions += 1
    manifest = folder / MANIFEST
    if not manifest.is_file() or sha256(manifest) != publication.manifest_sha256:
        proof.troubles.append(f"{where}: thiếu {MANIFEST} hoặc tệp đã bị thay đổi.")
        return
    for name, expected in json.loads(manifest.read_text(encoding="utf-8"))["outputs"].items():
        path = folder / name
        if not path.is_file() or sha256(path) != expected["sha256"]:
            proof.troubles.append(f"{where}: thiếu {name} hoặc tệp đã bị thay đổi.")
