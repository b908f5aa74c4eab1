"""Provinces made from the toy one: other names, logins and deadlines, the same codes of units."""

from __future__ import annotations

import shutil
from pathlib import Path

from toy_office import TOY

FIRST, SECOND = "tinh-thu", "tinh-hai"
NAMES = {FIRST: "Tỉnh Thử", SECOND: "Tỉnh Hai"}


def regulation(folder: Path, *slugs: str) -> Path:
    """An include folder with the toy regime and a province for each of `slugs`; its approvers are `<login>.<slug>`."""
    shutil.copytree(TOY / "regimes", folder / "regimes")
    for slug in slugs:
        shutil.copytree(TOY / "provinces" / FIRST, folder / "provinces" / slug)
        if slug != FIRST:
            rewrite(folder, slug, FIRST, slug)
            rewrite(folder, slug, "Tỉnh Thử", NAMES.get(slug, f"Tỉnh {slug}"))
            rewrite(folder, slug, "[truongphong]", f"[truongphong.{slug}]")
            rewrite(folder, slug, "[lanhdao]", f"[lanhdao.{slug}]")
            rewrite(folder, slug, "{xa: 18}", "{xa: 17}")
    return folder


def rewrite(folder: Path, slug: str, old: str, new: str) -> None:
    """Other words in a province.yaml."""
    path = folder / "provinces" / slug / "province.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
