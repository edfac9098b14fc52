"""Files and links of what the bot says, named in tests; what has no text is named by its kind."""

from __future__ import annotations

from tests.testing.bots import read
from tests.testing.talking import differs, passes

BOT = read(
    main="""
    steps:
      one:
        say:
          - {image: room.jpg, caption: Your room}
          - {sticker: hi.webp}
          - {location: {lat: 40.4, lon: -3.7, name: Our house}}
          - {contacts: {name: Ana Lee}}
          - {react: 👍}
          - {text: Look., url: {label: Open, to: "https://example.com/{{ contact.wa_id }}"}}
    """
)
SAID = """
    - user: hi
    - bot: Your room
      file: {file}
    - bot: (sticker)
    - bot: Our house
    - bot: Ana Lee
    - bot: 👍
    - bot: Look.
      link: {link}
"""


def test_what_is_shown_is_named():
    passes(SAID.format(file="room.jpg", link='"https://example.com/*"'), BOT)
    passes(SAID.format(file="media/room.*", link='"*"'), BOT)


def test_another_file_is_a_difference():
    told = "\n".join(differs(SAID.format(file="hall.jpg", link='"*"'), BOT))
    assert "the message has another file" in told
    assert "-  file: hall.jpg" in told and "+  file: room.jpg" in told


def test_a_button_that_leads_elsewhere_is_a_difference():
    told = "\n".join(differs(SAID.format(file="room.jpg", link='"https://example.org/*"'), BOT))
    assert "the button leads elsewhere" in told
    assert "-  link: https://example.org/*" in told and "+  link: https://example.com/" in told
