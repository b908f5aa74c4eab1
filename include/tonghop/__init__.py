"""Tổng hợp: gather, check, consolidate and publish a province's reports on administrative procedures."""

__version__ = "0.1.0"
