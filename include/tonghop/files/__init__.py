"""Adapters to files: vault, inboxes, Excel in and out, pages for the unit."""
