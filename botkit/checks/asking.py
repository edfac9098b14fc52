"""The built-in http actions and secrets: hosts that may not be asked, addresses that are none, secrets that would go astray."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botkit.checks.survey import Survey, meant
from botkit.checks.walk import Piece
from botkit.problems import Edit
from botkit.replies import Formula, Given, Nested
from botkit.source import Scalar
from botkit.steps import Run
from botkit.web import LONGEST, METHODS, Host, Url, allowed, asks_the_web, begins, read_host

_TEXT = re.compile(r"\s*(?:'([^'\\]*)'|\"([^\"\\]*)\")\s*(~|$)")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_ALONE = re.compile(r"\s*secrets\.[A-Za-z_]\w*\s*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|true|false")


def _asks(find: Survey) -> Iterator[tuple[Piece, Run]]:
    for piece in find.of(Run):
        run: Run = piece.thing
        if asks_the_web(run.action.text) and run.action.text.rpartition(".")[2] in METHODS:
            yield piece, run


def _argument(run: Run, name: str) -> Given | Nested | None:
    return next((value for key, value in run.arguments if key.text == name), None)


def _url(run: Run) -> tuple[Given, str, bool] | None:
    """The address that is asked, as far as it is known: its beginning, and whether that is all. None: nothing is known of it."""
    given = _argument(run, "url")
    if not isinstance(given, Given):
        return None
    if given.formula is None:
        return given, given.literal.strip(), True
    match = _TEXT.match(given.formula.expression.source)
    return (given, match[1] if match[1] is not None else match[2], not match[3]) if match is not None else None


def hosts(find: Survey) -> None:
    """An address that is no https address of a host that botkit.yaml lists under `http`."""
    for piece, run in _asks(find):
        known = _url(run)
        if known is not None:
            _look(find, piece, *known)
        elif not find.bot.settings.http and find.whole(None):
            _unlisted(find, piece, run.action, "", None)


def _look(find: Survey, piece: Piece, given: Given, text: str, whole: bool) -> None:
    url = begins(text, whole)
    example = "https://api.example.com/visits"
    if url is None or (url.closed and isinstance(read_host(url.host), str)):
        told = "this is no address of a host on the internet"
        find.report("bad-url", given.node, told, f"write it as {example}", of=piece)
    elif url.scheme != "https":
        plain = given.formula is None and not given.node.quoted
        fix = (Edit(given.node.place, f"https{text[len(url.scheme) :]}"),) if plain else ()
        told = "only https is asked: by http anybody on the way could read and change what is said"
        find.report("bad-url", given.node, told, f"write https://{url.host}", of=piece, fix=fix)
    elif not url.closed:
        told = "what is joined to this could name another host"
        find.report("bad-url", given.node, told, f"end the host with /, as in 'https://{url.host or 'api.example.com'}/' ~ …", of=piece)
    elif allowed(url, _hosts(find)) is None and find.whole(None):
        _unlisted(find, piece, given.node, str(Host(url.host, url.port)), url)


def _hosts(find: Survey) -> list[Host]:
    return [one.host for one in find.bot.settings.http]


def _unlisted(find: Survey, piece: Piece, node: Scalar, name: str, url: Url | None) -> None:
    listed = [str(host) for host in _hosts(find)]
    told = f"botkit.yaml does not list {name} under http" if url is not None else "botkit.yaml lists no host that may be asked"
    near = find.nearest(name, [one for one in listed if _one_label_apart(one, name)]) if name else None
    hint = f"add it to botkit.yaml: http: [{', '.join([*listed, name or 'api.example.com'])}]"
    if any(host.secrets for host in _hosts(find)):
        hint = f'add it to http in botkit.yaml, with its secrets or without: "{name}": {{}}'
    find.report("host-not-listed", node, told, meant(near) or hint, of=piece)


def _one_label_apart(one: str, other: str) -> bool:
    """Whether two hosts differ in one of their words: then one was meant for the other."""
    labels, others = one.replace(":", ".").split("."), other.replace(":", ".").split(".")
    return len(labels) == len(others) and sum(a != b for a, b in zip(labels, others, strict=True)) == 1


def limits(find: Survey) -> None:
    """What an exchange cannot have: more than ten seconds, two bodies, a text where a number seems to be meant."""
    for piece, run in _asks(find):
        if run.timeout > LONGEST:
            told = f"{run.action.text} waits {LONGEST}s at most, whatever stands here"
            at = _key(find, piece, "timeout") or run.action
            find.report("timeout-too-long", at, told, f"timeout: {LONGEST}s", of=piece, severity="warning")
        form = next((key for key, _ in run.arguments if key.text == "form"), None)
        if form is not None and _argument(run, "json") is not None:
            told = "an exchange carries json or a form, not both"
            find.report("wrong-argument", form, told, "delete one of them", of=piece)
        body = _argument(run, "json")
        for given in _within(body) if body is not None else ():
            if given.formula is None and not given.node.quoted and _NUMBER.fullmatch(given.literal.strip()):
                word = given.literal.strip()
                told = f'"{word}" is sent as a text: what stands here is one unless it begins with ='
                hint = f'write = {word}, or "{word}" with its quotes where a text is meant'
                fix = (Edit(given.node.place, f"= {word}"),)
                find.report("text-or-number", given.node, told, hint, of=piece, severity="warning", fix=fix)


def _key(find: Survey, piece: Piece, name: str) -> Scalar | None:
    node = piece.step.onward.node if piece.step is not None else None
    look = getattr(node, "get", None)
    found = look(name) if look is not None else None
    return found if isinstance(found, Scalar) else None


def _within(value: Given | Nested) -> Iterator[Given]:
    if isinstance(value, Nested):
        for inner in value.values:
            yield from _within(inner)
    else:
        yield value


def secrets(find: Survey) -> None:
    """`secrets` where it does not exist, or where more is done with one than to give it; a secret for a host that it is not bound to."""
    bound = {name for host in _hosts(find) for name in host.secrets}
    for piece in find.of(Formula):
        formula: Formula = piece.thing
        names = [use for use in formula.expression.names if use.name == "secrets"]
        run = piece.inside(Run)
        if not names or run is None or piece.inside(Given) is None or not all(use.path for use in names):
            continue  # in a text, or in any other place, it is told where variables are
        pieces = _QUOTED.sub("''", formula.expression.source).split("~")
        if any("secrets" in one and not _ALONE.fullmatch(one) for one in pieces):
            place = formula.node.locate(formula.offset + names[0].offset, len("secrets"))
            told = "a secret can only be given as it is, or joined to texts by ~"
            find.report("secret-elsewhere", place, told, "= 'Bearer ' ~ secrets.NAME", of=piece)
            continue
        known = _url(run) if asks_the_web(run.action.text) else None
        url = begins(known[1], known[2]) if known is not None else None
        host = allowed(url, _hosts(find)) if url is not None and url.closed else None
        for use in names if host is not None else ():
            name = use.path[0]
            if host is not None and name not in host.secrets:
                place = formula.node.locate(formula.offset + use.offset, len(f"secrets.{name}"))
                told = f"botkit.yaml does not say that {host} may have the secret {name}"
                near = find.nearest(name, host.secrets)
                hint = f"http: {{{host}: {{secrets: [{', '.join([*host.secrets, name])}]}}}}"
                told += ": it belongs to another host" if name in bound and near is None else ""
                find.report("secret-elsewhere", place, told, meant(near) or hint, of=piece)


__all__ = ["hosts", "limits", "secrets"]
