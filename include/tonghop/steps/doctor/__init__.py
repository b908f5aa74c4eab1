"""Whether the system can do its work here: one small check per file of what it needs. A check looks, makes nothing.

Belongs here: what is looked at, how bad it is, how it is mended. Does not belong here: which checks there are and for
which province (`tonghop.health`).
"""
