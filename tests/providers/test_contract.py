"""Two gateways, one contract: what holds of every provider, asked of each in the same words."""

from __future__ import annotations

import ast
import inspect
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from botkit import wire
from botkit.channels import Channel
from botkit.messages import Text
from botkit.model import Identity
from botkit.providers import PROVIDERS, Provider, base, files
from botkit.testing.refusal import DISABLED, INVALID_KEY, RATE, UNPAID, Refusal, Shape
from tests.providers.test_answers import CODES

KEY = "K" + "0123456789abcdef" * 2
NUMBER = "204610000000077"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PAYLOADS = sorted((Path(__file__).parents[1] / "payloads").glob("*.json"))
HELLO = wire.dumps(Text("Hello").payload())
ANA = Identity("447700900111", "GB.41", "Ana")
LOOKASIDE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=11&ext=17&hash=A%2Fb_c-d"

# What differs, and nothing else may: the header that holds the key, the path of sends, the host of files.
AUTH = {"dialog360": ("D360-API-KEY", KEY), "cloud": ("Authorization", f"Bearer {KEY}")}
SENDS = {"dialog360": "/messages", "cloud": f"/{NUMBER}/messages"}
UPLOADS = {"dialog360": "/media", "cloud": f"/{NUMBER}/media"}
FILES = {"dialog360": "https://waba-v2.360dialog.io", "cloud": "https://lookaside.fbsbx.com"}


def made(name: str) -> Provider:
    return PROVIDERS[name](Channel("shop", provider=name, api_key=KEY, phone_number_id=NUMBER))


@pytest.fixture(params=PROVIDERS)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def provider(name: str) -> Provider:
    return made(name)


def test_every_provider_is_told_of_here() -> None:
    assert set(AUTH) == set(SENDS) == set(UPLOADS) == set(FILES) == set(PROVIDERS)


# ---- events


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_a_body_means_the_same_whoever_posts_it(path: Path) -> None:
    body = path.read_bytes()
    first, *others = [made(name).events(body, NOW) for name in PROVIDERS]
    assert first and all(other == first for other in others)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"entry": 7}', b'{"entry": [[]]}', b"[" * 100_000])
def test_nonsense_is_kept_and_raises_nothing(provider: Provider, body: bytes) -> None:
    (kept,) = provider.events(body, NOW)
    assert kept.unreadable and kept.raw == body and kept.channel == "shop"


# ---- requests


def test_a_message_goes_to_a_number_or_else_to_a_business_scoped_id(provider: Provider, name: str) -> None:
    for to, recipient in ((ANA, {"to": "447700900111"}), (Identity(bsuid="GB.41"), {"recipient": "GB.41"})):
        request = provider.send(to, HELLO, "outbox:1", "wamid.Q")
        assert (request.method, request.path) == ("POST", SENDS[name])
        assert json.loads(request.body) == {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "biz_opaque_callback_data": "outbox:1",
            "context": {"message_id": "wamid.Q"},
            "type": "text",
            "text": {"preview_url": False, "body": "Hello"},
            **recipient,
        }
    with pytest.raises(ValueError, match="number or a BSUID"):
        provider.send(Identity(), HELLO, "outbox:1")


def test_every_request_brings_the_key_in_its_header_and_shows_it_nowhere_else(provider: Provider, name: str) -> None:
    found = provider.download(LOOKASIDE)
    assert found is not None
    requests = [
        provider.send(ANA, HELLO, "o"),
        provider.read("wamid.1", True),
        provider.probe(),
        provider.upload(),
        provider.file("1100000000000001"),
        found[1],
    ]
    for request in requests:
        header, value = AUTH[name]
        assert request.headers[header] == value
        assert [held for held in request.headers.values() if KEY in held] == [value]
        assert KEY not in request.path and KEY.encode() not in request.body and KEY not in repr(request)
        assert request.path.startswith("/") and "://" not in request.path


def test_a_read_mark(provider: Provider, name: str) -> None:
    for typing in (False, True):
        request = provider.read("wamid.1", typing)
        assert (request.method, request.path) == ("POST", SENDS[name])
        told = json.loads(request.body)
        assert told.pop("typing_indicator", None) == ({"type": "text"} if typing else None)
        assert told == {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}


def test_a_probe_changes_nothing(provider: Provider) -> None:
    assert (provider.probe().method, provider.probe().body) == ("GET", b"")


# ---- files


