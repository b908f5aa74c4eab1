"""Adapter to other systems over HTTP: what is said, to whom, how often, and what came back.

Belongs here: addresses and their secrets, requests, repetition, the documents of docs/exchange-schema.json. Not here:
what is sent when (`tonghop.steps`), and keeping what happened (`tonghop.store`).
"""
