"""Values: literals and variables that do not fit what takes them, secrets that stand in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from botkit.answers import Answer, Rejected
from botkit.answers.yes_no import Bool
from botkit.checks.known import kinds_of
from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.expressions.values import a
from botkit.flow import Flow
from botkit.outcomes import Arguments, Assign, Outcome
from botkit.problems import Edit
from botkit.replies import Formula, Given, Nested
from botkit.signatures import Parameter
from botkit.source import Mapping as Keys
from botkit.source import Node, Scalar, Sequence
from botkit.steps import Ask, Call, Option, Run

_BUILT_IN: dict[str, Answer] = {"opted_out": Bool("bool")}

# Where a value of the second kind is wanted, one of the first will do; texts are read, where they can be.
_WILL_DO = frozenset({("integer", "number"), ("number", "integer"), ("datetime", "date")})
_READ = frozenset({"integer", "number", "bool", "date", "time", "datetime"})


def literals(find: Survey) -> None:
    """A literal that is not of the declared type of the variable, attribute or param that takes it."""
    for piece in find.of(Assign):
        one: Assign = piece.thing
        _fits(find, piece, declared_for(find, piece, one.name, one.contact), one.name, one.value)
    for call in find.calls:
        _arguments(find, call.piece, find.bot.flows.get(call.flow.text), call.arguments)
    for piece in find.of(Outcome):
        target = piece.thing.go
        there = find.place_of(target.name) if target is not None and not target.word and piece.thing.arguments else None
        if there is not None:
            _arguments(find, piece, there[0], piece.thing.arguments)
    for piece in find.of(Option):
        ask = piece.inside(Ask)
        if ask is not None and ask.save is not None and ask.computed is None:
            option: Option = piece.thing
            declared = declared_for(find, piece, ask.save.name, ask.save.contact)
            hint = None if option.value is not None else f"give it a value: {{label: {option.label.node.text[:30]}, value: …}}"
            _fits(find, piece, declared, ask.save.name, option.value or Given(option.key, option.id), hint)


def declared_for(find: Survey, piece: Piece, name: str, contact: bool) -> Answer | None:
    """The type that is declared for a variable, or for an attribute of the contact. None: none is."""
    if contact:
        return find.bot.attributes.get(name) or _BUILT_IN.get(name)
    return piece.flow.types.get(name) if piece.flow is not None else None


def _arguments(find: Survey, piece: Piece, flow: Flow | None, arguments: Arguments) -> None:
    types = {key.text: type_ for key, type_ in flow.params} if flow is not None else {}
    for key, value in arguments:
        _fits(find, piece, types.get(key.text), key.text, value)


def _fits(find: Survey, piece: Piece, declared: Answer | None, name: str, value: Given | Nested, hint: str | None = None) -> None:
    if declared is None:
        return
    if isinstance(value, Nested):
        kind = "list" if value.keys is None else "record"
        if declared.kind not in (kind, "any"):
            told = f'"{name}" is {_a(declared.word)}, and this is a {kind}'
            find.report("wrong-literal", value.node, told, hint or _example(declared), of=piece)
        return
    if value.formula is None:
        if isinstance(declared.normal(value.literal), Rejected):
            told = f'"{name}" is {_a(declared.word)}, and "{value.literal[:40]}" is none'
            find.report("wrong-literal", value.node, told, hint or _example(declared), of=piece)
    else:
        variable = _lone(value.formula)
        if variable is not None and misfits(find, piece, variable, (declared.kind,)):
            _tell(find, piece, value, name, _a(declared.word), variable)


def _tell(find: Survey, piece: Piece, value: Given, name: str, wanted: str, variable: str) -> None:
    flow = piece.flow.name if piece.flow is not None else ""
    kinds = sorted(kinds_of(find.known[flow][variable]) - {"none"})
    told = f'"{name}" takes {wanted}, and "{variable}" is {" or ".join(a(kind) for kind in kinds)}'
    if wanted == "a text" and not {"record", "list"} & set(kinds):
        as_text = f'= {variable} ~ ""'
        fix = (Edit(value.node.place, as_text),) if not value.node.quoted else ()
        find.report("wrong-argument", value.node, told, f"write {as_text}, which makes a text of it", of=piece, fix=fix)
    else:
        find.report("wrong-argument", value.node, told, "give another value", of=piece)


def misfits(find: Survey, piece: Piece, variable: str, wanted: Iterable[str]) -> bool:
    """Whether no value of *variable* can be what is wanted."""
    sources = find.known[piece.flow.name].get(variable) if piece.flow is not None else None
    kinds = kinds_of(sources) - {"none"} if sources else frozenset[str]()
    wanted = tuple(wanted)
    if not kinds or "any" in kinds or "any" in wanted:
        return False
    return never_fits(kinds, wanted)


def never_fits(kinds: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether a value of one of *kinds* can never be taken where one of *wanted* is."""
    wants = tuple(wanted)
    return not any(kind == want or (kind, want) in _WILL_DO or (kind == "text" and want in _READ) for kind in kinds for want in wants)


def _lone(formula: Formula) -> str | None:
    """The variable that an expression is, where it is nothing else."""
    names = formula.expression.names
    source = formula.expression.source.strip()
    return source if len(names) == 1 and names[0].name == source else None


