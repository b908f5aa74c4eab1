"""What the desk shows: pure reading from the store to plain view data. Nothing here changes anything or knows HTML.

Every path a page may hand out is found here from the store or the unit list, never from what a browser asked for.
"""
