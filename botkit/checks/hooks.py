"""The function under `understand`: one that is not there, one that is not marked, and more than one."""

from __future__ import annotations

from botkit.checks.survey import Survey, meant, renamed
from botkit.problems import Place


def named(find: Survey) -> None:
    """`understand` that names no function marked by @understand."""
    hook = find.bot.settings.understand
    if hook is None or find.signatures is None:
        return
    node, name = hook.function, hook.function.text
    signature = find.signatures.get(name)
    module, _, function = name.rpartition(".")
    file = f"actions/{module}.py"
    if signature is not None and not signature.hook:
        told = f"{name} is an action that flows call, and not marked by @understand"
        find.report("no-such-hook", node, told, f"write @understand over {function} in {file}, in place of @action")
    elif signature is None and file not in find.broken:
        known = [one.name for one in find.signatures.values() if one.hook]
        near = find.nearest(name, known) or (known[0] if len(known) == 1 else None)
        there = f"write it in {file}: @understand, and below it async def {function}(heard)"
        there = there if module else "name a file and a function: model.guess"
        find.report("no-such-hook", node, f'there is no function "{name}"', meant(near) or there, fix=renamed(node, name, near))


def others(find: Survey) -> None:
    """A function marked by @understand that botkit.yaml does not name: nobody asks it."""
    hook = find.bot.settings.understand
    chosen = hook.function.text if hook is not None else None
    known = {one.name: one for one in (find.signatures or {}).values() if one.hook}
    if (chosen is not None and chosen not in known) or not find.whole(None):
        return  # which one is meant is told where it is named
    for name, signature in known.items():
        if name != chosen:
            place = Place(signature.file, signature.line, 1, signature.line, 2)
            told = f"{name} is marked by @understand, and nobody asks it: "
            told += f"botkit.yaml names {chosen}, and a bot has one" if chosen is not None else "botkit.yaml does not name it"
            hint = "take the mark out" if chosen is not None else f"add to botkit.yaml: understand: {name}"
            find.report("unused-hook", place, told, hint, severity="warning")


__all__ = ["named", "others"]
