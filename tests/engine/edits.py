"""What authors do to a bot between two releases: a step less, another name, another question, options that come and go."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any

from botkit.bot import Bot
from botkit.problems import Problems
from botkit.release import read_bot
from tests.engine.bots import WORDS, Author

Files = dict[str, Any]


def compiled(files: Files) -> Bot:
    """JSON is YAML; what `check` would say of it does not matter: the engine must stand it."""
    problems = Problems()
    bot = read_bot({name: json.dumps(content).encode() for name, content in files.items()}, problems)
    assert bot is not None and not problems.errors, list(map(str, problems))
    return bot


class Editor:
    """Changes a bot by chance, mostly (flow, step) where people wait; each of EDITS does one thing to a flow."""

    def __init__(self, author: Author, waiting: Sequence[tuple[str, str]] = ()) -> None:
        self.author = author
        self.chance = author.chance
        self.waiting = waiting

    def edited(self, files: Files) -> tuple[Files, list[str]]:
        """Another release of *files*, and the names of what was done to it."""
        files = deepcopy(files)
        done = [self.chance.choice(EDITS) for _ in range(self.chance.randint(1, 3))]
        for edit in done:
            there = [f"flows/{flow}.yaml" for flow, _ in self.waiting if f"flows/{flow}.yaml" in files]
            names = there if there and self.author.some(0.8) else [name for name in files if name.startswith("flows/")]
            edit(self, files, self.chance.choice(names))
        return files, [edit.__name__ for edit in done]

    def step(self, files: Files, name: str, key: str = "") -> tuple[str, dict[str, Any]] | None:
        """A step of the flow in the file *name*, with *key* if one is named; None: it has no such step."""
        found = [(step, body) for step, body in files[name]["steps"].items() if not key or key in body]
        there = [one for one in found if (PurePosixPath(name).stem, one[0]) in self.waiting]
        return self.chance.choice(there if there and self.author.some(0.8) else found) if found else None

    def heir(self, flow: dict[str, Any]) -> Any:
        """Where `moved` leads: a step, or an outcome."""
        if self.author.some(0.5):
            return self.chance.choice(list(flow["steps"]))
        return {"say": self.author.text(), "go": self.author.target()} if self.author.some(0.7) else self.author.outcome()


def a_step_is_gone(by: Editor, files: Files, name: str) -> None:
    flow = files[name]
    found = by.step(files, name)
    if found is not None and len(flow["steps"]) > 1:
        del flow["steps"][found[0]]
        if by.author.some(0.6):
            flow.setdefault("moved", {})[found[0]] = by.heir(flow)


def a_step_has_another_name(by: Editor, files: Files, name: str) -> None:
    flow = files[name]
    old, _ = by.step(files, name) or ("new_", {})
    if old.startswith("new_"):
        return
    flow["steps"] = {f"new_{old}" if step == old else step: body for step, body in flow["steps"].items()}
    if by.author.some(0.6):
        flow.setdefault("moved", {})[old] = f"new_{old}"


def steps_change_their_order(by: Editor, files: Files, name: str) -> None:
    steps = list(files[name]["steps"].items())
    by.chance.shuffle(steps)
    files[name]["steps"] = dict(steps)


def a_step_is_another_one(by: Editor, files: Files, name: str) -> None:
    found = by.step(files, name)
    if found is not None:
        files[name]["steps"][found[0]] = by.author.step()


def a_step_is_put_in(by: Editor, files: Files, name: str) -> None:
    steps = list(files[name]["steps"].items())
    steps.insert(by.chance.randint(0, len(steps)), (f"more_{len(steps)}", by.author.step()))
    files[name]["steps"] = dict(steps)


def an_answer_has_another_type(by: Editor, files: Files, name: str) -> None:
    found = by.step(files, name, "ask")
    if found is not None:
        found[1]["ask"] = {variable: by.chance.choice(("text", "integer", "date", "bool")) for variable in found[1]["ask"]}


def an_option_is_gone(by: Editor, files: Files, name: str) -> None:
    found = by.step(files, name, "options")
    options = found[1]["options"] if found is not None else {}
    if "from" not in options and len(options) > 1:
        del options[by.chance.choice(list(options))]


def an_option_comes_in(by: Editor, files: Files, name: str) -> None:
    found = by.step(files, name, "options")
    if found is not None and "from" not in found[1]["options"]:
        word = by.chance.choice(WORDS)
        found[1]["options"] = {word: {"label": word}, **found[1]["options"]}


def a_flow_is_gone(by: Editor, files: Files, name: str) -> None:
    if name != "flows/main.yaml":
        del files[name]


def its_header_changes(by: Editor, files: Files, name: str) -> None:
    files[name] = {**by.author.flow(), "steps": files[name]["steps"]}


def its_params_change(by: Editor, files: Files, name: str) -> None:
    files[name]["params"] = {by.chance.choice("vw"): by.chance.choice(("text", "integer", "date"))}


def the_settings_change(by: Editor, files: Files, name: str) -> None:
    files["botkit.yaml"] = by.author.files()["botkit.yaml"]


def nothing_but_words(by: Editor, files: Files, name: str) -> None:
    for step in files[name]["steps"].values():
        step["say"] = "Other words."


Edit = Callable[[Editor, Files, str], None]
EDITS: tuple[Edit, ...] = (
    a_step_is_gone, a_step_is_gone, a_step_has_another_name, a_step_has_another_name, steps_change_their_order, a_step_is_another_one,
    a_step_is_put_in, an_answer_has_another_type, an_option_is_gone, an_option_comes_in, a_flow_is_gone, its_header_changes,
    its_params_change, the_settings_change, nothing_but_words,
)  # fmt: skip
