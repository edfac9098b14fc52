"""Marked functions: what is found, and what check is told of them."""

from __future__ import annotations

import subprocess
import sys
import types
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

import botkit
from botkit import action
from botkit.actions import Unfit, found
from botkit.signatures import Parameter, Signature, ValueType, written
from tests.actions import clinic
from tests.actions.calling import ACTIONS, MADRID


def module(source: str, name: str = "file_of_actions") -> types.ModuleType:
    made = types.ModuleType(name)
    exec(compile(source, "/bot/actions/shop.py", "exec"), made.__dict__)
    return made


def test_only_marked_functions_of_the_file_itself_are_found() -> None:
    shop = module(
        "from botkit import action\n"
        "from tests.actions.clinic import book\n"
        "class Odd:\n"
        "    def __getattr__(self, name): return ()\n"
        "odd = Odd()\n"
        "def plain(): pass\n"
        "@action\n"
        "async def buy(): pass\n"
    )
    assert list(found("shop", shop)) == ["shop.buy"]
    assert "clinic.unmarked" not in ACTIONS and "clinic.book" in ACTIONS


def test_a_marked_function_stays_what_it_is() -> None:
    @action
    def double(n: int) -> int:
        return n * 2

    assert double(4) == 8


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        (lambda: action(raises=["SlotTaken"]), "takes exceptions, not 'SlotTaken'"),  # type: ignore[list-item]
        (lambda: action(raises=[KeyboardInterrupt]), "takes exceptions"),  # type: ignore[list-item]
        (lambda: action(raises=[clinic.Closed, type("Closed", (Exception,), {})]), "two exceptions of one name"),
        (lambda: action(clinic.Visit), "stands over a function, not over type"),
        (lambda: action(raises=[ValueError])(42), "stands over a function, not over int"),  # type: ignore[type-var]
    ],
)  # fmt: skip
def test_a_mark_that_makes_no_sense_is_refused_where_it_stands(mark: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        mark()


def test_what_check_is_told() -> None:
    signature = ACTIONS["clinic.book"].signature
    place = (
        Parameter("street", ValueType(("text",))),
        Parameter("city", ValueType(("text",))),
        Parameter("floor", ValueType(("integer",)), "0"),
        Parameter("notes", ValueType(("list",), items=ValueType(("text",))), "list()"),
    )
    line = next(n for n, text in enumerate(Path(clinic.__file__).read_text().splitlines(), 1) if text.startswith("async def book("))
    assert signature == Signature(
        "clinic.book",
        (
            Parameter("day", ValueType(("date",))),
            Parameter("place", ValueType(("record",), place)),
            Parameter("note", ValueType(("text",)), "''"),
        ),
        ValueType(("record",), (Parameter("ref", ValueType(("text",))), Parameter("day", ValueType(("date", "none")), "None"))),
        ("SlotTaken", "Closed"),
        "Book a visit; raises SlotTaken when somebody was faster.",
        False,
        "actions/clinic.py",
        line,
    )  # fmt: skip
    assert ACTIONS["clinic.book"].takes_ctx and ACTIONS["clinic.book"].waits
    assert not ACTIONS["clinic.slow"].waits
    assert ACTIONS["clinic.takes_any"].signature.open


def test_kinds_of_every_annotation() -> None:
    signature = ACTIONS["clinic.everything"].signature
    kinds = {parameter.name: (parameter.type.kinds, parameter.type.choices) for parameter in signature.parameters}
    assert kinds == {
        "a": (("any",), ()), "b": (("integer",), ()), "c": (("number",), ()), "d": (("number",), ()), "e": (("bool",), ()),
        "f": (("date",), ()), "g": (("time",), ()), "h": (("datetime",), ()), "i": (("list",), ()), "j": (("record",), ()),
        "k": (("record",), ()), "slot": (("record",), ()), "m": (("record",), ()), "n": (("text",), ("small", "large")),
        "o": (("text", "integer"), ("x", 1)), "p": (("integer", "none"), ()), "q": (("date", "text"), ()), "r": (("text",), ()),
        "s": (("integer",), ()), "t": (("record",), ()), "u": (("list",), ()), "v": (("list",), ()), "w": (("any",), ()),
    }  # fmt: skip
    tree = signature.parameter("t")
    assert tree is not None and [field.name for field in tree.type.fields] == ["name", "children"]
    assert tree.type.fields[1].type.items == ValueType(("record",))  # one that holds itself is described once
    assert signature.result == ValueType(("none",))
    assert all(parameter.required for parameter in signature.parameters)


@pytest.mark.parametrize(
    ("type_", "text", "reads"),
    [
        (ValueType(("integer",)), "4", True), (ValueType(("integer",)), "4.5", False), (ValueType(("text",)), "anything", True),
        (ValueType(("date", "none")), "2026-06-24", True), (ValueType(("date",)), "24/06", False), (ValueType(), "x", True),
        (ValueType(("bool",)), "yes", True), (ValueType(("record",)), "x", False), (ValueType(("text",), choices=("s", "l")), "m", False),
        (ValueType(("integer",), choices=(1, 2)), "2", True),
    ],
)  # fmt: skip
def test_a_text_of_the_author_can_be_checked_beforehand(type_: ValueType, text: str, reads: bool) -> None:
    assert type_.reads(text) is reads


def test_there_is_no_value_of_a_kind_that_is_not_written() -> None:
    assert written("record", "{}") is None
    assert written("datetime", "soon") is None


UNFIT = [
    ("async def buy(day: Dya): pass", 'buy has an annotation that is not known where it stands: name \'Dya\' is not defined'),
    ("async def buy(day: 'os.nothing'): pass", "buy has an annotation that is not known where it stands: "),
    ("async def buy(*days): pass", "buy takes days by position, but flows give arguments by name"),
    ("async def buy(day, /): pass", "buy takes day by position, but flows give arguments by name"),
    ("async def buy(what: bytes): pass", "buy takes what, which no flow can give: bytes is no type that a flow knows"),
    ("async def buy() -> bytes: pass", "buy returns what no flow can keep: bytes is no type that a flow knows"),
    ("async def buy():\n    yield 1", "buy yields, but an action answers once: return a list"),
    ("def buy():\n    yield 1", "buy yields, but an action answers once: return a list"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "sentence"), UNFIT)
def test_a_function_that_no_flow_can_call_is_told_with_its_place(source: str, sentence: str) -> None:
    shop = module(
        f"from __future__ import annotations\nimport os\nfrom botkit import action\n@action\n{source}\n@action\nasync def sell(): pass\n"
    )
    unfit: list[Unfit] = []
    assert list(found("shop", shop, unfit)) == ["shop.sell"]
    assert sentence in unfit[0].sentence
    assert (unfit[0].file, unfit[0].line) == ("actions/shop.py", 4)  # of the decorator: the source is not to be had here
    with pytest.raises(Unfit):
        found("shop", shop)


def test_a_wrapped_function_keeps_its_signature() -> None:
    def twice(function: Any) -> Any:
        @wraps(function)
        async def both(*args: Any, **kwargs: Any) -> Any:
            await function(*args, **kwargs)
            return await function(*args, **kwargs)

        return both

    shop = types.ModuleType(__name__)

    @action
    @twice
    async def buy(size: int) -> int:
        return size

    shop.buy = buy  # type: ignore[attr-defined]
    (wrapped,) = found("shop", shop).values()
    assert wrapped.arguments({"size": "4"}, MADRID) == {"size": 4}
    assert wrapped.waits


def test_importing_the_mark_loads_no_machinery() -> None:
    code = "import sys; from botkit import action; print([m for m in ('asyncio', 'aiohttp', 'jinja2', 'sqlite3') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_botkit_has_no_other_names() -> None:
    assert botkit.Context.__name__ == "Context"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = botkit.nothing
