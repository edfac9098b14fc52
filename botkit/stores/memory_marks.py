"""What is noted down in a store that forgets, and for how long."""

from __future__ import annotations

from datetime import datetime


class MemoryMarks:
    def __init__(self) -> None:
        self._marks: dict[str, tuple[str, datetime | None]] = {}  # what is told, and until when it holds; None: it stays

    async def marked(self, name: str) -> str:
        return self._marks.get(name, ("", None))[0]

    async def marks(self, beginning: str) -> dict[str, str]:
        return {name: told for name, (told, _) in self._marks.items() if name.startswith(beginning)}

    async def mark(self, name: str, told: str, until: datetime | None = None) -> None:
        if told:
            self._marks[name] = told, until
        else:
            self._marks.pop(name, None)

    def _outdated(self, now: datetime) -> int:
        """Forget those whose time is over; how many."""
        over = [name for name, (_, until) in self._marks.items() if until is not None and until < now]
        for name in over:
            del self._marks[name]
        return len(over)


__all__ = ["MemoryMarks"]
