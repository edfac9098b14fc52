"""A talk with a bot at the keyboard: what is typed, what is shown, and what can be kept of it as a test."""

from __future__ import annotations

from botkit.chat.desk import Refused
from botkit.chat.keyboard import Keyboard
from botkit.chat.screen import Screen
from botkit.chat.session import Session
from botkit.chat.talk import Talk

__all__ = ["Keyboard", "Refused", "Screen", "Session", "Talk"]
