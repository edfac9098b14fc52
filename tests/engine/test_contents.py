"""Messages that are about something besides their text, as a flow says them."""

from __future__ import annotations

from typing import Any

import pytest

from botkit.messages import (
    Audio,
    Carousel,
    Catalogue,
    Contacts,
    Document,
    Form,
    Image,
    LinkButton,
    Location,
    LocationRequest,
    Product,
    ProductList,
    Reaction,
    Sticker,
    TemplateMessage,
    Text,
    Video,
)
from botkit.model import ActionFinished, Send
from tests.engine.talk import Talk, read, talk

TEMPLATES = {
    "offer.yaml": """
        category: marketing
        header: {image: room.jpg}
        body: "Hi {{1}}, only {{2}} today."
        example: [Ana, €9.99]
        offer: Ends soon
        buttons:
          code: {copy: SAVE10}
          buy: {label: Buy, url: "https://example.com/b/{{1}}", example: a1}
    """,
    "order.yaml": """
        category: utility
        header: Order {{number}}
        body: "Hi {{name}}, your order {{order}} leaves today."
        example: {number: "17", name: Ana, order: V7}
        buttons: {thanks: Thanks, call: {label: Call us, phone: "+34915550001"}}
    """,
    "login.yaml": """
        category: authentication
        buttons: {code: {password: copy}}
    """,
    "plants.yaml": """
        category: marketing
        body: "Plants for {{1}}."
        example: [Ana]
        cards:
          - {header: {image: 1.jpg}, body: "Only {{1}} today.", example: [10%], buttons: {more: Tell me more}}
          - {header: {image: 2.jpg}, body: "Only {{1}} now.", example: [10%], buttons: {more: Tell me more}}
    """,
}


def said(chat: Talk) -> list[Any]:
    """The messages of the last turn."""
    return [effect.message or effect.template for effect in chat.turns[-1].effects if isinstance(effect, Send)]


def first(say: str, **more: str) -> list[Any]:
    """What a bot says that has nothing but this to say."""
    chat = talk("contact: {photo: record, place: record, people: list}", TEMPLATES, main=f"steps:\n  one:\n    say: {say}\n", **more)
    chat.hears("hi")
    return said(chat)


@pytest.mark.parametrize(
    ("say", "message"),
    [
        ("{image: room.jpg, caption: Your room}", Image(file="media/room.jpg", caption="Your room")),
        ("{image: media/a/room.png}", Image(file="media/a/room.png")),
        ("{video: 'https://example.com/{{ contact.wa_id }}.mp4'}", Video(link="https://example.com/34600111222.mp4")),
        ("{audio: hello.ogg, voice: true}", Audio(file="media/hello.ogg", voice=True)),
        ("{document: '1100000000000002', filename: Menu.pdf}", Document(id="1100000000000002", filename="Menu.pdf")),
        ("{sticker: hi.webp}", Sticker(file="media/hi.webp")),
        ("{location: {lat: 40.4, lon: '-3.7', name: Here}}", Location(40.4, -3.7, "Here")),
        ("{react: 👍}", Reaction("👍", "wamid.1")),
        ("{text: Look., url: {label: Open, to: https://example.com}}", LinkButton("Look.", "Open", "https://example.com")),
        (
            "{text: Look., url: {label: Open, to: https://example.com}, header: {document: a.pdf, filename: A.pdf}, footer: '{{ 1 + 1 }}'}",
            LinkButton("Look.", "Open", "https://example.com", Document(file="media/a.pdf", filename="A.pdf"), "2"),
        ),
        ("{text: Where?, request: location}", LocationRequest("Where?")),
        (
            "{text: Fill it., form: {id: '7', label: Book, screen: S, data: {n: = 1 + 1, who: {name: = contact.wa_id}}}}",
            Form("Fill it.", "Book", "7", None, "S", {"n": 2, "who": {"name": "34600111222"}}),
        ),
        ("{products: {catalog: '8', show: SKU-1}}", Product("8", "SKU-1")),
        ("{text: All., products: all}", Catalogue("All.")),
    ],
)
def test_what_a_flow_says(say: str, message: Any) -> None:
    assert first(say) == [message]


