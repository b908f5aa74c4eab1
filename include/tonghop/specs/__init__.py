"""Regulation as data: reads `include/regimes` and `include/provinces` into domain objects, or says all that is wrong."""

from tonghop.specs.loading import load_province, load_regime, regime_versions

__all__ = ["load_province", "load_regime", "regime_versions"]
