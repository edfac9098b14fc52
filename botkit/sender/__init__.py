"""Takes messages from the outbox to WhatsApp: in order, in the window, at a pace, and never twice without need."""

from botkit.sender.outlet import ChannelState
from botkit.sender.sender import Sender

__all__ = ["ChannelState", "Sender"]
