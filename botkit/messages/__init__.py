"""What a bot can say on WhatsApp: one kind a file, each with its limits, how it reads and how it is written for the API."""

from __future__ import annotations

from botkit.messages.carousel import Carousel, Slide
from botkit.messages.contacts import Card, Contacts
from botkit.messages.form import Form
from botkit.messages.interactive import Buttons, Choice, Menu
from botkit.messages.limits import Fault, cut, length
from botkit.messages.link import LinkButton
from botkit.messages.media import Audio, Document, Image, Media, Sticker, Video
from botkit.messages.places import Location
from botkit.messages.products import Catalogue, Product, ProductList, Shelf
from botkit.messages.reaction import Reaction
from botkit.messages.requests import AddressRequest, LocationRequest, PhoneRequest
from botkit.messages.template import Currency, Fill, Moment, TemplateCard, TemplateMessage
from botkit.messages.text import Text

Message = (
    Text | Buttons | Menu | Image | Video | Audio | Document | Sticker | Location | Contacts | Reaction | LinkButton | LocationRequest
    | PhoneRequest | AddressRequest | Form | Product | ProductList | Catalogue | Carousel | TemplateMessage
)  # fmt: skip

__all__ = [
    "AddressRequest",
    "Audio",
    "Buttons",
    "Card",
    "Carousel",
    "Catalogue",
    "Choice",
    "Contacts",
    "Currency",
    "Document",
    "Fault",
    "Fill",
    "Form",
    "Image",
    "LinkButton",
    "Location",
    "LocationRequest",
    "Media",
    "Menu",
    "Message",
    "Moment",
    "PhoneRequest",
    "Product",
    "ProductList",
    "Reaction",
    "Shelf",
    "Slide",
    "Sticker",
    "TemplateCard",
    "TemplateMessage",
    "Text",
    "Video",
    "cut",
    "length",
]
