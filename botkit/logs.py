"""Logs: one line an event, JSON where nobody watches; no secret, no number, no text of a contact."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

LONGEST = 8 * 1024  # bytes of a line
# A number of a telephone: 8 to 15 digits that are no part of a date, an address or a version.
_NUMBER = re.compile(r"(?<!\w)(?<!\d[.:-])\+?\d{6,13}(\d{2})(?!\w)(?![.:-]\d)")
_LEAST = 6  # characters of a secret that is worth looking for


class Redacted(logging.Formatter):
    """Writes a record as one line. Secrets become •••, numbers of telephones keep their last two digits."""

    def __init__(self, secrets: Iterable[str], as_json: bool) -> None:
        super().__init__()
        found = sorted({secret for secret in secrets if len(secret) >= _LEAST}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, found))) if found else None
        self._json = as_json

    def clean(self, text: str) -> str:
        """*text* without secrets and numbers, and with nothing that a terminal or a reader of lines would act on."""
        text = text[: 4 * LONGEST]  # whatever is longer is cut below anyhow
        if self._secrets is not None:
            text = self._secrets.sub("•••", text)
        text = _NUMBER.sub(r"••••\1", text)
        return "".join(c if c.isprintable() else _ESCAPES.get(c) or f"\\x{ord(c):02x}" for c in text)

    def format(self, record: logging.LogRecord) -> str:
        message = self.clean(record.getMessage())
        trace = self.clean(self.formatException(record.exc_info)) if record.exc_info else ""
        at = datetime.fromtimestamp(record.created, UTC)
        level, logger = record.levelname.lower(), record.name
        if not self._json:
            told = f"{at:%H:%M:%S} {level:7} {logger}: {message}"
            return cut(f"{told} | {trace}" if trace else told, LONGEST)
        line = {"at": at.isoformat(timespec="milliseconds"), "level": level, "logger": logger, "message": cut(message, LONGEST // 2)}
        if trace:
            line["trace"] = trace
        written = json.dumps(line, ensure_ascii=False)
        while len(written.encode()) > LONGEST:  # quotes and backslashes take two
            key = "trace" if line.get("trace") else "message"
            line[key] = cut(line[key], len(line[key].encode()) * 2 // 3) if len(line[key]) > 16 else ""
            written = json.dumps(line, ensure_ascii=False)
        return written


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def cut(text: str, most: int) -> str:
    """*text* in at most *most* bytes; what is left out is told by "…"."""
    data = text.encode("utf-8", "replace")
    return data.decode() if len(data) <= most else data[: most - 3].decode("utf-8", "ignore") + "…"


def set_up(level: str, form: str | None, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send all logs to *stream* (standard error if None). *form*: "json" or "text"; None: json unless it is a terminal."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Redacted(secrets, form == "json" if form else not out.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False  # a log that cannot be written must not hold up what it tells about
    logging.getLogger("asyncio").setLevel("WARNING")
    logging.getLogger("aiohttp").setLevel("WARNING")
