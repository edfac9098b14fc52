"""From the files of a bot to the bot: one release, compiled whole, with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from botkit.bot import Bot, assemble, release_of
from botkit.data import commas, plain
from botkit.flow import Flow, read_flow
from botkit.locales import translate
from botkit.problems import Place, Problems
from botkit.replies import Reading, Reply, read_reply
from botkit.settings import read_settings
from botkit.shapes import NAME
from botkit.source import Node, Scalar, Source, decode, read
from botkit.templates import Template, read_template, translated
from botkit.wire import Value

SETTINGS_FILE = "botkit.yaml"


def read_bot(files: Mapping[str, bytes], problems: Problems) -> Bot | None:
    """The bot that *files* (path below the project's root, with "/" → content) make; None when there is not enough to make one of.

    Only what a file by itself tells is reported here; what is wrong between them is told by `checks`.
    """
    reading = Reading(problems)
    content = files.get(SETTINGS_FILE)
    if content is None:
        problems.report(
            "no-settings", Place(SETTINGS_FILE), "there is no botkit.yaml", "write one: botkit: 1, and start: with the name of a flow"
        )
        return None
    source = decode(SETTINGS_FILE, content, problems)
    node = read(source, problems) if source is not None else None
    settings = read_settings(node, reading.into("botkit")) if node is not None else None
    flows: dict[str, Flow] = {}
    templates: dict[str, Template] = {}
    replies: dict[str, Reply] = {}
    data: dict[str, Value] = {}
    for file in sorted(files):
        path = PurePosixPath(file)
        if len(path.parts) == 2 and path.parts[0] == "templates" and path.suffix == ".j2":
            reply = _reply(path.name, file, files[file], reading)
            if reply is not None:
                replies[path.name] = reply
            continue
        if len(path.parts) == 2 and path.parts[0] == "data" and path.suffix in (".yaml", ".yml"):
            found = _node(decode(file, files[file], problems), file, problems)
            if found is not None:
                data[path.stem] = plain(found)
                for node in commas(found):
                    hint = f"write {node.text.replace(',', '.')}, or put it in quotes if it is a text"
                    problems.report("text-or-number", node.place, f"{node.text} is a text: a number has a point", hint, severity="warning")
            continue
        if path.suffix not in (".yaml", ".yml") or len(path.parts) != 2 or path.parts[0] not in ("flows", "templates"):
            continue
        name = path.stem
        if not NAME.match(name):
            hint = "use letters, digits and _ in the file's name"
            problems.report("bad-name", Place(file), f'"{name}" cannot be the name of a {path.parts[0][:-1]}', hint)
            continue
        text = decode(file, files[file], problems)
        found = _node(text, file, problems)
        if found is None:
            continue
        if path.parts[0] == "flows":
            inner = reading.into(name)
            inner.flow = name
            flow = read_flow(name, found, inner)
            if flow is not None:
                flows[name] = flow
        else:
            template = read_template(name, found, reading.into(name), settings.languages if settings is not None else ("en",))
            if template is not None:
                templates[name] = template
    if settings is None:
        return None
    translate(files, settings.language, settings.languages, reading)
    for template in templates.values():
        translated(template, settings.languages, reading)
    _count_visits(reading, flows)
    return assemble(release_of(files.items()), settings, flows, templates, reading.texts, data, replies)


def _count_visits(reading: Reading, flows: Mapping[str, Flow]) -> None:
    """Have those flows count how often a step was entered in which something reads it: conversations are kept small."""
    readers = {formula.flow for formula in reading.formulas if any(use.name == "visits" for use in formula.expression.names)}
    for key, reply in reading.texts.items():
        if any(use.name == "visits" for text in reply.all.values() for use in text.names):
            readers.add(key.partition(".")[0])
    for name, flow in flows.items():
        flow.counts_visits = name in readers or "templates" in readers


def _reply(name: str, file: str, content: bytes, reading: Reading) -> Reply | None:
    """A Jinja reply of templates/: the whole file is one text."""
    source = decode(file, content, reading.problems)
    if source is None:
        return None
    last = source.lines[-1] if source.lines else ""
    text = source.text.rstrip("\n")
    return read_reply(Scalar(source, (0, 0, max(0, len(source.lines) - 1), len(last)), text, "|"), reading.into("templates", name))


def _node(source: Source | None, file: str, problems: Problems) -> Node | None:
    if source is None:
        return None
    before = len(problems)
    node = read(source, problems)
    if node is None and len(problems) == before:
        problems.report("empty-file", Place(file), "there is nothing in this file")
    return node
