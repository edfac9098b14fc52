"""The functions that flows may call: marked, found in their file, described."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeVar, get_type_hints, overload

from msgspec import Struct

from botkit.actions.annotations import Unknown, as_written, wanted
from botkit.actions.gathered import Field, Record
from botkit.actions.results import MAX_SIZE
from botkit.actions.wanted import Anything, Misfit, Wanted
from botkit.signatures import Signature
from botkit.wire import Value

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "__botkit_action__"


@overload
def action(function: F, /) -> F: ...


@overload
def action(*, raises: Sequence[type[Exception]] = ()) -> Callable[[F], F]: ...


def action(function: F | None = None, /, *, raises: Sequence[type[Exception]] = ()) -> F | Callable[[F], F]:
    """Mark a function, `async def` or `def`, as one that flows may call. It stays what it is: a test may call it as it stands.

    *raises* are the exceptions that are answers: a flow names them in `errors`, a subclass counts as the one declared, and they
    are not tried again. Raises TypeError for anything but a function and exceptions.
    """
    declared = (raises,) if isinstance(raises, type) else tuple(raises)
    for error in declared:
        if not (isinstance(error, type) and issubclass(error, Exception)):
            raise TypeError(f"@action(raises=[…]) takes exceptions, not {error!r}")
    if len({error.__name__ for error in declared}) < len(declared):
        raise TypeError("@action(raises=[…]) has two exceptions of one name: flows could not tell them apart")

    def mark(marked: F) -> F:
        if not isinstance(marked, FunctionType):
            raise TypeError(f"@action stands over a function, not over {type(marked).__name__}")
        setattr(marked, _MARK, declared)
        return marked

    return mark if function is None else mark(function)


class Passing(Exception):
    """What is declared and may be otherwise next time: it is tried again, as far as the step has `retries`."""


class Unfit(Exception):
    """A marked function that no flow can call; a sentence, and where it stands."""

    def __init__(self, sentence: str, file: str, line: int) -> None:
        super().__init__(sentence)
        self.sentence, self.file, self.line = sentence, file, line


class Action(Struct, frozen=True, eq=False):
    """A function that flows may call. *signature* is what `check` knows of it."""

    signature: Signature
    function: Callable[..., Any]
    raises: tuple[type[Exception], ...]
    takes: Record
    gives: Wanted
    takes_ctx: bool
    waits: bool  # an `async def`; else it runs in a thread
    file: str  # whole path
    guard: Callable[[Mapping[str, Value], frozenset[str]], None] | None = None  # looks at what is given, and at the names of its secrets
    longest: float | None = None  # seconds that one attempt may take at most, whatever the step says
    most: int = MAX_SIZE  # bytes of a result
    stand_in: bool = False  # what is called is a test's: it gets no secrets

    @property
    def name(self) -> str:
        return self.signature.name

    def arguments(self, given: Mapping[str, Value], zone: tzinfo) -> dict[str, Any]:
        """What a flow gives, as the function takes it. Raises Misfit."""
        arguments: dict[str, Any] = self.takes.take(given, zone)
        for name in given:
            if name not in arguments and self.signature.parameter(name) is None:
                if not self.signature.open:
                    raise Misfit(name, "is not a parameter")
                arguments[name] = Anything().take(given[name], zone)
        return arguments

    def declared(self, error: BaseException) -> str | None:
        """The name that flows know *error* by: that of the nearest of its classes that is declared. None: none is."""
        return next((cls.__name__ for cls in type(error).__mro__ if cls in self.raises), None)


def found(module_name: str, module: ModuleType, unfit: list[Unfit] | None = None) -> dict[str, Action]:
    """The actions of a file of actions/ by name: "clinic.book" -> Action. Only functions that are marked and defined there.

    A marked function that no flow can call is added to *unfit*; without such a list it is raised.
    """
    actions: dict[str, Action] = {}
    for name, value in vars(module).items():
        # A class or module of strange kind may claim to have any attribute.
        if isinstance(value, FunctionType) and hasattr(value, _MARK) and value.__module__ == module.__name__:
            try:
                actions[f"{module_name}.{name}"] = read_function(f"{module_name}.{name}", value, getattr(value, _MARK))
            except Unfit as error:
                if unfit is None:
                    raise
                unfit.append(error)
    return actions


def read_function(name: str, function: FunctionType, declared: tuple[type[Exception], ...], hook: Record | None = None) -> Action:
    """What flows call *name*, from its signature. *hook*: no flow does, and it is given that and nothing else. Raises Unfit."""
    inner = inspect.unwrap(function)
    code = inner.__code__ if isinstance(inner, FunctionType) else function.__code__
    file, line = "/".join(Path(code.co_filename).parts[-2:]), _line(code.co_firstlineno, function)

    def refuse(sentence: str) -> Unfit:
        return Unfit(f"{function.__name__} {sentence}", file, line)

    if inspect.isasyncgenfunction(inner) or inspect.isgeneratorfunction(inner):
        raise refuse("yields, but an action answers once: return a list")
    try:
        hints = get_type_hints(function)
    except (NameError, AttributeError) as error:
        raise refuse(f"has an annotation that is not known where it stands: {error}") from None
    except TypeError as error:
        raise refuse(f"has an annotation that is none: {error}") from None
    parameters = list(inspect.signature(function).parameters.values())
    takes_ctx = bool(parameters) and parameters[0].name == "ctx"
    if hook is not None and [parameter.name for parameter in parameters[takes_ctx:]] != [field.name for field in hook.fields(dict)]:
        raise refuse(f"is marked by @understand, and such a function takes heard, or ctx and heard: def {function.__name__}(ctx, heard)")
    fields, open_ = [], False
    for parameter in parameters[takes_ctx:]:
        match parameter.kind:
            case inspect.Parameter.VAR_KEYWORD:
                open_ = True
                continue
            case inspect.Parameter.VAR_POSITIONAL | inspect.Parameter.POSITIONAL_ONLY:
                raise refuse(f"takes {parameter.name} by position, but flows give arguments by name")
        default = None if parameter.default is inspect.Parameter.empty else as_written(parameter.default)
        try:
            field = Field(parameter.name, wanted(hints.get(parameter.name, Any)), default)
            field.parameter()  # raises what is unknown further down
        except Unknown as error:
            raise refuse(f"takes {parameter.name}, which no flow can give: {error}") from None
        fields.append(field)
    try:
        gives = wanted(hints.get("return", Any))
        result = gives.type()
    except Unknown as error:
        raise refuse(f"returns what no flow can keep: {error}") from None
    doc = inspect.getdoc(function) or ""
    record = hook or Record(dict, lambda _: tuple(fields))
    signature = Signature(
        name,
        tuple(field.parameter() for field in fields),
        result,
        tuple(error.__name__ for error in declared),
        doc.partition("\n")[0].strip(),
        open_,
        file,
        line,
        hook is not None,
    )
    return Action(signature, function, declared, record, gives, takes_ctx, inspect.iscoroutinefunction(inner), code.co_filename)


def _line(first: int, function: FunctionType) -> int:
    """The line of the `def`: what Python counts as first is the decorator above it."""
    try:
        lines, start = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return first
    return next((start + n for n, text in enumerate(lines) if text.lstrip().startswith(("def ", "async def "))), first)
