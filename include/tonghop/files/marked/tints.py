"""Colours of marked cells, told from those of the template by their values."""

BLOCKING, EXPLAIN = "blocking", "explain"
TINTS = {BLOCKING: "FFF6BDB7", EXPLAIN: "FFFBDD9B"}