def test_where_files_go_and_are_asked_for(provider: Provider, name: str) -> None:
    assert (provider.upload().method, provider.upload().path) == ("POST", UPLOADS[name])
    assert (provider.file("1100000000000001").method, provider.file("1100000000000001").path) == ("GET", "/1100000000000001")
    for bad in ("", ".", "..", "x" * 256):
        with pytest.raises(ValueError, match="no id"):
            provider.file(bad)
    assert provider.file("a/../b?c#d").path == "/a%2F..%2Fb%3Fc%23d"


def test_bytes_come_from_one_host_with_path_and_query_as_they_are(provider: Provider, name: str) -> None:
    found = provider.download(LOOKASIDE)
    assert found is not None
    host, request = found
    assert host == FILES[name]
    assert (request.method, request.path) == ("GET", "/whatsapp_business/attachments/?mid=11&ext=17&hash=A%2Fb_c-d")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://evil.example/lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com@evil.example/x",
        "https://lookaside.fbsbx.com:8443/x",
        "https://user:pw@lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com\\@evil.example/x",
        "https://lookaside.fbsbx.com/x\r\nHost: evil.example",
        "https://xlookaside.fbsbx.com/x",
        "//lookaside.fbsbx.com/x",
        "ftp://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com/" + "x" * 3000,
    ],
)
def test_no_other_host_hears_of_the_key(provider: Provider, url: str) -> None:
    assert provider.download(url) is None


def test_what_a_gateway_tells_of_a_file_is_read_alike() -> None:
    told = b'{"url": "https:\\/\\/lookaside.fbsbx.com\\/x", "mime_type": "Image/JPEG; q=1", "file_size": "184213", "id": "1"}'
    assert files.found(told) == files.Found("https://lookaside.fbsbx.com/x", "image/jpeg", 184213)
    assert files.uploaded(b'{"id": "1100000000000002"}') == "1100000000000002"


# ---- answers


def test_an_answer_means_the_same(name: str) -> None:
    provider, other = made(name), made("dialog360")
    shapes: tuple[Shape, ...] = ("meta", "embedded", "dialog", "plain", "old", "html", "empty")
    for code, status, *_ in CODES:
        for shape in shapes:
            body = Refusal(code, "why", status, shape).body()
            assert provider.outcome(status, {}, body) == other.outcome(status, {}, body)
        assert provider.failure(code, "why") == other.failure(code, "why")


@pytest.mark.parametrize(
    ("refusal", "verdict"),
    [(UNPAID, "stopped"), (DISABLED, "stopped"), (RATE, "later"), (INVALID_KEY, "stopped")],
    ids=lambda x: str(x)[:20],
)
@pytest.mark.parametrize("shape", ["dialog", "plain", "html"])
def test_what_is_said_in_words_counts(provider: Provider, refusal: Refusal, verdict: str, shape: Shape) -> None:
    told = Refusal(text=refusal.text, http=refusal.http, shape=shape)
    assert provider.outcome(told.http, {}, told.body()).verdict == verdict


def test_accepted_with_a_number_that_is_written_otherwise(provider: Provider) -> None:
    body = {"contacts": [{"input": "+5511987654321", "wa_id": "551187654321"}], "messages": [{"id": "wamid.1"}]}
    said = provider.outcome(200, {}, json.dumps(body).encode())
    assert (said.verdict, said.id, said.wa_id) == ("accepted", "wamid.1", "551187654321")


def test_the_key_is_in_no_word_for_the_operator(provider: Provider) -> None:
    for told in (provider.outcome(401, {}, Refusal(190, f"Malformed token {KEY}", 401).body()), provider.failure(190, f"bad {KEY}")):
        assert KEY not in told.detail and KEY[:12] not in told.detail and "…" in told.detail


# ---- what a provider is


def test_every_provider_has_what_the_contract_asks_for() -> None:
    wanted = {word: member for word, member in vars(base.Provider).items() if inspect.isfunction(member) and not word.startswith("_")}
    for name in PROVIDERS:
        kind = type(made(name))
        for word, member in wanted.items():
            own = inspect.signature(getattr(kind, word))
            assert list(own.parameters) == list(inspect.signature(member).parameters), f"{name}.{word}"


@pytest.mark.parametrize("path", sorted(Path(base.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_a_provider_touches_no_socket(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {word.partition(".")[0] for word in names} & {"socket", "ssl", "asyncio", "aiohttp", "http", "selectors", "select"}
    assert not any(isinstance(node, ast.Await | ast.AsyncFunctionDef) for node in ast.walk(tree))
