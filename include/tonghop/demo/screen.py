"""What a person sees while the demonstration runs: a spinner on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape


@dataclass(frozen=True)
class Screen:
    """Says each step once, when it is done, with the seconds it took."""

    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        started = time.monotonic()
        with self.console.status(escape(text)):
            yield
        self.console.print(f"[green]✓[/green] {escape(text)} ({time.monotonic() - started:.0f} giây)")

    def say(self, text: str = "") -> None:
        self.console.print(escape(text))

    def heading(self, text: str) -> None:
        self.console.print(f"\n[bold]{escape(text)}[/bold]")
