"""The schemas of a bot: they take every file of every bot here, and refuse what an author gets wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit.cli.schema import names_of_project, schema_of
from botkit.flow import HEADER
from botkit.problems import Problems
from botkit.project import Project, read_project
from botkit.replies import Reading
from botkit.schema import Names
from botkit.schema.shapes import Drawing
from botkit.settings import LANGUAGE, SETTINGS
from botkit.shapes import DURATION, Of
from botkit.source import decode, read
from botkit.templates import TEMPLATE
from botkit.testing.talks.reading import TESTS
from tests.schema.reading import faults, places, values

ROOT = Path(__file__).resolve().parent.parent.parent
BOTS = [ROOT, *sorted(path.parent for path in (ROOT / "examples").glob("*/botkit.yaml"))]


def _schema(project: Project, kind: str, flow: str | None = None) -> dict[str, Any]:
    return schema_of(kind, names_of_project(project), project, flow)


@pytest.mark.parametrize("root", BOTS, ids=lambda root: root.name)
def test_every_file_of_a_bot_is_taken(root: Path) -> None:
    project = read_project(root, checked=False)
    found: dict[str, list[str]] = {}
    folders = {"config": ".", "flow": "flows", "template": "templates", "test": "tests", "locale": "locales"}
    patterns = {"config": "botkit.yaml", "test": "*.test.yaml"}
    seen = 0
    for kind, folder in folders.items():
        for path in sorted((root / folder).glob(patterns.get(kind, "*.yaml"))):
            seen += 1
            for flow in (None, path.stem) if kind == "flow" else (None,):
                wrong = faults(_schema(project, kind, flow), path.read_bytes())
                if wrong:
                    found[f"{path.name} by {flow or kind}"] = wrong
    assert found == {}
    assert seen >= 3


# What an author gets wrong, and the place that is marked.
FLOW = "triggers: [x]\nsteps:\n  menu: {say: Hi, options: {a: {label: A, go: last}}}\n  last: {say: Bye, go: end}\n"
MISTAKES = {
    "a misspelt key of a flow": ("flow", FLOW.replace("triggers:", "trigers:"), ""),
    "a misspelt key of a step": ("flow", FLOW.replace("options:", "optoins:"), "steps.menu"),
    "no such step": ("flow", FLOW.replace("go: last", "go: lst"), "steps.menu.options"),
    "no such flow": ("flow", FLOW.replace("say: Bye", "call: adress"), "steps.last.call"),
    "a step of another flow that has none such": ("flow", FLOW.replace("go: end", "go: address.stret"), "steps.last.go"),
    "no such action": ("flow", FLOW.replace("say: Bye", "run: clinic.bok"), "steps.last.run"),
    "no such template": ("flow", FLOW.replace("say: Bye", "say: {text: Bye, template: visit_bookd}"), "steps.last.say"),
    "no such queue": ("flow", FLOW.replace("say: Bye", "handoff: front_dsk"), "steps.last.handoff"),
    "no such type": ("flow", FLOW.replace("say: Bye", "ask: {day: dat}"), "steps.last.ask.day"),
    "a list in the place of names": ("flow", "steps:\n  - menu: {say: Hi}\n", "steps"),
    "a time without its unit": ("flow", FLOW.replace("say: Bye", "wait: 30"), "steps.last.wait"),
    "too many tries": ("flow", FLOW.replace("say: Bye", "run: clinic.book, retries: 99"), "steps.last.retries"),
    "a name that is none": ("flow", FLOW.replace("menu:", '"a b":'), "steps"),
    "nothing behind a key": ("flow", FLOW.replace("{say: Bye, go: end}", "\n    if:\n    go: end"), "steps.last.if"),
    "a flow without steps": ("flow", "triggers: [x]\n", ""),
    "a misspelt setting": ("config", "botkit: 1\nstart: booking\ntimezon: Europe/Madrid\n", ""),
    "another version": ("config", "botkit: 2\nstart: booking\n", "botkit"),
    "no such start": ("config", "botkit: 1\nstart: bokking\n", "start"),
    "no such time zone": ("config", "botkit: 1\nstart: booking\ntimezone: Europe/Madrit\n", "timezone"),
    "no such provider": ("config", "botkit: 1\nchannels: {main: {api_key: $X, provider: meta}}\n", "channels.main.provider"),
    "no such category": ("template", "category: useful\nbody: Hi\n", "category"),
    "a misspelt entry of a talk": ("test", "- test: x\n  talk:\n    - usr: hello\n", "0.talk.0"),
    "a mock of no action": ("test", "- test: x\n  mocks: {clinic.bok: timeout}\n  talk: [user: hello]\n", "0.mocks"),
    "a text that no flow has": ("locale", "booking.menu.sya: {en: x, es: y}\n", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(ROOT, checked=False)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_marked_where_it_stands(project: Project, name: str) -> None:
    kind, text, place = MISTAKES[name]
    schema = _schema(project, kind)
    if kind == "flow":  # the steps of this flow, which is not in the folder
        schema = schema_of(kind, Names(**_with(names_of_project(project), steps={"menu": "", "last": ""})), project, "main")
    assert place in places(schema, text)
    if kind == "flow":
        assert faults(schema, FLOW) == []


def _with(names: Names, steps: dict[str, str]) -> dict[str, Any]:
    fields = {name: getattr(names, name) for name in Names.__slots__}
    return {**fields, "foreign": {**names.foreign, "main": steps}, "flows": {**(names.flows or {}), "main": ""}}


def test_a_flow_knows_its_own_steps_and_a_new_one_takes_any(project: Project) -> None:
    text = "steps:\n  a: {say: x, go: pick_date}\n  b: {say: y, go: nowhere}\n"
    names = names_of_project(project)
    assert faults(schema_of("flow", names, project, "help"), text) == ["steps.a.go", "steps.b.go"]
    assert faults(schema_of("flow", names, project), text) == ["steps.b.go"]
    assert faults(schema_of("flow", names, project, strict=False), text) == []


def test_keys_and_names_come_with_a_line_about_them(project: Project) -> None:
    told = json.dumps(_schema(project, "flow", "booking"))
    assert "false: the step is skipped" in told  # the table's words for `if`
    assert "Ask, options: put a question and wait for an answer." in told  # the page of its kind
    assert project.signatures["clinic.book"].summary in told


@pytest.mark.parametrize("shape", [HEADER, SETTINGS, TEMPLATE, TESTS], ids=["flow", "config", "template", "test"])
def test_a_schema_can_be_drawn_of_every_shape_where_nothing_is_known(shape: Any) -> None:
    drawing = Drawing(Names())
    drawn = drawing.draw(shape)
    assert drawn and "enum" in json.dumps(drawing.definitions)


def test_what_cannot_be_read_is_not_held_against_others(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "botkit.yaml").write_text("botkit: 1\nstart: main\n")
    (tmp_path / "flows" / "main.yaml").write_text("steps: {a: {call: other, go: other.anything}}\n")
    (tmp_path / "flows" / "other.yaml").write_text("steps: [\n")
    project = read_project(tmp_path, checked=False)
    text = (tmp_path / "flows" / "main.yaml").read_text()
    assert faults(_schema(project, "flow", "main"), text) == []
    assert faults(_schema(project, "flow", "main"), text.replace("other.", "third.")) == ["steps.a.go"]


@pytest.mark.parametrize("shape", [DURATION, LANGUAGE], ids=lambda shape: shape.what)
@given(data=st.data())
def test_a_pattern_takes_whatever_the_checker_takes(shape: Of, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(r"[ ]?[0-9a-zA-Z]{1,4}[ _-]?[0-9a-zA-Z]{0,4}[smhdw]?", fullmatch=True))
    drawn = {"$schema": "http://json-schema.org/draft-07/schema#", **Drawing(Names()).draw(shape)}
    if shape.make(text) is not None:
        assert faults(drawn, json.dumps(text)) == []


def test_what_the_schema_takes_is_of_the_right_shape_for_the_checker(project: Project) -> None:
    """The other way round: where the schema finds nothing in a flow, the reader finds nothing of its shape either."""
    schema = _schema(project, "flow", "booking")
    for path in sorted((ROOT / "tests" / "problems").glob("*.yaml")):
        problems = Problems()
        source = decode("flows/booking.yaml", path.read_bytes(), problems)
        node = read(source, problems) if source is not None else None
        if node is None or len(problems) or not isinstance(values(path.read_bytes()), dict) or "steps" not in values(path.read_bytes()):
            continue
        HEADER.read(node, Reading(problems))
        codes = {problem.code for problem in problems} & {"unknown-key", "not-yet", "missing-key", "wrong-shape"}
        if codes:
            assert faults(schema, path.read_bytes()), f"{path.name}: {codes}"
