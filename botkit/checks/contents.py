"""What messages are about besides their text: files, places, cards, links, as far as it is known before anybody writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from botkit.checks.limits import over
from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.walk import Piece
from botkit.messages import files, limits
from botkit.messages.link import link_faults
from botkit.messages.reaction import has_emoji, is_emoji
from botkit.messages.requests import ADDRESS_FIELDS
from botkit.problems import Edit
from botkit.replies import Given, Nested, Reply
from botkit.says import Say
from botkit.says.base import Filled, literal
from botkit.says.buttons import FormButton, Link, Wares
from botkit.says.cards import Cards, CardSay
from botkit.says.places import People, React, Spot, Wish
from botkit.says.shown import Shown
from botkit.source import Node, Scalar
from botkit.templates import Picture

_ID = 14  # characters of an option's id on a card, where little room is left for it
_SHORTEN = "shorten it: WhatsApp would refuse the whole message"


def shown(find: Survey) -> None:
    """A picture, film, sound, document or sticker that media/ does not hold, of a type or size that WhatsApp does not take, or behind no
    link; a caption or the name of a document that is too long."""
    for piece in find.of(Shown):
        one: Shown = piece.thing
        told = literal(one.source)
        if told is not None and isinstance(one.source, Given):
            _file(find, piece, one.source.node, one.kind, told, one.voice)
        for node, sentence, lang in over(one.caption, limits.CAPTION, "a caption"):
            find.report("text-too-long", node, sentence, "say the rest in a message after it", of=piece, lang=lang)
        for there, sentence in _longer(one.filename, limits.FILE_NAME, "the name of a document"):
            find.report("text-too-long", there, sentence, _SHORTEN, of=piece)
    for template in find.bot.templates.values():
        for picture in (template.picture, *(card.picture for wording in template.wordings.values() for card in wording.cards)):
            right = template.node.place.file not in find.broken
            if right and isinstance(picture, Picture) and picture.file is not None and picture.kind != "product":
                _file(find, None, picture.file, picture.kind, picture.file.text.strip(), False)


def _file(find: Survey, piece: Piece | None, node: Scalar, kind: str, name: str, voice: bool) -> None:
    if files.is_id(name):
        return
    if files.is_link(name):
        for wrong in link_faults("a link", name):
            find.report("bad-link", node, str(wrong), "https://…", of=piece)
        return
    path = files.path_of(name)
    if piece is not None and (fault := next(files.faults(kind, path), None)) is not None:
        typed = files.wrong_ending(kind, path) and not next(files.faults("document", path), None)
        hint = "send it as a document, or give it another type" if typed else "name a file of media/, a link, or an id"
        find.report("wrong-file", node, str(fault), hint, of=piece)
    elif voice and files.suffix(path) not in (".ogg", ".opus"):
        find.report("wrong-file", node, f"a voice note is a file that ends in .ogg, and {path} does not", 'delete "voice"', of=piece)
    elif find.bot.media is not None and path not in find.bot.media:
        if not path.startswith(f"{files.INSIDE}/") or piece is None:
            known = [one.removeprefix(f"{files.FOLDER}/") if not name.startswith(f"{files.FOLDER}/") else one for one in find.bot.media]
            near = find.nearest(name, known, "media")
            told = f'there is no file "{path}"'
            hint = meant(near) or "put it there, or name a link that begins with https://"
            find.report("no-such-file", node, told, hint, of=piece, fix=renamed(node, name, near))
    elif find.bot.media is not None and find.bot.media[path] > files.SIZES[kind]:
        most, has = _size(files.SIZES[kind]), _size(find.bot.media[path])
        find.report("wrong-file", node, f"{files.article(kind)} has at most {most}; {path} has {has}", "make it smaller", of=piece)
    elif find.bot.media is not None and not find.bot.media[path]:
        find.report("wrong-file", node, f"{path} is empty", "put the file itself there", of=piece)


def _size(number: int) -> str:
    return f"{number / 1024 / 1024:.1f} MB" if number >= 1024 * 1024 else f"{number // 1024} KB"


def _longer(one: Filled | None, limit: int, what: str) -> Iterator[tuple[Node, str]]:
    told = literal(one)
    if one is not None and told is not None and limits.length(told) > limit:
        yield one.node, f"{what} has at most {limit:,} characters; this one has {limits.length(told):,}"


def places(find: Survey) -> None:
    """Degrees that are none, names of places that are too long, a birthday in other words, a reaction that is not one emoji."""
    for piece in find.of(Spot):
        spot: Spot = piece.thing
        for what, given, most in (("latitude", spot.lat, 90), ("longitude", spot.lon, 180)):
            told = literal(given)
            if given is not None and told is not None and not _within(told, most):
                sentence = f"a {what} is a number between -{most} and {most}"
                find.report("bad-place", given.node, sentence, "40.4168, -3.7038 is Madrid", of=piece)
        for what, reply in (("the name of a place", spot.name), ("an address", spot.address)):
            for node, sentence, lang in over(reply, limits.PLACE, what):
                find.report("text-too-long", node, sentence, _SHORTEN, of=piece, lang=lang)
    for piece in find.of(People):
        people: People = piece.thing
        if len(people.cards) > limits.CARDS:
            told = f"a message has at most {limits.CARDS} contact cards; this one has {len(people.cards)}"
            find.report("bad-cards", people.node, told, "say them in several messages", of=piece)
        for pairs in people.cards:
            for key, value in pairs:
                if key.text == "birthday" and not isinstance(value, bool) and (said := literal(value)) is not None and not _is_day(said):
                    find.report("bad-part", value.node, f'a birthday is written like 1990-01-31, not "{said[:40]}"', of=piece)
    for piece in find.of(React):
        react: React = piece.thing
        said = literal(react.emoji)
        if said is not None and not is_emoji(said):
            find.report("bad-part", react.emoji.node, f'a reaction is one emoji, not "{said[:40]}"', "react: 👍", of=piece)


def _within(text: str, most: int) -> bool:
    try:
        return abs(float(text)) <= most
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return [len(part) for part in (year, month, day)] == [4, 2, 2] and all(part.isdecimal() for part in (year, month, day))


def buttons(find: Survey) -> None:
    """Links that are none, labels that are too long, parts of an address that nobody knows, products in too many groups."""
    for piece in find.of(Link):
        link: Link = piece.thing
        for node, told, lang in over(link.label, limits.LINK_LABEL, "the label of a link"):
            find.report("title-too-long", node, told, "shorten it", of=piece, lang=lang)
        _link(find, piece, link.to)
    for piece in find.of(FormButton):
        form: FormButton = piece.thing
        for node, told, lang in over(form.label, limits.FORM_LABEL, "the label of a form"):
            find.report("title-too-long", node, told, "shorten it", of=piece, lang=lang)
        for language, text in form.label.all.items():
            if text.constant is not None and has_emoji(text.constant):
                told = "the label of a form has no emoji: WhatsApp refuses it"
                find.report("bad-part", form.label.node_in(language), told, "delete it", of=piece, lang=language)
    for piece in find.of(Wish):
        wish: Wish = piece.thing
        pairs = [*wish.values, *wish.wrong]
        if pairs and wish.what != "address":
            told = f"a request for a {wish.what} has no values"
            find.report("bad-part", pairs[0][0], told, "delete them", of=piece)
            continue
        for key, _ in pairs:
            if key.text not in ADDRESS_FIELDS:
                near = find.nearest(key.text, ADDRESS_FIELDS)
                hint = meant(near) or f"its parts are {', '.join(sorted(ADDRESS_FIELDS))}"
                find.report("bad-part", key, f'an address has no "{key.text[:40]}"', hint, of=piece, fix=renamed(key, key.text, near))
    for piece in find.of(Wares):
        _products(find, piece, piece.thing)


def _link(find: Survey, piece: Piece, to: Filled) -> None:
    """Where it begins is known, also where something is filled in behind."""
    told = to.text.source if isinstance(to, Reply) else literal(to)
    if told is None or told.lstrip().startswith("{"):
        return
    if isinstance(to, Reply):
        told = told.partition("{")[0]
        if files.is_link(told):
            return
    for wrong in link_faults("a link", told):
        find.report("bad-link", to.node, str(wrong), "to: https://…", of=piece)
        return


def _products(find: Survey, piece: Piece, wares: Wares) -> None:
    show = wares.show
    if not isinstance(show, Nested):
        return
    groups: Iterable[Given | Nested] = show.values if show.keys is not None else [show]
    known = [len(group.values) if isinstance(group, Nested) else 1 for group in groups]
    if sum(known) > limits.PRODUCTS:
        told = f"a message shows at most {limits.PRODUCTS} products; this one has {sum(known)}"
        find.report("too-many-products", show.node, told, "say them in two messages", of=piece)
    elif len(known) > limits.PRODUCT_SECTIONS:
        told = f"products stand in at most {limits.PRODUCT_SECTIONS} groups; here there are {len(known)}"
        find.report("too-many-products", show.node, told, "put some groups together", of=piece)
    elif not all(known):
        find.report("too-many-products", show.node, "a group has no product", "delete it", of=piece)
    for key in show.keys or ():
        if limits.length(key.text) > limits.SECTION_TITLE:
            told = f"a group has at most {limits.SECTION_TITLE} characters; this one has {limits.length(key.text)}"
            find.report("group-too-long", key, told, _SHORTEN, of=piece)


def cards(find: Survey) -> None:
    """Cards side by side: their number, whether they are alike, their texts."""
    for piece in find.of(Cards):
        one: Cards = piece.thing
        surely = all(card.each is None for card in one.cards)
        if len(one.cards) > limits.SLIDES or (surely and len(one.cards) < limits.LEAST_SLIDES):
            told = f"cards stand side by side by {limits.LEAST_SLIDES} to {limits.SLIDES}; here there {_are(len(one.cards))}"
            hint = "say a picture with a caption instead" if len(one.cards) == 1 else None
            find.report("bad-cards", one.node, told, hint, of=piece)
        kinds: Mapping[str, CardSay] = {_kind(card): card for card in one.cards}
        if len(kinds) > 1:
            told = "the cards of one message are all alike: all with pictures, all with films, or all products"
            find.report("bad-cards", list(kinds.values())[1].node, told, "make it like the first one", of=piece)
        elif len(counts := {len(card.options): card for card in one.cards}) > 1:
            told = "the cards of one message are all alike: all with a link, or all with the same number of options"
            find.report("bad-cards", list(counts.values())[1].node, told, "make it like the first one", of=piece)
        elif one.offers:
            _options_of(find, piece, one)
    for piece in find.of(CardSay):
        card: CardSay = piece.thing
        for node, told, lang in over(card.text, limits.SLIDE_BODY, "the text of a card"):
            find.report("body-too-long", node, told, "shorten it", of=piece, lang=lang)
        for lang, text in card.text.all.items() if card.text is not None else ():
            if text.constant is not None and text.constant.strip().count("\n") > limits.SLIDE_LINES and card.text is not None:
                told = f"the text of a card has at most {limits.SLIDE_LINES} line breaks"
                find.report("body-too-long", card.text.node_in(lang), told, "write it in fewer lines", of=piece, lang=lang)


def _options_of(find: Survey, piece: Piece, cards: Cards) -> None:
    """What cards show of the options of their step."""
    ask = piece.step.ask if piece.step is not None and piece.inside(Say) in piece.step.say else None
    if ask is None or not (ask.options or ask.computed):
        told = "these cards show options, and there are none: cards show those of the step that says them"
        find.report("bad-cards", cards.node, told, "give the step options, or the cards a link: url: {label: …, to: …}", of=piece)
        return
    fixed = {option.id: option for option in ask.options}
    seen: set[str] = set()
    for card in cards.cards:
        if len(card.options) > limits.BUTTONS:
            told = f"a card shows at most {limits.BUTTONS} options; this one has {len(card.options)}"
            find.report("bad-cards", card.options[limits.BUTTONS].node, told, "delete some", of=piece)
        for one in card.options:
            id_ = literal(one)
            if id_ is None or (id_ not in fixed and ask.computed is not None):
                continue
            if id_ in seen:
                told = f'the option "{id_}" stands here twice: nobody could tell which card was meant'
                find.report("bad-cards", one.node, told, "give each card options of its own", of=piece)
            elif id_ not in fixed:
                near = find.nearest(id_, fixed)
                told, hint = f'the step has no option "{id_[:40]}"', meant(near) or f"it has {', '.join(fixed)}"
                find.report("bad-cards", one.node, told, hint, of=piece, fix=_renamed(one, id_, near))
            elif limits.length(id_) > _ID:
                told = f"the id of an option on a card has at most {_ID} characters; this one has {limits.length(id_)}"
                find.report("bad-cards", one.node, told, "give the option a shorter id", of=piece)
            elif len(fixed) > limits.BUTTONS:  # fewer are looked at as buttons already
                for node, told, lang in over(fixed[id_].label, limits.BUTTON_TITLE, "an option on a card"):
                    find.report("title-too-long", node, told, "shorten it", of=piece, lang=lang)
            seen.add(id_)


def _renamed(one: Filled, id_: str, near: str | None) -> tuple[Edit, ...]:
    return renamed(one.node, id_, near) if isinstance(one.node, Scalar) else ()


def _are(number: int) -> str:
    return "is 1" if number == 1 else f"are {number}"


def _kind(card: CardSay) -> str:
    return "product" if card.product is not None else card.media.kind if card.media is not None else ""


__all__ = ["buttons", "cards", "places", "shown"]
