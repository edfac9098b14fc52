"""What an expression sees of secrets: that they are there, and nothing of what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from botkit.wire import Value, Veiled


class _Secrets(Mapping[str, Value]):
    """`secrets` in expressions: whatever is asked for is there, under its veil."""

    def __getitem__(self, name: str) -> Veiled:
        return Veiled(("", name, ""))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)


SECRETS = _Secrets()
