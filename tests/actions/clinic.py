"""The actions of a clinic, good and bad."""

from __future__ import annotations

import asyncio
import sys
import threading
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, NamedTuple, NewType, NotRequired, TypedDict

from botkit import Context, action

SEEN: list[Any] = []  # what the functions were given, or the keys of their calls
GATE: dict[str, Any] = {}  # events that hold a function


class SlotTaken(Exception):
    pass


class LateSlotTaken(SlotTaken):
    pass


class Closed(Exception):
    pass


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Floor(IntEnum):
    GROUND = 0
    FIRST = 1


class Colour(StrEnum):
    RED = "red"


class Point(Enum):
    HERE = (1, 2)


Ref = NewType("Ref", str)


@dataclass
class Place:
    street: str
    city: str
    floor: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    name: str
    children: list[Tree] = field(default_factory=list)


@dataclass
class Even:
    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError(f"{self.number} is odd")


class Slot(TypedDict):
    start: time
    end: NotRequired[time]


class Pair(NamedTuple):
    left: int
    right: int = 0


@dataclass
class Visit:
    ref: str
    day: date | None = None


@action(raises=[SlotTaken, Closed])
async def book(ctx: Context, day: date, place: Place, note: str = "") -> Visit:
    """Book a visit; raises SlotTaken when somebody was faster.

    More words that nobody needs.
    """
    SEEN.append((ctx, day, place, note))
    return Visit("V7", day)


@action
async def everything(  # type: ignore[no-untyped-def]
    a: Any, b: int, c: float, d: Decimal, e: bool, f: date, g: time, h: datetime, i: list[date], j: dict[str, int], k: Place,
    slot: Slot, m: Pair, n: Size, o: Literal["x", 1], p: int | None, q: date | str, r: Ref, s: Annotated[int, "stars"], t: Tree,
    u: set[int], v: tuple[int, ...], w,
) -> None:  # fmt: skip
    """One of each."""


@action()
def slow(ctx: Context, minutes: int = 5) -> str:
    """A plain function; it runs in a thread."""
    SEEN.append((ctx.idempotency_key, threading.current_thread() is not threading.main_thread()))
    return f"{minutes} minutes"


@action
async def keyed(ctx: Context) -> str:
    SEEN.append(ctx.idempotency_key)
    return "done"


@action(raises=[SlotTaken, Closed])
async def fails(ctx: Context, how: str) -> str:
    """Fail as told."""
    SEEN.append(ctx.idempotency_key)
    match how:
        case "late":
            raise LateSlotTaken("half past\nnine")
        case "closed":
            raise Closed
        case "key":
            return {}["day"]  # type: ignore[index]
        case "secret":
            raise RuntimeError(f"key {ctx.secrets['CLINIC_KEY']} was refused")
        case "exit":
            sys.exit(3)
        case "stop":
            raise StopIteration
        case "cancelled":
            raise asyncio.CancelledError
        case "first":
            if len(SEEN) == 1:
                raise ConnectionError("not yet")
        case "library":
            date.fromisoformat("soon")
    return "fine"


@action
def fails_in_thread(how: str) -> str:
    SEEN.append(how)
    if how == "stop":
        raise StopIteration
    if how == "exit":
        sys.exit(3)
    return {}["day"]  # type: ignore[index]


@action
async def hangs(ctx: Context) -> str:
    SEEN.append(ctx.idempotency_key)
    await GATE["hang"].wait()
    return "at last"


@action
async def stubborn(ctx: Context) -> str:
    SEEN.append(ctx.idempotency_key)
    while not GATE["hang"].is_set():
        try:
            await GATE["hang"].wait()
        except asyncio.CancelledError:
            SEEN.append("refused to be cancelled")
    return "at last"


@action
def hangs_in_thread(ctx: Context) -> str:
    SEEN.append(ctx.idempotency_key)
    GATE["thread"].wait()
    return "at last"


@action
async def returns(what: str) -> Any:
    """Whatever stands in GATE."""
    return GATE[what]


@action
async def promises(what: str) -> Visit:
    return GATE[what]  # type: ignore[no-any-return]


@action
async def asks(ctx: Context, url: str) -> dict[str, Any]:
    answer = await ctx.http.post(url, json={"day": ctx.now.date()}, headers={"Idempotency-Key": ctx.idempotency_key})
    answer.raise_for_status()
    return answer.json()  # type: ignore[no-any-return]


@action
async def takes_any(**given: Any) -> dict[str, Any]:
    return given


async def unmarked() -> None:
    """Not for flows."""