def test_cards_of_people() -> None:
    (message,) = first("{contacts: [{name: Ana B. Lee, phone: '+34 915 550 001', whatsapp: false}, {name: '{{ contact.wa_id }}'}]}")
    assert isinstance(message, Contacts)
    ana, other = message.payload()["contacts"]
    assert ana["phones"] == [{"phone": "+34 915 550 001"}]
    assert other["name"]["formatted_name"] == "34600111222"


def test_products_in_groups_have_a_header() -> None:
    (message,) = first("{text: Pick., products: {catalog: '8', show: {Shoes: [A, B], Hats: C}}}")
    assert isinstance(message, ProductList)
    assert [(shelf.title, shelf.skus) for shelf in message.shelves] == [("Shoes", ("A", "B")), ("Hats", ("C",))]
    assert message.header == "Shoes"
    assert list(message.faults()) == []


def test_one_card_for_every_element_of_a_list() -> None:
    plants = "data/plants.yaml"
    chat = talk("", {plants: "- {name: Aloe, id: a}\n- {name: Fern, id: f}\n"}, main="""
        steps:
          one:
            say:
              text: "Plants:"
              cards:
                - each: = data.plants
                  as: plant
                  image: "https://example.com/{{ plant.id }}.jpg"
                  text: "{{ plant.name }}"
                  url: {label: Buy, to: "https://example.com/{{ plant.id }}"}
    """)  # fmt: skip
    chat.hears("hi")
    (message,) = said(chat)
    assert isinstance(message, Carousel)
    assert [(slide.body, slide.link) for slide in message.slides] == [("Aloe", "https://example.com/a"), ("Fern", "https://example.com/f")]
    assert list(message.faults()) == []


def test_what_a_contact_has_sent_can_be_sent_on() -> None:
    chat = talk(
        main="""
        steps:
          ask: {say: A picture?, ask: {photo: image}}
          where: {say: And where?, ask: {place: location}}
          again_here: {say: [{image: = photo, caption: Yours}, {location: = place}]}
    """
    )
    chat.hears("hi")
    chat.receives("image", data={"id": "m1", "mime_type": "image/jpeg"})
    chat.hears("(location 40.4 -3.7)")
    assert said(chat) == [Image(id="m1", caption="Yours"), Location(40.4, -3.7)]


@pytest.mark.parametrize("text", ["../botkit.yaml", "in/2026/secret.jpg", "media/in/x.jpg", "", "/etc/passwd.jpg"])
def test_what_a_contact_writes_is_no_path(text: str) -> None:
    chat = talk("on_error: {say: Sorry., go: quit}", main="""
        steps:
          ask: {say: Which?, ask: {which: text}}
          again_here: {say: {image: = which}}
    """)  # fmt: skip
    chat.hears("hi")
    chat.receives("text", text or " ")
    for message in said(chat):
        assert isinstance(message, Text) or list(message.faults()), message


def test_a_reaction_needs_a_message() -> None:
    chat = talk(
        main="""
        steps:
          ask:
            say: Hello.
            ask: {what: text}
            silence: [{after: 1h, say: {react: 👍}}]
    """
    )
    chat.goes("> hi\n< Hello.\n+ 2h\n")
    assert "silent" in [note.kind for turn in chat.turns for note in turn.notes]


def test_options_go_with_the_text_that_has_room_for_them() -> None:
    chat = talk(
        main="""
        steps:
          ask:
            say: ["Shall we?", {text: Read this first., url: {label: Terms, to: https://example.com}}]
            options: {yes: "Yes", no: "No"}
    """
    )
    chat.hears("hi")
    assert [type(message).__name__ for message in said(chat)] == ["Buttons", "LinkButton"]


