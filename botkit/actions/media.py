"""Files of contacts as actions get them: `ctx.media` in Python, and media.save, which every bot has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botkit.actions.context import Context
from botkit.actions.functions import Action, Passing
from botkit.actions.gathered import Field, Record
from botkit.actions.wanted import Anything, Wanted
from botkit.media import MediaError
from botkit.media.failures import REASONS
from botkit.signatures import Parameter, Signature, ValueType
from botkit.web import MEDIA_SAVE

_AGAIN = frozenset({"damaged", "unreachable", "no_room"})  # may fare better next time
_RAISES: Mapping[str, type[Exception]] = {reason: type(reason, (Passing,) if reason in _AGAIN else (Exception,), {}) for reason in REASONS}


def built_in() -> dict[str, Action]:
    """The actions by their name."""
    anything: Wanted = Anything()
    field = Field("file", anything)
    signature = Signature(
        MEDIA_SAVE,
        (Parameter("file", ValueType(("record", "list"))),),
        ValueType(("any",)),
        REASONS,
        "Keep what a contact sent in media/in: gives the record with `file`, where it is, and `size`",
    )
    takes = Record(dict, lambda _: (field,))
    return {MEDIA_SAVE: Action(signature, _save, tuple(_RAISES.values()), takes, anything, True, True, "")}


async def _save(ctx: Context, *, file: Any) -> Any:
    try:
        if isinstance(file, list | tuple):
            return [await ctx.media.save(one) for one in file]
        return await ctx.media.save(file)
    except MediaError as error:
        raise _RAISES[error.reason](str(error)) from None


__all__ = ["built_in"]
