"""Sends quarter III of the toy province to the address in argv and is meant to be killed on the way."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from toy_office import Q3, settings

from tonghop.app import App
from tonghop.exchange.connection import Connection

with App(settings(Path(sys.argv[1]), Path(sys.argv[2])), "tiến trình bị dừng") as app:
    app.send(Q3, Connection.parse(os.environ["UNDER_TEST"]))
