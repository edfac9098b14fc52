"""The way in over HTTP: webhooks, and how things stand."""

from botkit.server.guard import Connections
from botkit.server.server import Health, Server

__all__ = ["Connections", "Health", "Server"]
