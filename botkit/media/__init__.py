"""Files on their way: the bot's own are uploaded once, and what contacts send is fetched with care."""

from botkit.media.failures import MediaError, Reason
from botkit.media.library import Library

__all__ = ["Library", "MediaError", "Reason"]
