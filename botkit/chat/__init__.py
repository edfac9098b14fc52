"""A talk with a bot at the keyboard: what is typed, what is shown, and what can be kept of it as a test."""

from __future__ import annotations

from botkit.chat.session import Session

__all__ = ["Session"]
