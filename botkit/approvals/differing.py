"""Where the templates of the files and those of a provider are not the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from botkit.approvals.parts import parts
from botkit.approvals.registered import Registered, order
from botkit.approvals.wish import wish
from botkit.templates import Template

Kind = Literal["new", "changed", "gone", "same"]


class Change(Struct, frozen=True):
    """A template in one language. *differs*: (part, what the provider has, what the file says). *held* None: the provider has none."""

    kind: Kind
    name: str
    language: str
    template: Template | None = None  # None: it is only at the provider
    held: Registered | None = None
    differs: tuple[tuple[str, str, str], ...] = ()
    elsewhere: str = ""  # the language, much like this one, that the provider has it in instead

    @property
    def wish(self) -> dict[str, Any]:
        """What the file asks for; nothing where there is none."""
        return wish(self.template, self.language) if self.template is not None else {}


def compare(templates: Mapping[str, Template], held: Iterable[Registered]) -> list[Change]:
    """Every template in every language, of the files and of the provider, by name and language."""
    there = {order(one): one for one in held if one.status != "deleted"}
    changes = []
    for name, template in templates.items():
        for language in template.wordings:
            known = there.pop((name, language), None)
            if known is None:
                changes.append(Change("new", name, language, template))
            else:
                differs = tuple(_differs(template, language, known))
                changes.append(Change("changed" if differs else "same", name, language, template, known, differs))
    gone = [Change("gone", name, language, None, one) for (name, language), one in there.items()]
    near = {(change.name, change.language[:2]): change.language for change in gone}
    changes = [_elsewhere(change, near) if change.kind == "new" else change for change in changes]
    return sorted([*changes, *gone], key=lambda change: (change.name, change.language))


def _elsewhere(change: Change, near: Mapping[tuple[str, str], str]) -> Change:
    other = near.get((change.name, change.language[:2]), "")
    return Change(change.kind, change.name, change.language, change.template, None, (), other)


def _differs(template: Template, language: str, held: Registered) -> Iterable[tuple[str, str, str]]:
    if held.category and held.category != template.category:
        yield "category", held.category, template.category
    password = template.category == "authentication"
    ours, theirs = parts(wish(template, language)["components"], password), parts(held.components, password)
    for part in dict.fromkeys((*ours, *theirs)):
        if ours.get(part, "") != theirs.get(part, ""):
            yield part, theirs.get(part, ""), ours.get(part, "")
