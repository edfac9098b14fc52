"""Why a call failed: the name that flows know it by, and one line for the operator."""

from __future__ import annotations

import traceback
from pathlib import Path

from msgspec import Struct

from botkit.actions.context import Secrets
from botkit.actions.functions import Action, Passing
from botkit.model import Call

MAX_DETAIL = 500  # characters


class Failure(Struct, frozen=True):
    """*error* is the name of a declared exception, "timeout" or "any". *again*: another attempt may fare better."""

    error: str
    detail: str
    again: bool = False
    cause: BaseException | None = None  # with the traceback that belongs into the log


def raised(error: BaseException, action: Action, call: Call, secrets: Secrets) -> Failure:
    """What *action* raised: `actions/clinic.py:14 raised KeyError: 'day' (book, called by booking.book)`."""
    named = action.declared(error)
    words = secrets.masked(_words(error))
    what = f"{type(error).__name__}: {words}" if words else type(error).__name__
    detail = _line(f"{_place(error, action)} raised {what}")
    if isinstance(error, Passing):
        return Failure(named or "any", f"{detail} {_called(call)}", again=True)
    return Failure(named or "any", f"{detail} {_called(call)}", again=named is None, cause=error)


def timed_out(action: Action, call: Call) -> Failure:
    seconds = min(call.timeout, action.longest or call.timeout)
    return Failure("timeout", f"{_stands(action)} gave no answer within {seconds:g} s {_called(call)}", again=True)


def unset(action: Action, call: Call, secret: str) -> Failure:
    told = f"{_stands(action)} needs the secret {secret}, which is not set: put it into the environment or into .env"
    return Failure("any", f"{told} {_called(call)}")


def misused(action: Action, call: Call, sentence: str) -> Failure:
    """The flow gave what the function does not take."""
    return Failure("any", f"{_stands(action)} cannot be called: {_line(sentence)} {_called(call)}")


def unkept(action: Action, call: Call, sentence: str) -> Failure:
    """The function returned what a conversation cannot keep, or what it did not promise. The work is done: it is not done again."""
    return Failure("any", f"{_stands(action)} returned what cannot be taken: {_line(sentence)} {_called(call)}")


def missing(call: Call) -> Failure:
    return Failure("any", f"there is no action {call.action} any more {_called(call)}")


def died(call: Call, times: int) -> Failure:
    return Failure("any", f"{call.action} was begun {times} times and the process ended before it did {_called(call)}")


def _called(call: Call) -> str:
    name = call.action.rpartition(".")[2]
    return f"({name}, called by {call.origin})" if call.origin else f"({name})"


def _stands(action: Action) -> str:
    return f"{action.signature.file}:{action.signature.line}" if action.signature.file else action.name


def _place(error: BaseException, action: Action) -> str:
    """The last line of the bot's own files on the way to *error*; the function's own when there is none."""
    folder = Path(action.file).parent
    own = [(path, line) for path, line in _way(error) if path.parent == folder]
    return f"{'/'.join(own[-1][0].parts[-2:])}:{own[-1][1]}" if own else _stands(action)


def _way(error: BaseException) -> list[tuple[Path, int]]:
    return [(Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__)]


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _line(text: str) -> str:
    """*text* on one line of printable characters, not too long."""
    line = "".join(c if c.isprintable() else " " for c in text[: MAX_DETAIL * 4])
    line = " ".join(line.split())
    return line if len(line) <= MAX_DETAIL else line[: MAX_DETAIL - 1] + "…"