def test_a_picture_stands_above_buttons_and_not_above_a_list() -> None:
    say = "{text: Which?, header: {image: room.jpg}}"
    few, many = "{a: A, b: B}", "{a: A, b: B, c: C, d: D}"
    for options, header in ((few, Image(file="media/room.jpg")), (many, None)):
        chat = talk(main=f"steps:\n  ask:\n    say: {say}\n    options: {options}\n")
        chat.hears("hi")
        assert said(chat)[0].header == header


# ---- templates


def test_a_template_whole() -> None:
    use = "{name: offer, with: [Ana, {currency: EUR, amount: 9.99}], buttons: {buy: a1}, until: '2026-06-30T18:00'}"
    (message,) = first(f"{{template: {use}}}")
    assert isinstance(message, TemplateMessage)
    assert message.shown() == "Hi Ana, only 9.99 EUR today."
    kinds = [part["type"] for part in message.payload()["template"]["components"]]
    assert kinds == ["header", "body", "limited_time_offer", "button", "button"]
    assert [fill.text for fill in message.fills] == ["SAVE10", "a1"]
    assert message.heading == Image(file="media/room.jpg")
    assert message.ends == 1782835200000  # 18:00 in Madrid


def test_values_by_name_in_any_order() -> None:
    (message,) = first("{template: {name: order, with: {order: V7, name: Ana}, header: '17'}}")
    assert message.shown() == "Hi Ana, your order V7 leaves today." and message.header == "Order 17"
    assert (message.parameters, message.names, message.heading_name) == (("Ana", "V7"), ("name", "order"), "number")


def test_a_one_time_password_stands_in_the_text_and_in_the_button() -> None:
    (message,) = first("{template: {name: login, with: ['493817']}}")
    body, button = message.payload()["template"]["components"]
    assert body["parameters"] == button["parameters"] == [{"type": "text", "text": "493817"}]


def test_cards_of_a_template() -> None:
    (message,) = first("{template: {name: plants, with: [Ana], cards: [{with: [10%]}, {with: [20%], header: x.jpg}]}}")
    assert [(card.body, card.heading) for card in message.cards] == [
        ("Only 10% today.", Image(file="media/1.jpg")), ("Only 20% now.", Image(file="media/x.jpg"))
    ]  # fmt: skip


def test_a_template_stands_in_for_any_message() -> None:
    chat = talk("", TEMPLATES, main="steps:\n  one:\n    say: {image: room.jpg, template: {name: login, with: ['1']}, closed: hold}\n")
    chat.hears("hi")
    (send,) = chat.turns[-1].effects
    assert (
        isinstance(send, Send) and isinstance(send.message, Image) and isinstance(send.template, TemplateMessage) and send.closed == "hold"
    )


# ---- actions


SAYS = read(
    main="""
    steps:
      ask: {run: clinic.book, save: visit, then: {say: "Booked {{ visit }}."}}
      more: {say: More?, ask: {what: text}}
"""
)


def test_what_an_action_says_comes_before_what_follows() -> None:
    chat = Talk(SAYS)
    chat.hears("hi")
    send = Send(Image(file="media/map.jpg", caption="The way"), closed="drop")
    chat.happens(ActionFinished("k", chat.now, chat.call, "V7", (Send(Text("Nearly there.")), send)))
    assert [message.shown() for message in said(chat)] == ["Nearly there.", "The way", "Booked V7.", "More?"]
    told = [effect for effect in chat.turns[-1].effects if isinstance(effect, Send)]
    assert [effect.origin for effect in told][:2] == ["main.ask", "main.ask"] and told[1].closed == "drop"


def test_what_an_action_says_that_nobody_waits_for_is_not_said() -> None:
    chat = Talk(SAYS)
    chat.hears("hi")
    chat.happens(ActionFinished("k", chat.now, "another", "V7", (Send(Text("Too late.")),)))
    assert said(chat) == []
