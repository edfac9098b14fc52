"""What is typed: at a prompt with a history, or from a pipe."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from contextlib import suppress

import click

_PAINT = re.compile(r"(\x1b\[[0-9;]*m)")


class Keyboard:
    """*prompt* may hold colours. *words* are completed by Tab where a line begins with a slash."""

    def __init__(self, prompt: str, words: Iterable[str] = ()) -> None:
        self.interactive = sys.stdin.isatty() and sys.stdout.isatty()
        self._words = list(words)
        self._prompt = prompt
        if self.interactive:
            with suppress(ImportError):
                self._edit()

    def _edit(self) -> None:
        import readline  # gives the prompt a history, too

        # Without these marks the colours count as columns, and long lines break where they should not.
        self._prompt = _PAINT.sub("\x01\\1\x02", self._prompt)
        readline.set_completer(self._complete)
        readline.set_completer_delims(" ")
        readline.parse_and_bind("tab: complete")

    def _complete(self, begun: str, n: int) -> str | None:
        found = [word + " " for word in self._words if word.startswith(begun)] if begun.startswith("/") else []
        return found[n] if n < len(found) else None

    def line(self) -> str | None:
        """The next line; None: the input is over. Raises KeyboardInterrupt."""
        if not self.interactive:
            read = sys.stdin.readline()
            return read.rstrip("\r\n") if read else None
        try:
            return input(self._prompt)
        except EOFError:
            click.echo()
            return None
        except KeyboardInterrupt:
            click.echo()
            raise