def arguments(find: Survey) -> None:
    """`with` that does not fit what an action takes."""
    for piece in find.of(Run):
        run: Run = piece.thing
        signature = (find.signatures or {}).get(run.action.text)
        for key, value in run.arguments if signature is not None else ():
            parameter = signature.parameter(key.text) if signature is not None else None
            if parameter is None:
                continue
            if isinstance(value, Nested):
                kind = "list" if value.keys is None else "record"
                if kind not in parameter.type.kinds and "any" not in parameter.type.kinds:
                    told = f'"{key.text}" of {run.action.text} takes {parameter.type}, and this is a {kind}'
                    find.report("wrong-argument", value.node, told, _kinds_hint(parameter.type.choices), of=piece)
                continue
            if value.formula is None:
                if not parameter.type.reads(value.literal):
                    told = f'"{key.text}" of {run.action.text} takes {parameter.type}, and "{value.literal[:40]}" is none'
                    find.report("wrong-argument", value.node, told, _kinds_hint(parameter.type.choices), of=piece)
                continue
            variable = _lone(value.formula)
            if variable is not None and not parameter.type.choices and misfits(find, piece, variable, parameter.type.kinds):
                _tell(find, piece, value, key.text, str(parameter.type), variable)
            elif variable is not None:
                _record(find, piece, value, run.action.text, parameter, variable)


def _record(find: Survey, piece: Piece, value: Given, action: str, parameter: Parameter, variable: str) -> None:
    """A record whose fields are known, and which lacks one that the action needs."""
    sources = find.known[piece.flow.name].get(variable, []) if piece.flow is not None else []
    if not parameter.type.fields or not sources or any(source.type.kinds != ("record",) or not source.type.fields for source in sources):
        return
    has = {field.name for source in sources for field in source.type.fields}
    lacking = [field.name for field in parameter.type.fields if field.required and field.name not in has]
    if lacking:
        told = f'"{parameter.name}" of {action} needs {", ".join(lacking)}, and "{variable}" has {", ".join(sorted(has))}'
        find.report("wrong-argument", value.node, told, "give a record that has it", of=piece)


def _kinds_hint(choices: tuple[object, ...]) -> str | None:
    return f"it is one of {', '.join(str(one) for one in choices)}" if choices else 'a variable stands behind "=": = day'


_EXAMPLES = {
    "integer": "write a whole number: 4",
    "number": "write a number: 12.50",
    "bool": "write true or false",
    "date": "write it as 2026-06-24",
    "time": "write it as 09:30",
    "datetime": "write it as 2026-06-24T09:30",
    "list": 'give it with "=": = items',
    "record": 'give it with "=": = place',
}


def _example(declared: Answer) -> str:
    choices = getattr(declared, "choices", ())
    return f"it is one of {', '.join(choices)}" if choices else _EXAMPLES.get(declared.kind, f"write {_a(declared.word)}")


def _a(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


# ---------------------------------------------------------------- secrets

_SECRET = re.compile(
    r"EAA[A-Za-z0-9]{40,}|sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abpr]-[0-9A-Za-z-]{12,}|AIza[0-9A-Za-z_-]{30,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.|-----BEGIN [A-Z ]*PRIVATE KEY|[Bb]earer +[\w.~+/=-]{20,}|\b[a-z]+://[^/\s:@{]+:[^/\s@{$]{3,}@"
)
_NAMED = re.compile(r"(?i)(api_?key|access_?key|token|secret|password|passwd)$")
_PLAIN_SECRET = re.compile(r"[^\s={$]\S{7,}")


def secrets(find: Survey) -> None:
    """A text that looks like a key or a password: whoever can read the file has it."""
    nodes: list[Node] = [flow.node for flow in find.bot.flows.values()]
    nodes += [value for key, value in find.bot.settings.node if key.text not in ("channels", "store")]
    nodes += [template.node for template in find.bot.templates.values()]
    hint = "keep it in .env, and let an action read it from ctx.secrets; whoever has seen it here has it: make a new one"
    for node in nodes:
        for scalar in _scalars(node):
            match = _SECRET.search(scalar.text) if len(scalar.text) >= 12 else None
            if match is not None:
                at = scalar.locate(match.start(), match.end() - match.start())
                find.report("secret-in-text", at, "this looks like a key or a password", hint)
    for piece in find.of(Run, Call, Outcome, Assign):
        thing = piece.thing
        pairs = ((thing.key, thing.value),) if isinstance(thing, Assign) else thing.arguments
        for key, value in _flat(pairs):
            literal = value.literal if value.formula is None else ""
            if _NAMED.search(key.text) and _PLAIN_SECRET.fullmatch(literal) and not _SECRET.search(literal):
                find.report("secret-in-text", value.node, f'"{key.text}" looks like a key or a password', hint, of=piece)


def _flat(pairs: Iterable[tuple[Scalar, Given | Nested]]) -> Iterator[tuple[Scalar, Given]]:
    """Every value with the name that it goes by, also within records and lists."""
    for key, value in pairs:
        if isinstance(value, Nested):
            yield from _flat(zip(value.keys or (key,) * len(value.values), value.values, strict=True))
        else:
            yield key, value


def _scalars(node: Node) -> Iterator[Scalar]:
    stack = [node]
    while stack:
        one = stack.pop()
        match one:
            case Scalar():
                yield one
            case Sequence():
                stack.extend(one.items)
            case Keys():
                stack.extend(value for _, value in one)


__all__ = ["arguments", "declared_for", "literals", "misfits", "never_fits", "secrets"]
