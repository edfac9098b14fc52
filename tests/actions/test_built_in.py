"""The built-in http actions, against a host with TLS on this machine: what is asked, what comes back, and what is never asked."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from botkit import wire
from botkit.actions.addresses import public, resolve
from botkit.actions.built_in import built_in
from botkit.actions.caller import Caller
from botkit.actions.exchange import Refused, Request, exchange
from botkit.model import ActionFailed, ActionFinished, Call
from botkit.stores.memory import MemoryStore
from botkit.web import HTTP_LOCAL, MAX_BODY, Host, Url, names_of
from botkit.wire import Veiled
from tests.actions.calling import MADRID, Desk, call
from tests.actions.site import NAME, Site, site

HOST = Host(NAME, secrets=("DIARY_KEY",))
OTHER = Host("other.example.com", secrets=("OTHER_KEY",))
SECRETS = {"DIARY_KEY": "the-key-of-the-diary", "OTHER_KEY": "the-key-of-another"}
OUTSIDE = ["93.184.216.34"]  # public, and never reached from here


class Web:
    """A caller of the built-in actions. *asked*: the hosts whose address was looked up."""

    def __init__(self, where: Sequence[str] | Exception, trust: ssl.SSLContext | None, secrets: dict[str, str]) -> None:
        self.desk = Desk(MemoryStore())
        self.looked: list[str] = []
        self._where = where
        actions = built_in([HOST, OTHER], self.resolve, trust)
        self.desk.caller = Caller(self.desk.store, actions, self.desk.ports, self.desk._receive, secrets=secrets, zone=MADRID)
        self._calls = 0

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.looked.append(host)
        if isinstance(self._where, Exception):
            raise self._where
        return self._where

    def call(self, method: str, path: str, *, timeout: float = 10, retries: int = 0, **arguments: Any) -> Call:
        self._calls += 1
        url = path if "://" in str(path) or isinstance(path, Veiled) else f"https://{NAME}{path}"
        return Call(f"call-{self._calls}", f"http.{method}", {"url": url, **arguments}, timeout, retries, "main.look")

    async def ask(self, method: str, path: Any, **arguments: Any) -> ActionFinished | ActionFailed:
        return await self.desk.run(self.call(method, path, **arguments))

    async def gives(self, method: str, path: Any, **arguments: Any) -> Any:
        answer = await self.ask(method, path, **arguments)
        assert isinstance(answer, ActionFinished), answer
        return answer.value

    async def fails(self, method: str, path: Any, **arguments: Any) -> tuple[str, str]:
        answer = await self.ask(method, path, **arguments)
        assert isinstance(answer, ActionFailed), answer
        return answer.error, answer.detail


def trusting(made: Site) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if made.authority is not None:
        made.authority.configure_trust(context)
    return context


@pytest.fixture
async def host() -> AsyncIterator[Site]:
    async with site() as made:
        yield made


@pytest.fixture
def web(host: Site) -> Web:
    return Web(OUTSIDE, trusting(host), {**SECRETS, HTTP_LOCAL: f"{NAME}={host.url}"})


# ---------------------------------------------------------------- what is asked


async def test_json_comes_back_as_a_record(web: Web, host: Site) -> None:
    value = await web.gives("get", "/visits", query={"day": date(2026, 6, 24), "tag": ["a", "b c"], "left": None, "open": True})
    assert value["status"] == 200
    assert value["body"] == {"ref": "V7", "price": Decimal("19.9"), "slots": [{"at": "09:00"}]}
    assert value["headers"]["x_left"] == "41" and "set_cookie" not in value["headers"]
    (asked,) = host.asked
    assert (asked.method, asked.path) == ("GET", "/visits?day=2026-06-24&tag=a&tag=b+c&open=true")
    assert "Idempotency-Key" not in asked.headers and "Cookie" not in asked.headers


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
async def test_what_changes_something_carries_the_key_of_its_call(web: Web, host: Site, method: str) -> None:
    await web.gives(method, "/visits", json={"day": date(2026, 6, 24), "n": 4, "price": Decimal("1.5"), "who": None})
    (asked,) = host.asked
    assert asked.method == method.upper()
    assert asked.body == '{"day": "2026-06-24", "n": 4, "price": 1.5, "who": null}'
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["Idempotency-Key"] == "call-1"


async def test_headers_and_forms_of_the_author(web: Web, host: Site) -> None:
    await web.gives("post", "/text", headers={"idempotency-key": "mine", "X-Limit": 3}, form={"name": "Ana & Co", "tags": ["a", "b"]})
    (asked,) = host.asked
    assert (asked.body, asked.headers["idempotency-key"], asked.headers["X-Limit"]) == ("name=Ana+%26+Co&tags=a&tags=b", "mine", "3")
    assert "Idempotency-Key" not in asked.headers


async def test_text_nothing_and_what_comes_packed(web: Web) -> None:
    assert (await web.gives("get", "/text"))["body"] == "día"
    assert (await web.gives("delete", "/empty"))["body"] is None
    assert (await web.gives("get", "/packed"))["body"] == {"ref": "V7"}
    assert len((await web.gives("get", "/most"))["body"]) == MAX_BODY
    nested = (await web.gives("get", "/nested"))["body"]
    assert isinstance(nested, list)


# ---------------------------------------------------------------- what comes of it


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/status/404", "http_404", f"http.get raised http_404: GET https://{NAME}/status/404 was answered 404 (get, called by main.look)"),
        ("/status/418", "http_418", "418"),
        ("/status/503", "http_503", "503"),
        ("/status/599", "http_599", "599"),
        ("/moved", "http_302", "was answered 302"),
        ("/huge", "too_large", "more than 256 KiB"),
        ("/bomb", "too_large", "more than 256 KiB"),
        ("/brotli", "unreadable", "a packing that was not asked for: br"),
        ("/picture", "unreadable", "no text: image/png"),
        ("/broken", "unreadable", "no JSON"),
        ("/deep", "unreadable", "no JSON"),
        ("/cut", "unreachable", "failed: ServerDisconnectedError"),
    ],
)
async def test_what_can_go_wrong_has_a_name_for_errors(web: Web, host: Site, path: str, error: str, words: str) -> None:
    found, detail = await web.fails("get", f"{path}?token=of-somebody")
    assert found == error and words in detail
    assert "of-somebody" not in detail
    assert {asked.path for asked in host.asked} == {f"{path}?token=of-somebody"}  # a redirect is not followed


def test_a_status_is_caught_by_its_family_too() -> None:
    assert names_of("http_404") == ("http_404", "http_4xx")
    assert names_of("SlotTaken") == ("SlotTaken",)


async def test_a_host_that_does_not_answer_is_given_up_after_ten_seconds_whatever_the_step_says(web: Web, host: Site) -> None:
    await web.desk.put(web.call("get", "/slow", timeout=60))
    await web.desk.until(lambda: host.asked)
    web.desk.ports.pass_(seconds=11)
    answer = await web.desk.answer()
    assert isinstance(answer, ActionFailed)
    assert (answer.error, answer.detail) == ("timeout", "http.get gave no answer within 10 s (get, called by main.look)")


async def test_what_may_be_otherwise_next_time_is_tried_again_under_the_same_key(web: Web, host: Site) -> None:
    await web.desk.put(web.call("post", "/status/503", retries=2))
    for count in (1, 2):
        await web.desk.until(lambda count=count: len(host.asked) == count)
        await web.desk.pause()
        web.desk.ports.pass_(seconds=30)
    answer = await web.desk.answer()
    assert isinstance(answer, ActionFailed) and answer.error == "http_503"
    assert [asked.headers["Idempotency-Key"] for asked in host.asked] == ["call-1"] * 3


async def test_what_will_not_change_is_not_tried_again(web: Web, host: Site) -> None:
    assert (await web.fails("get", "/status/404", retries=5))[0] == "http_404"
    assert len(host.asked) == 1


# ---------------------------------------------------------------- what is never asked


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"http://{NAME}/", "only asked by https"),
        ("https://evil.example.org/", "not among the hosts"),
        (f"https://{NAME}:8443/", "not among the hosts"),
        (f"https://{NAME}@evil.example.org/", "no URL"),
        (f"https://evil.example.org#@{NAME}/", "not among the hosts"),
        (f"https://{NAME}\\@evil.example.org/", "no URL"),
        (f"https://{NAME}.evil.example.org/", "not among the hosts"),
        (f"https://{NAME}. /", "no URL"),
        ("https://127.0.0.1/", "not among the hosts"),
        ("https://[::1]/", "no URL"),
        ("https://2130706433/", "no URL"),
        ("file:///etc/passwd", "no URL"),
        ("/visits?x=1 y", "a URL has no spaces"),
        ("/visits\r\nX-Evil: 1", "a URL has no spaces"),
        ("/a/../../admin", 'no ".." in its path'),
        ("/a/%2E%2e/admin", 'no ".." in its path'),
    ],
)
async def test_what_is_not_on_the_list_is_refused_before_anything_leaves(web: Web, host: Site, url: str, words: str) -> None:
    error, detail = await web.fails("get", url)
    assert error == "refused" and words in detail
    assert host.asked == [] and web.looked == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"headers": {"Host": "evil.example.org"}},
        {"headers": {"Content-Length": "0"}},
        {"headers": {"X-Name": "a\r\nX-Evil: 1"}},
        {"headers": {"X Evil": "1"}},
        {"headers": "none"},
        {"json": {}, "form": {}},
        {"form": {"a": {"b": "c"}}},
    ],
)
async def test_what_cannot_be_sent_is_refused(web: Web, host: Site, arguments: dict[str, Any]) -> None:
    assert (await web.fails("post", "/visits", **arguments))[0] == "refused"
    assert host.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "192.0.2.1",
        "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::10.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "100::1", "not an address", "",
    ],
)  # fmt: skip
async def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not public(address)
    for where in ([address], [*OUTSIDE, address]):  # one among others is enough
        web = Web(where, None, SECRETS)
        error, detail = await web.fails("get", "/visits")
        assert error == "refused" and "not of the public internet" in detail


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_these_are_public(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize("where", [[], OSError("no such host"), UnicodeError("label too long")])
async def test_a_host_without_an_address(where: Any) -> None:
    error, detail = await Web(where, None, SECRETS).fails("get", "/visits")
    assert error == "unreachable" and "no address is known" in detail


async def test_the_address_that_was_looked_at_is_the_one_that_is_connected(host: Site) -> None:
    """Nobody looks a second time: who answers that differently (DNS rebinding) is not asked."""
    port = int(host.url.rpartition(":")[2])
    request = Request("GET", f"https://{NAME}:{port}/visits", Url("https", NAME, port, True), {})
    received = await exchange(request, ["127.0.0.1"], trust=trusting(host))  # no system knows this name by that address
    assert received.status == 200


async def test_a_url_that_two_readers_read_differently_is_refused() -> None:
    request = Request("GET", "https://evil.example.org/", Url("https", NAME, 443, True), {})
    with pytest.raises(Refused, match="two ways"):
        await exchange(request, OUTSIDE)


async def test_a_certificate_for_another_name_is_not_taken() -> None:
    async with site(name="evil.example.org") as made:
        web = Web(OUTSIDE, trusting(made), {**SECRETS, HTTP_LOCAL: f"{NAME}={made.url}"})
        error, detail = await web.fails("get", "/visits")
        assert error == "unreachable" and "Certificate" in detail
        assert made.asked == []


async def test_only_this_machine_can_stand_in_for_a_host() -> None:
    for address in ("http://10.0.0.1:80", "http://evil.example.org:80", "nonsense"):
        error, detail = await Web(OUTSIDE, None, {**SECRETS, HTTP_LOCAL: f"{NAME}={address}"}).fails("get", "/visits")
        assert error == "refused" and HTTP_LOCAL in detail


async def test_the_system_knows_where_this_machine_is() -> None:
    assert "127.0.0.1" in await resolve("localhost", 443)


# ---------------------------------------------------------------- secrets


async def test_a_secret_reaches_its_own_host(web: Web, host: Site) -> None:
    veiled = Veiled(("Bearer ", "DIARY_KEY", ""))
    await web.gives("post", "/visits", headers={"Authorization": veiled}, json={"keys": [Veiled(("", "DIARY_KEY", ""))]})
    (asked,) = host.asked
    assert asked.headers["Authorization"] == "Bearer the-key-of-the-diary"
    assert asked.body == '{"keys": ["the-key-of-the-diary"]}'


async def test_a_secret_of_another_host_leaves_for_nobody(web: Web, host: Site) -> None:
    for arguments in (
        {"headers": {"X-Key": Veiled(("", "OTHER_KEY", ""))}},
        {"json": {"deep": [{"er": Veiled(("a", "OTHER_KEY", "b"))}]}},
        {"query": {"key": Veiled(("", "OTHER_KEY", ""))}},
    ):
        error, detail = await web.fails("post", "/visits", **arguments)
        assert error == "refused"
        assert f"OTHER_KEY is a secret, and botkit.yaml does not say under http that {NAME} may have it" in detail
    error, _ = await web.fails("get", Veiled((f"https://{NAME}/", "OTHER_KEY", "")))
    assert error == "refused"
    assert host.asked == []


async def test_a_secret_in_a_url_is_not_told(web: Web, host: Site) -> None:
    error, detail = await web.fails("get", Veiled((f"https://{NAME}/status/404?a=", "DIARY_KEY", "")))
    assert error == "http_404" and "the-key" not in detail
    (asked,) = host.asked
    assert asked.path.endswith("a=the-key-of-the-diary")
    error, detail = await web.fails("get", Veiled((f"https://{NAME}/status/404/", "DIARY_KEY", "/status/404")))
    assert error == "http_404" and "the-key" not in detail and "•••" in detail


async def test_a_secret_that_is_not_set_says_so(host: Site) -> None:
    web = Web(OUTSIDE, trusting(host), {HTTP_LOCAL: f"{NAME}={host.url}"})
    error, detail = await web.fails("get", "/visits", headers={"X-Key": Veiled(("", "DIARY_KEY", ""))})
    assert error == "any" and "needs the secret DIARY_KEY, which is not set" in detail
    assert host.asked == []


async def test_an_action_of_the_bots_own_is_given_secrets_too_and_what_is_written_down_of_its_call_holds_none() -> None:
    desk = Desk(MemoryStore())
    asked = call("takes_any", key=Veiled(("k=", "CLINIC_KEY", "")), many=[{"inner": Veiled(("", "CLINIC_KEY", "!"))}], plain="CLINIC_KEY")
    answer = await desk.run(asked)
    assert isinstance(answer, ActionFinished)
    assert answer.value == {"key": "k=k3y-of-the-clinic", "many": [{"inner": "k3y-of-the-clinic!"}], "plain": "CLINIC_KEY"}
    failed = await desk.run(call("takes_any", "call-2", key=Veiled(("", "NO_SUCH_KEY", ""))))
    assert isinstance(failed, ActionFailed) and failed.error == "any"
    assert "needs the secret NO_SUCH_KEY, which is not set" in failed.detail
    kept = wire.dumps(wire.escaped(asked.arguments))
    assert b"k3y" not in kept and wire.loads(kept) == asked.arguments
    assert str(asked.arguments["key"]) == "k=•••"


def test_nothing_from_outside_becomes_a_secret() -> None:
    written = {"$veiled": ["", "CLINIC_KEY", ""]}
    assert wire.loads(wire.dumps(wire.escaped({"text": written}))) == {"text": written}
