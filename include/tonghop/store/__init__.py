"""Adapter to the database: what was filed, what was found, what was added up, what was published."""

from tonghop.store.store import Store

__all__ = ["Store"]
