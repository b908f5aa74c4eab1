"""Regulation data: readable, and the committed checks are those its forms compile to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tonghop.domain.regime import Regime
from tonghop.specs import load_province, load_regime, regime_versions
from tonghop.steps.doctor.findings import Found, bad, ok
from tonghop.suite.compile import drift


def regimes(include: Path) -> list[Regime]:
    """Every version of every regime; SpecError lists every mistake of the first wrong one."""
    names = sorted(path.name for path in (include / "regimes").iterdir() if path.is_dir())
    return [load_regime(include, name, version) for name in names for version in regime_versions(include, name)]


def expectations(include: Path, folder: Path) -> Found:
    """Whether the suites in `folder` are what the forms of all regimes compile to."""
    found = regimes(include)
    differing = [name for regime in found for name in drift(regime, folder)]
    if differing:
        shown = ", ".join(differing[:5]) + (" …" if len(differing) > 5 else "")
        how = "Chạy: tonghop forms compile; nếu vừa cập nhật phần mềm thì cập nhật cả thư mục expectations."
        return bad(f"Bộ kiểm tra khác với biểu mẫu: {shown}.", how)
    forms = sum(len(regime.forms) for regime in found)
    return ok(f"{len(found)} chế độ báo cáo, {forms} biểu; bộ kiểm tra khớp với biểu mẫu.")


def province(include: Path, slug: str) -> Iterator[Found]:
    """Whether the data of the province can be used; SpecError lists every mistake."""
    read = load_province(include, slug)
    yield ok(f"{read.name}: {len(read.units)} đơn vị trong danh mục, {len(read.approvals)} bước phê duyệt.")
