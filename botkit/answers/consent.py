"""What stands in contact.opted_in: a record of the last consent, given by naming where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from botkit.answers.base import Answer, Rejected
from botkit.wire import Value


class Consent(Answer, frozen=True):
    """A record of at, source and words. A text is its source; true: it comes from the step that sets it."""

    kind: ClassVar[str] = "record"

    def normal(self, value: Value) -> Value | Rejected:
        named = value.get("source") if isinstance(value, Mapping) else value
        return value if named is True or (isinstance(named, str) and named.strip()) else Rejected("not where a consent comes from")


__all__ = ["Consent"]
