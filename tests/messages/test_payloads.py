"""Every kind of message, as WhatsApp wants it: the bodies of the reference, word by word."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from msgspec import convert, to_builtins

from botkit import wire
from botkit.messages import (
    AddressRequest,
    Audio,
    Buttons,
    Card,
    Carousel,
    Catalogue,
    Choice,
    Contacts,
    Currency,
    Document,
    Fill,
    Form,
    Image,
    LinkButton,
    Location,
    LocationRequest,
    Menu,
    Message,
    Moment,
    PhoneRequest,
    Product,
    ProductList,
    Reaction,
    Shelf,
    Slide,
    Sticker,
    TemplateCard,
    TemplateMessage,
    Text,
    Video,
)
from botkit.testing import gate

WAMID = "wamid.HBgLMTU1NTEyMzQ1NjcVAgASGBQzQTAwMDAwMDAwMDAwMDAwMDAwMQA="


def interactive(**content: Any) -> dict[str, Any]:
    return {"type": "interactive", "interactive": content}


def template(*components: dict[str, Any], name: str = "t", language: str = "en_US") -> dict[str, Any]:
    return {"type": "template", "template": {"name": name, "language": {"code": language}, "components": list(components)}}


def picture(n: int) -> Image:
    return Image(link=f"https://files.example.com/{n}.jpg")


def url_card(n: int, text: str) -> dict[str, Any]:
    return {
        "card_index": n - 1,
        "type": "cta_url",
        "header": {"type": "image", "image": {"link": f"https://files.example.com/{n}.jpg"}},
        "body": {"text": text},
        "action": {"name": "cta_url", "parameters": {"display_text": "Buy", "url": f"https://example.com/p/{n}"}},
    }


CASES: list[tuple[str, Any, dict[str, Any]]] = [
    ("text", Text("Hello *Ana*"), {"type": "text", "text": {"preview_url": False, "body": "Hello *Ana*"}}),
    ("preview", Text("https://a.b", preview=True), {"type": "text", "text": {"preview_url": True, "body": "https://a.b"}}),
    ("reaction", Reaction("👍", WAMID), {"type": "reaction", "reaction": {"message_id": WAMID, "emoji": "👍"}}),
    (
        "image",
        Image(link="https://files.example.com/a.jpg", caption="Front view"),
        {"type": "image", "image": {"link": "https://files.example.com/a.jpg", "caption": "Front view"}},
    ),
    (
        "document",
        Document(id="1100000000000002", caption="Your invoice", filename="invoice-17.pdf"),
        {"type": "document", "document": {"id": "1100000000000002", "caption": "Your invoice", "filename": "invoice-17.pdf"}},
    ),
    ("audio", Audio(id="1100000000000003", voice=True), {"type": "audio", "audio": {"id": "1100000000000003", "voice": True}}),
    (
        "video",
        Video(link="https://files.example.com/v.mp4", caption="How to open it"),
        {"type": "video", "video": {"link": "https://files.example.com/v.mp4", "caption": "How to open it"}},
    ),
    ("sticker", Sticker(id="1100000000000004"), {"type": "sticker", "sticker": {"id": "1100000000000004"}}),
    (
        "location",
        Location(48.8584, 2.2945, "Shop", "1 Example Street, Paris"),
        {
            "type": "location",
            "location": {"latitude": 48.8584, "longitude": 2.2945, "name": "Shop", "address": "1 Example Street, Paris"},
        },
    ),
    (
        "contacts",
        Contacts(
            (
                Card(
                    "Ana Lee", "+15551230001", "ana@example.com", "Example Ltd", "Lead", "https://www.example.com", "1 Example Street",
                    "Springfield", "90000", "United States", "1990-01-31",
                ),
            )
        ),
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {"formatted_name": "Ana Lee", "first_name": "Ana", "last_name": "Lee"},
                    "phones": [{"phone": "+15551230001", "wa_id": "15551230001"}],
                    "emails": [{"email": "ana@example.com"}],
                    "org": {"company": "Example Ltd", "title": "Lead"},
                    "urls": [{"url": "https://www.example.com"}],
                    "addresses": [{"street": "1 Example Street", "city": "Springfield", "zip": "90000", "country": "United States"}],
                    "birthday": "1990-01-31",
                }
            ],
        },
    ),
    (
        "buttons",
        Buttons("Is the address right?", (Choice("addr:yes", "Yes"), Choice("addr:no", "No, change it")), "Order 17", "Tap one"),
        interactive(
            type="button",
            header={"type": "text", "text": "Order 17"},
            body={"text": "Is the address right?"},
            footer={"text": "Tap one"},
            action={
                "buttons": [
                    {"type": "reply", "reply": {"id": "addr:yes", "title": "Yes"}},
                    {"type": "reply", "reply": {"id": "addr:no", "title": "No, change it"}},
                ]
            },
        ),
    ),
    (
        "buttons below a document",
        Buttons("Right?", (Choice("y", "Yes"),), Document(id="1100000000000002", filename="a.pdf")),
        interactive(
            type="button",
            header={"type": "document", "document": {"id": "1100000000000002", "filename": "a.pdf"}},
            body={"text": "Right?"},
            action={"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
        ),
    ),
    (
        "list",
        Menu(
            "Choose a delivery slot.",
            (Choice("slot:1", "16:00 to 18:00", "Free", "Today"), Choice("slot:2", "08:00 to 10:00", None, "Tomorrow")),
            "Show slots",
            "Delivery",
            "Times are local",
        ),
        interactive(
            type="list",
            header={"type": "text", "text": "Delivery"},
            body={"text": "Choose a delivery slot."},
            footer={"text": "Times are local"},
            action={
                "button": "Show slots",
                "sections": [
                    {"title": "Today", "rows": [{"id": "slot:1", "title": "16:00 to 18:00", "description": "Free"}]},
                    {"title": "Tomorrow", "rows": [{"id": "slot:2", "title": "08:00 to 10:00"}]},
                ],
            },
        ),
    ),
    (
        "link",
        LinkButton("Your parcel is moving.", "Track it", "https://example.com/t/17", "Track", "Link opens a browser"),
        interactive(
            type="cta_url",
            header={"type": "text", "text": "Track"},
            body={"text": "Your parcel is moving."},
            footer={"text": "Link opens a browser"},
            action={"name": "cta_url", "parameters": {"display_text": "Track it", "url": "https://example.com/t/17"}},
        ),
    ),
    (
        "location request",
        LocationRequest("Where should we come?"),
        interactive(type="location_request_message", body={"text": "Where should we come?"}, action={"name": "send_location"}),
    ),
    (
        "phone request",
        PhoneRequest("Please share your phone number."),
        interactive(
            type="request_contact_info", body={"text": "Please share your phone number."}, action={"name": "request_contact_info"}
        ),
    ),
    (
        "address request",
        AddressRequest(
            "Where do we deliver?", values={"name": "Asha", "in_pin_code": "400001"}, wrong={"in_pin_code": "We do not deliver there."}
        ),
        interactive(
            type="address_message",
            body={"text": "Where do we deliver?"},
            action={
                "name": "address_message",
                "parameters": {
                    "country": "IN",
                    "values": {"name": "Asha", "in_pin_code": "400001"},
                    "validation_errors": {"in_pin_code": "We do not deliver there."},
                },
            },
        ),
    ),
    (
        "form",
        Form("Fill the form.", "Book", "700000000000001", None, "START", {"name": "Ana"}, "conv:42:booking", False, "Booking", "1 minute"),
        interactive(
            type="flow",
            header={"type": "text", "text": "Booking"},
            body={"text": "Fill the form."},
            footer={"text": "1 minute"},
            action={
                "name": "flow",
                "parameters": {
                    "flow_message_version": "3",
                    "flow_id": "700000000000001",
                    "flow_token": "conv:42:booking",
                    "flow_cta": "Book",
                    "mode": "published",
                    "flow_action": "navigate",
                    "flow_action_payload": {"screen": "START", "data": {"name": "Ana"}},
                },
            },
        ),
    ),
    (
        "product",
        Product("800000000000001", "SKU-1", "This one?", "Tax included"),
        interactive(
            type="product",
            body={"text": "This one?"},
            footer={"text": "Tax included"},
            action={"catalog_id": "800000000000001", "product_retailer_id": "SKU-1"},
        ),
    ),
    (
        "products",
        ProductList("Pick what you like.", "For you", "800000000000001", (Shelf(("SKU-1", "SKU-2"), "Shoes"),)),
        interactive(
            type="product_list",
            header={"type": "text", "text": "For you"},
            body={"text": "Pick what you like."},
            action={
                "catalog_id": "800000000000001",
                "sections": [
                    {"title": "Shoes", "product_items": [{"product_retailer_id": "SKU-1"}, {"product_retailer_id": "SKU-2"}]}
                ],
            },
        ),
    ),
    (
        "catalogue",
        Catalogue("Our catalog", "SKU-1", "New items weekly"),
        interactive(
            type="catalog_message",
            body={"text": "Our catalog"},
            footer={"text": "New items weekly"},
            action={"name": "catalog_message", "parameters": {"thumbnail_product_retailer_id": "SKU-1"}},
        ),
    ),
    (
        "cards with links",
        Carousel(
            "Three new plants:",
            (
                Slide(picture(1), "Blue echeveria", "Buy", "https://example.com/p/1"),
                Slide(picture(2), "Panda plant", "Buy", "https://example.com/p/2"),
            ),
        ),
        interactive(
            type="carousel",
            body={"text": "Three new plants:"},
            action={"cards": [url_card(1, "Blue echeveria"), url_card(2, "Panda plant")]},
        ),
    ),
    (
        "cards with replies",
        Carousel(
            "Two:",
            tuple(Slide(picture(n), choices=(Choice(f"more:{n}", "Tell me more"), Choice(f"fav:{n}", "Add to favorites"))) for n in (1, 2)),
        ),
        interactive(
            type="carousel",
            body={"text": "Two:"},
            action={
                "cards": [
                    {
                        "card_index": n - 1,
                        "type": "cta_url",
                        "header": {"type": "image", "image": {"link": f"https://files.example.com/{n}.jpg"}},
                        "action": {
                            "buttons": [
                                {"type": "quick_reply", "quick_reply": {"id": f"more:{n}", "title": "Tell me more"}},
                                {"type": "quick_reply", "quick_reply": {"id": f"fav:{n}", "title": "Add to favorites"}},
                            ]
                        },
                    }
                    for n in (1, 2)
                ]
            },
        ),
    ),
    (
        "cards with products",
        Carousel("Two:", (Slide(catalog="800000000000001", sku="SKU-1"), Slide(catalog="800000000000001", sku="SKU-2"))),
        interactive(
            type="carousel",
            body={"text": "Two:"},
            action={
                "cards": [
                    {
                        "card_index": n,
                        "type": "product",
                        "action": {"product_retailer_id": f"SKU-{n + 1}", "catalog_id": "800000000000001"},
                    }
                    for n in (0, 1)
                ]
            },
        ),
    ),
    (
        "template",
        TemplateMessage(
            "order_update",
            "en_US",
            ("Ana", Currency("$100.99", "USD", 100990), Moment("22 November 2026")),
            heading="17",
            replies=((0, "order:17:yes"),),
            fills=(Fill(1, "url", "17"), Fill(2, "copy_code", "SAVE10")),
        ),
        template(
            {"type": "header", "parameters": [{"type": "text", "text": "17"}]},
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "Ana"},
                    {"type": "currency", "currency": {"fallback_value": "$100.99", "code": "USD", "amount_1000": 100990}},
                    {"type": "date_time", "date_time": {"fallback_value": "22 November 2026"}},
                ],
            },
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "order:17:yes"}]},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "17"}]},
            {
                "type": "button",
                "sub_type": "copy_code",
                "index": "2",
                "parameters": [{"type": "coupon_code", "coupon_code": "SAVE10"}],
            },
            name="order_update",
        ),
    ),
    (
        "template by name",
        TemplateMessage("t", "en_US", ("Ana", "17"), names=("first_name", "order_id"), heading="9", heading_name="number"),
        template(
            {"type": "header", "parameters": [{"type": "text", "parameter_name": "number", "text": "9"}]},
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "parameter_name": "first_name", "text": "Ana"},
                    {"type": "text", "parameter_name": "order_id", "text": "17"},
                ],
            },
        ),
    ),
    *[
        (f"template with {kind}", TemplateMessage("t", "en_US", heading=heading), template({"type": "header", "parameters": [part]}))
        for kind, heading, part in (
            ("image", picture(1), {"type": "image", "image": {"link": "https://files.example.com/1.jpg"}}),
            ("video", Video(id="1100000000000005"), {"type": "video", "video": {"id": "1100000000000005"}}),
            (
                "document",
                Document(link="https://files.example.com/i.pdf", filename="invoice-17.pdf"),
                {"type": "document", "document": {"link": "https://files.example.com/i.pdf", "filename": "invoice-17.pdf"}},
            ),
            (
                "location",
                Location(48.8584, 2.2945, "Shop", "1 Example Street"),
                {
                    "type": "location",
                    "location": {"latitude": "48.8584", "longitude": "2.2945", "name": "Shop", "address": "1 Example Street"},
                },
            ),
            (
                "product",
                Product("800000000000001", "SKU-1"),
                {"type": "product", "product": {"product_retailer_id": "SKU-1", "catalog_id": "800000000000001"}},
            ),
        )
    ],
    (
        "template with a form",
        TemplateMessage("t", "en_US", fills=(Fill(0, "flow", "conv:42", {"name": "Ana"}),)),
        template(
            {
                "type": "button",
                "sub_type": "flow",
                "index": "0",
                "parameters": [{"type": "action", "action": {"flow_token": "conv:42", "flow_action_data": {"name": "Ana"}}}],
            }
        ),
    ),
    (
        "template with products",
        TemplateMessage("t", "en_US", fills=(Fill(0, "mpm", "SKU-1", shelves=(Shelf(("SKU-1", "SKU-2"), "Popular"),)),)),
        template(
            {
                "type": "button",
                "sub_type": "mpm",
                "index": "0",
                "parameters": [
                    {
                        "type": "action",
                        "action": {
                            "thumbnail_product_retailer_id": "SKU-1",
                            "sections": [
                                {"title": "Popular", "product_items": [{"product_retailer_id": "SKU-1"}, {"product_retailer_id": "SKU-2"}]}
                            ],
                        },
                    }
                ],
            }
        ),
    ),
    (
        "one-time password",
        TemplateMessage("login_code", "en_US", ("493817",), fills=(Fill(0, "password", "493817"),)),
        template(
            {"type": "body", "parameters": [{"type": "text", "text": "493817"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "493817"}]},
            name="login_code",
        ),
    ),
    (
        "limited-time offer",
        TemplateMessage(
            "t",
            "en_US",
            ("Ana",),
            heading=Image(id="1100000000000006"),
            ends=1790000000000,
            fills=(Fill(0, "copy_code", "CARIBE25"), Fill(1, "url", "n3mtql")),
        ),
        template(
            {"type": "header", "parameters": [{"type": "image", "image": {"id": "1100000000000006"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]},
            {
                "type": "limited_time_offer",
                "parameters": [{"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1790000000000}}],
            },
            {
                "type": "button",
                "sub_type": "copy_code",
                "index": "0",
                "parameters": [{"type": "coupon_code", "coupon_code": "CARIBE25"}],
            },
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "n3mtql"}]},
        ),
    ),
    (
        "template with cards",
        TemplateMessage(
            "t",
            "en_US",
            ("Ana",),
            cards=tuple(
                TemplateCard(Image(id=f"110000000000000{6 + n}"), (f"{n}0%",), (Fill(0, "reply", f"more:{n}"), Fill(1, "url", f"p{n}")))
                for n in (1, 2)
            ),
        ),
        template(
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]},
            {
                "type": "carousel",
                "cards": [
                    {
                        "card_index": n - 1,
                        "components": [
                            {"type": "header", "parameters": [{"type": "image", "image": {"id": f"110000000000000{6 + n}"}}]},
                            {"type": "body", "parameters": [{"type": "text", "text": f"{n}0%"}]},
                            {
                                "type": "button",
                                "sub_type": "quick_reply",
                                "index": "0",
                                "parameters": [{"type": "payload", "payload": f"more:{n}"}],
                            },
                            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": f"p{n}"}]},
                        ],
                    }
                    for n in (1, 2)
                ],
            },
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "payload"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
class TestEachKind:
    def test_is_written_as_whatsapp_wants_it(self, message: Any, payload: dict[str, Any]) -> None:
        assert wire.plain(wire.dumps(message.payload())) == payload

    def test_is_taken(self, message: Any, payload: dict[str, Any]) -> None:
        assert [str(fault) for fault in message.faults()] == []
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "15551234567", **payload}
        assert gate.refusal(body) is None

    def test_comes_back_from_the_disk_as_it_was(self, message: Any, payload: dict[str, Any]) -> None:
        kept = wire.loads(wire.dumps(wire.escaped(to_builtins(message))))
        assert convert(kept, Message) == message


def test_no_kind_is_left_out() -> None:
    assert {type(message) for _, message, _ in CASES} == set(get_args(Message))


def test_a_file_of_media_waits_for_its_id() -> None:
    assert Image(file="room.jpg").payload() == {"type": "image", "image": {"$file": "media/room.jpg"}}
    assert Document(file="media/a/receipt.pdf").payload() == {
        "type": "document", "document": {"$file": "media/a/receipt.pdf", "filename": "receipt.pdf"}
    }  # fmt: skip
    above = Buttons("Right?", (Choice("y", "Yes"),), Image(file="media/room.jpg")).payload()
    assert above["interactive"]["header"] == {"type": "image", "image": {"$file": "media/room.jpg"}}


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (Image(), "an image is a file of media/, a link, or an id: one of them"),
        (Image(file="room.jpg", id="1"), "an image is a file of media/, a link, or an id: one of them"),
        (Image(file="../secret.jpg"), "'media/../secret.jpg' is no file of media/"),
        (Image(file="media/../botkit.yaml"), "'media/../botkit.yaml' is no file of media/"),
        (Image(file="room.gif"), "an image is a file that ends in .jpg, .jpeg, .png, and media/room.gif does not"),
        (Image(link="ftp://a"), "'ftp://a' is no link: it begins with https://, and has no blank in it"),
        (Image(file="room.jpg", caption="x" * 1025), "a caption has at most 1024 characters; this one has 1025"),
        (Document(file="a.pdf", filename="x" * 241), "the name of a file has at most 240 characters; this one has 241"),
        (Audio(file="a.mp3", voice=True), "a voice note is a file that ends in .ogg, and a.mp3 does not"),
        (Location(91, 0), "a latitude lies between -90 and 90; this one is 91"),
        (Location(float("nan"), 0), "a latitude lies between -90 and 90; this one is nan"),
        (Location(0, 0, "x" * 1001), "the name of a place has at most 1000 characters; this one has 1001"),
        (Contacts(()), "a message with cards has at most 257 of them; this one has 0"),
        (Contacts((Card("Ana", birthday="31/01/1990"),)), "a birthday is written like 1990-01-31, not '31/01/1990'"),
        (Reaction("ok", WAMID), "a reaction is one emoji, not 'ok'"),
        (Reaction("👍👍", WAMID), "a reaction is one emoji, not '👍👍'"),
        (Reaction("👍", ""), "there is no message to react to"),
        (LinkButton("Look", "Here", "example.com"), "a link begins with https:// and has no blank in it, unlike 'example.com'"),
        (LinkButton("", "Here", "https://example.com"), "the text above a link is empty"),
        (AddressRequest("Where?", "ES"), "WhatsApp asks for addresses in India only (IN), not in 'ES'"),
        (Form("Fill", "Book"), "a form is named by its id, or by its name: one of them"),
        (ProductList("Pick", "All", "1", (Shelf(tuple("a" * 31)),)), "a message with products has at most 30 of them; this one has 31"),
        (ProductList("Pick", "All", "1", ()), "there is no product to show"),
        (Carousel("One", (Slide(sku="a", catalog="1"),)), "cards stand side by side by 2 to 10; here there are 1"),
        (
            Carousel("Two", (Slide(sku="a", catalog="1"), Slide(picture(1), "", "Buy", "https://example.com"))),
            "the cards of one message are all alike: pictures or films, links or buttons",
        ),
        (
            Carousel("Two", (Slide(picture(1), "a\n\n\nb", "Buy", "https://example.com"),) * 2),
            "the text of a card has at most 2 line breaks; this one has 3",
        ),
        (TemplateMessage("t", "en", fills=(Fill(0, "copy_code", "x" * 16),)), "a code to copy has at most 15 characters; this one has 16"),
        (
            TemplateMessage("t", "en", fills=(Fill(0, "password", "x" * 16),)),
            "a one-time password has at most 15 characters; this one has 16",
        ),
        (TemplateMessage("t", "en", body="x" * 601, ends=1), "a template with its parameters has at most 600 characters; this one has 601"),
    ],
)
def test_what_whatsapp_would_refuse_is_told(message: Any, told: str) -> None:
    assert [str(fault) for fault in message.faults()][:1] == [told]


@pytest.mark.parametrize("emoji", ["👍", "❤️", "👍🏽", "👨‍👩‍👧", "🇪🇸", "1️⃣", "©️", "✅", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_may_have_many_characters(emoji: str) -> None:
    assert list(Reaction(emoji, WAMID).faults()) == []


@pytest.mark.parametrize("text", ["a", "1", "👍!", "ok 👍", "🇪🇸🇫🇷", ".", "é", "*"])
def test_a_text_is_no_emoji(text: str) -> None:
    assert [fault.code for fault in Reaction(text, WAMID).faults()] == ["bad-part"]
