"""The marked copy of a workbook: the unit's own file with every faulty cell shown, and room for its giải trình.

Whatever touches the unit's file runs in a child process (`child`), as reading does; this side only orders and waits.
"""
