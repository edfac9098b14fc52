"""Logs: one line an event, JSON where nobody watches; no secret, no number, no text of a contact."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

LONGEST = 8 * 1024  # characters of a line
_NUMBER = re.compile(r"(?<![\w.:-])\+?\d{6,13}(\d{2})(?![\w.:-])")
_LEAST = 6  # characters of a secret that is worth looking for


class Redacted(logging.Formatter):
    """Writes a record as one line. Secrets become •••, numbers of telephones keep their last two digits."""

    def __init__(self, secrets: Iterable[str], as_json: bool) -> None:
        super().__init__()
        found = sorted({secret for secret in secrets if len(secret) >= _LEAST}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, found))) if found else None
        self._json = as_json

    def clean(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub("•••", text)
        text = _NUMBER.sub(r"••••\1", text)
        text = "".join(c if c.isprintable() else "\\n" if c == "\n" else f"\\x{ord(c):02x}" for c in text)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

    def format(self, record: logging.LogRecord) -> str:
        message = self.clean(record.getMessage())
        trace = self.clean(self.formatException(record.exc_info)) if record.exc_info else ""
        at = datetime.fromtimestamp(record.created, UTC)
        if not self._json:
            told = f"{at:%H:%M:%S} {record.levelname.lower():7} {record.name}: {message}"
            return f"{told} | {trace}" if trace else told
        line = {"at": at.isoformat(timespec="milliseconds"), "level": record.levelname.lower(), "logger": record.name, "message": message}
        return json.dumps({**line, "trace": trace} if trace else line, ensure_ascii=False)


def set_up(level: str, form: str | None, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send all logs to *stream* (standard error if None). *form*: "json" or "text"; None: json unless it is a terminal."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Redacted(secrets, form == "json" if form else not out.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("asyncio").setLevel("WARNING")
    logging.getLogger("aiohttp").setLevel("WARNING")
