"""What is remembered, what happens, and what is to be done: frozen, plain data."""

from __future__ import annotations

from botkit.model.effects import QUEUE, Call, Closed, Effect, Note, Send, Tell, Turn
from botkit.model.events import (
    ActionFailed,
    ActionFinished,
    Event,
    ExternalEvent,
    Identity,
    Inbound,
    MessageReceived,
    OperatorCommand,
    Scheduled,
    Started,
    StatusChanged,
    TimerFired,
)
from botkit.model.memory import Consent, Contact, Conversation, Early, Frame, Held, Kept, Later, Timer, Unclear, Waited
from botkit.model.news import STANDING, News
from botkit.model.written import dump_conversation, dump_event, load_conversation, load_event

__all__ = [
    "QUEUE",
    "STANDING",
    "ActionFailed",
    "ActionFinished",
    "Call",
    "Closed",
    "Consent",
    "Contact",
    "Conversation",
    "Early",
    "Effect",
    "Event",
    "ExternalEvent",
    "Frame",
    "Held",
    "Identity",
    "Inbound",
    "Kept",
    "Later",
    "MessageReceived",
    "News",
    "Note",
    "OperatorCommand",
    "Scheduled",
    "Send",
    "Started",
    "StatusChanged",
    "Tell",
    "Timer",
    "TimerFired",
    "Turn",
    "Unclear",
    "Waited",
    "dump_conversation",
    "dump_event",
    "load_conversation",
    "load_event",
]
