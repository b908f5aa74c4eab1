"""Adapter to Great Expectations: suites compiled from the form specs, run on one combined frame per form."""
