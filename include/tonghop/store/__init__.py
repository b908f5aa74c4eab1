"""Adapter to the database: what was filed, what was found, what was added up, what was published."""
