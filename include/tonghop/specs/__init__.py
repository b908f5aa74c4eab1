"""Regulation as data: reads `include/regimes` and `include/provinces` into domain objects, or says all that is wrong.

Belongs here: the shape of the YAML and CSV files, every check of them, the messages about them. Not here: what a form
or a regime means (`tonghop.domain`), and anything a unit sent.
"""

from tonghop.specs.provinces import load_province
from tonghop.specs.regimes import load_regime, regime_versions

__all__ = ["load_province", "load_regime", "regime_versions"]
