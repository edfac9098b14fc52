"""The bot's own functions: marked by `action`, found in the files of actions/, called by flows.

    from botkit import action

    class SlotTaken(Exception): ...

    @action(raises=[SlotTaken])
    async def book(ctx, day: date, place: Place) -> Visit:
        \"\"\"Book a visit; raises SlotTaken when somebody was faster.\"\"\"

What a flow gives becomes what the annotations ask for, and what the function returns becomes a value that a conversation can
keep. A first parameter named `ctx` gets a Context. A plain `def` runs in a thread. A function may be called again with the same
`ctx.idempotency_key` when a process died under it.
"""

from __future__ import annotations

from botkit.actions.context import Context, Files, Person, Secrets
from botkit.actions.functions import Action, Unfit, action, found
from botkit.actions.understanding import Heard, hooks, understand

__all__ = ["Action", "Context", "Files", "Heard", "Person", "Secrets", "Unfit", "action", "found", "hooks", "understand"]
