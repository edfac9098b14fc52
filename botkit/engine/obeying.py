"""Commands: the words that are understood at every step that waits, and what they do."""

from __future__ import annotations

from botkit.commands import Command
from botkit.engine.cursor import Cursor
from botkit.engine.speaking import prompt
from botkit.engine.walking import BOT, take
from botkit.steps import Step


def commanded(cursor: Cursor, step: Step, text: str) -> bool:
    """Understand *text* as a command of the step, of the flows under way (inner first), or of the bot."""
    top = len(cursor.frames) - 1
    owned: list[tuple[int, str, tuple[Command, ...]]] = [] if step.deaf else [(top, step.path, step.commands)]
    if not step.deaf:
        owned += [(n, cursor.frames[n].flow.name, cursor.frames[n].flow.commands) for n in range(top, -1, -1)]
    for owner, place, commands in owned:
        found = cursor.bot.commands.get(place)
        name = found.find(text) if found is not None else None
        if name is not None:
            obey(cursor, next(command for command in commands if command.name == name), owner)
            return True
    return bot_commanded(cursor, text, step.deaf)


def bot_commanded(cursor: Cursor, text: str, deaf: bool) -> bool:
    """Understand *text* as a command of botkit.yaml; where a step is *deaf* only the opt-out is heard."""
    name = cursor.bot.commands[""].find(text)
    command = next((c for c in cursor.bot.settings.commands if c.name == name), None) if name is not None else None
    if command is None or (deaf and not command.opts_out):
        return False
    obey(cursor, command, BOT)
    return True


def obey(cursor: Cursor, command: Command, owner: int) -> None:
    """Do what *command* says, which is that of the frame at *owner*."""
    cursor.note("command", detail=command.outcome.key)
    frame = cursor.top
    if not take(cursor, "command", command.outcome, owner) and frame is not None and frame.step.ask is not None:
        prompt(cursor, frame)  # like a digression that was over at once
