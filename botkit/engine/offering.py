"""The options of a question as they are shown, page by page, and the one that an answer names."""

from __future__ import annotations

from msgspec.structs import replace

from botkit.answers.media import Several
from botkit.engine.cursor import Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.taps import Tap
from botkit.matching import normal
from botkit.messages import Choice, cut
from botkit.messages.limits import BUTTONS, LIST_ROWS, ROW_DESCRIPTION, SECTION_TITLE
from botkit.sayings import saying
from botkit.steps import Ask, Option
from botkit.steps.ask import Field, as_number
from botkit.steps.computed import Computed
from botkit.steps.options import label_limit
from botkit.wire import Value

# Ids that no option of an author can have:
MORE = "+more"  # of the row that turns the page
DONE = "+done"  # of the button that ends an answer of several files


def offer(cursor: Cursor, frame: Draft, ask: Ask | None) -> None:
    """Work out the computed options of the entry that begins. What was shown is kept, so that an answer means what was seen."""
    if ask is None or ask.computed is None:
        return
    frame.choices = ask.computed.records(cursor)
    frame.page = 0
    if not frame.choices and not ask.options and not ask.fields:
        raise Failure("any", f"there is nothing to choose from at {frame.flow.name}.{frame.state}")


def shown(cursor: Cursor, frame: Draft, ask: Ask, cards: bool = False) -> list[Choice]:
    """What the contact sees now. *cards*: all of it, each on a card of its own."""
    fixed = ask.offered(cursor)
    done = enough(frame, ask)
    page = (frame.choices if cards else _page(frame, len(fixed) + done)) if ask.computed is not None else ()
    more = ask.computed is not None and len(page) < len(frame.choices)
    limit = label_limit(1 if cards else len(page) + len(fixed) + more + done)
    found = [_computed(cursor, frame, ask.computed, id_, record, limit) for id_, record in page] if ask.computed is not None else []
    found += [_fixed(cursor, frame, option, limit) for option in fixed]
    found = found if cards else _told_apart(found, limit)
    if more:
        found.append(Choice(str(Tap(frame.flow.name, frame.state, frame.entry, MORE)), saying("more", cursor.language)))
    if done:
        found.append(Choice(str(Tap(frame.flow.name, frame.state, frame.entry, DONE)), saying("done", cursor.language)))
    return _told_apart(found, limit) if done else found


def collecting(frame: Draft, ask: Ask) -> Field | None:
    """The variable that files are being collected for."""
    name = frame.collected[-1][0] if frame.collected else None
    return next((field for field in ask.fields if field.key.text == name), None)


def enough(frame: Draft, ask: Ask) -> bool:
    """Whether the files that have been collected will do, should there be no more."""
    field = collecting(frame, ask)
    return field is not None and isinstance(field.type, Several) and len(frame.collected) >= field.type.least


def _says_done(cursor: Cursor, frame: Draft, ask: Ask, text: str) -> bool:
    """Whether *text* means the button that ends an answer of several files, as its word or as its number."""
    if not enough(frame, ask):
        return False
    languages = (cursor.language, *cursor.bot.settings.languages, "en")
    return normal(text) in {normal(saying("done", code)) for code in languages} or as_number(text) == len(shown(cursor, frame, ask))


def _page(frame: Draft, fixed: int) -> tuple[tuple[str, Value], ...]:
    """The records of the page that *frame* is at; the last page is followed by the first one."""
    if len(frame.choices) + fixed <= LIST_ROWS:
        return frame.choices
    size = max(1, LIST_ROWS - fixed - 1)
    pages = -(-len(frame.choices) // size)
    start = frame.page % pages * size
    return frame.choices[start : start + size]


def _fixed(cursor: Cursor, frame: Draft, option: Option, limit: int) -> Choice:
    written = cursor.render(option.label)
    return Choice(
        str(Tap(frame.flow.name, frame.state, frame.entry, option.id)),
        (written.strip() if option.label.text.constant is not None else cut(" ".join(written.split()), limit)) or option.id,
        cut(cursor.render(option.description).strip(), ROW_DESCRIPTION) or None if option.description is not None else None,
        cut(cursor.render(option.group).strip(), SECTION_TITLE) or None if option.group is not None else None,
    )


def _computed(cursor: Cursor, frame: Draft, computed: Computed, id_: str, record: Value, limit: int) -> Choice:
    before, cursor.item = cursor.item, record
    choice = Choice(
        str(Tap(frame.flow.name, frame.state, frame.entry, id_)),
        cut(" ".join(cursor.render(computed.label).split()) or id_, limit),
        cut(cursor.render(computed.description).strip(), ROW_DESCRIPTION) or None if computed.description is not None else None,
        cut(cursor.render(computed.group).strip(), SECTION_TITLE) or None if computed.group is not None else None,
    )
    cursor.item = before
    return choice


def _told_apart(found: list[Choice], limit: int) -> list[Choice]:
    """WhatsApp wants every title once: equal ones get a number."""
    seen: dict[str, int] = {}
    apart = []
    for choice in found:
        label = cut(choice.label, limit)
        count = seen[label] = seen.get(label, 0) + 1
        apart.append(choice if count == 1 else replace(choice, label=f"{cut(choice.label, limit - 4)} ({count})"))
    return apart


def record_of(frame: Draft, id_: str) -> tuple[str, Value] | None:
    return next((choice for choice in frame.choices if choice[0] == id_), None)


def named(cursor: Cursor, frame: Draft, ask: Ask, text: str) -> Option | tuple[str, Value] | None:
    """What *text* chooses, typed: a fixed option, a record by its id, label, word or number, or the next page (then the id is MORE)."""
    if not text:
        return None
    option = ask.chosen(cursor, text)
    if option is None and _says_done(cursor, frame, ask, text):
        return DONE, None
    if option is not None or (ask.computed is None and all(o.label.text.constant is not None for o in ask.options)):
        return option
    form = normal(text)
    words = {id_: ask.computed.words(cursor, id_, record) for id_, record in frame.choices} if ask.computed is not None else {}
    for id_, record in frame.choices:
        if form in words[id_]:
            return id_, record
    now = shown(cursor, frame, ask)
    if ask.computed is not None and len(now) > BUTTONS and form == normal(saying("more", cursor.language)):
        return MORE, None
    number = as_number(text) if ask.computed is not None else None  # fixed ones alone were counted before
    place = next((n for n, choice in enumerate(now) if normal(choice.label) == form), None)  # one of several with the same label
    if place is None and number is not None and 1 <= number <= len(now):
        begin_with_digits = any(word[:1].isdigit() for found in (ask.words.forms, *words.values()) for word in found)
        place = None if begin_with_digits else number - 1
    if place is None:
        return None
    id_ = now[place].payload.partition(":")[2].partition(":")[2]
    return ask.option(id_) or record_of(frame, id_) or ((MORE, None) if id_ == MORE else None)
