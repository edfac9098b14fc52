"""What speaks one gateway's dialect: bytes to events, message to request, answer to outcome. No sockets here."""

from __future__ import annotations

from collections.abc import Callable

from botkit.channels import Channel
from botkit.providers.base import Provider
from botkit.providers.cloud import Cloud
from botkit.providers.dialog360 import Dialog360

PROVIDERS: dict[str, Callable[[Channel], Provider]] = {"dialog360": Dialog360, "cloud": Cloud}

__all__ = ["PROVIDERS", "Cloud", "Dialog360", "Provider"]
