"""WhatsApp chatbots from YAML dialogues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botkit.actions import Context, Heard, action, understand
    from botkit.media import MediaError

__version__ = "0.1.0"
__all__ = ["Context", "Heard", "MediaError", "__version__", "action", "understand"]


def __getattr__(name: str) -> Any:
    """The names for action files, loaded when they are asked for: a command that needs none of them starts without."""
    if name in ("Context", "Heard", "action", "understand"):
        from botkit import actions

        return getattr(actions, name)
    if name == "MediaError":
        from botkit import media

        return media.MediaError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
