"""botkit webhook, as an operator types it: against a bot that serves, and a provider that posts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.end_to_end.numbers import DIALOG360, META, PASSWORD, Numbers


@pytest.fixture
async def numbers(tmp_path: Path) -> AsyncIterator[Numbers]:
    async with Numbers(tmp_path, DIALOG360) as running:
        await running.server.start()
        yield running


async def test_from_nothing_to_a_bot_that_answers_and_back(numbers: Numbers) -> None:
    base = numbers.server.base
    nothing = await numbers.botkit("webhook", "show", "--url", base)
    assert nothing.code == 1 and "none is set: botkit webhook set https://bot.example.com" in nothing.out
    assert "called    by nobody since the start, 20" in nothing.out

    done = await numbers.botkit("webhook", "set", base)
    assert done.code == 0, done
    assert f"channel main: set to {base}/webhook/main" in done.out
    assert "ok          dns, connection, proxy, path, secret, store, time" in done.out
    assert await numbers.answered() == "Hello from here."

    shown = await numbers.botkit("webhook", "show", "--url", base)
    assert shown.code == 0 and f"address   {base}/webhook/main" in shown.out and "called    last 20" in shown.out
    assert "bot:•••" in shown.out and "correct horse" not in shown.out + shown.err

    unasked = await numbers.botkit("webhook", "clear")
    assert unasked.code == 2 and "--yes" in unasked.err
    dry = await numbers.botkit("webhook", "clear", "--dry-run")
    assert dry.code == 0 and "would be cleared" in dry.out
    assert numbers.fake.post.sender is not None
    cleared = await numbers.botkit("webhook", "clear", "--yes")
    assert cleared.code == 0 and "cleared; it was http" in cleared.out
    assert numbers.fake.post.sender is None
    assert (await numbers.botkit("webhook", "clear", "--yes")).out == "channel main: nothing is set\n"


async def test_whether_our_password_is_sent_along_is_told_where_the_provider_tells(numbers: Numbers) -> None:
    numbers.fake.configs.tells_headers = True
    for auth, told in ((PASSWORD.encode(), "ours"), (b"bot:another", "another"), (b"", "none")):
        numbers.fake.webhook(numbers.server.url, auth)
        shown = await numbers.botkit("--json", "webhook", "show", "--url", numbers.server.base)
        (row,) = shown.told["channels"]
        assert (row["password"], row["called"]) == (told, None)


async def test_a_wrong_address_is_set_and_what_is_at_fault_is_told(numbers: Numbers) -> None:
    done = await numbers.botkit("webhook", "set", f"{numbers.server.base}/webhook/mian")
    assert done.code == 1
    assert "path        the bot that runs there has no channel at this path (404)" in done.out and "  do          " in done.out
    again = await numbers.botkit("webhook", "set", numbers.server.base)
    assert again.code == 0 and "it was http" in again.err


async def test_the_test_goes_to_the_address_that_the_provider_has_and_tells_of_another_secret(numbers: Numbers) -> None:
    numbers.fake.webhook(numbers.server.url, PASSWORD.encode())
    assert (await numbers.botkit("webhook", "test")).code == 0
    tried = await numbers.botkit("webhook", "test", "--json", BOTKIT_WEBHOOK_AUTH="bot:another word")
    assert tried.code == 1 and tried.told["channels"][0]["fault"] == "secret"
    assert "another word" not in tried.out + tried.err


async def test_nothing_is_asked_of_a_bot_whose_flows_are_wrong(numbers: Numbers) -> None:
    (numbers.folder / "flows" / "main.yaml").write_text("steps: [")
    assert (await numbers.botkit("webhook", "set", numbers.server.base)).code == 0


async def test_a_key_that_is_not_accepted_is_told(numbers: Numbers) -> None:
    for command in (("show",), ("test",), ("set", numbers.server.base), ("clear", "--yes")):
        ran = await numbers.botkit("webhook", *command, D360_API_KEY="an-old-key")
        assert ran.code == 4 and "refused with 401: Invalid API key" in ran.err and "a newer one" in ran.err
        assert "an-old-key" not in ran.out + ran.err


async def test_where_the_bot_is_may_stand_in_the_environment(numbers: Numbers) -> None:
    lost = await numbers.botkit("webhook", "set")
    assert lost.code == 2 and "BOTKIT_PUBLIC_URL" in lost.err
    dry = await numbers.botkit("webhook", "set", "--dry-run", BOTKIT_PUBLIC_URL=numbers.server.base)
    assert dry.code == 0 and "with the password of webhook_auth" in dry.out
    assert numbers.fake.post.sender is None


async def test_what_no_provider_takes_is_told_before_anybody_is_asked(numbers: Numbers) -> None:
    ran = await numbers.botkit("webhook", "set", "http://my_bot.example.com:8080", API="https://provider.invalid")
    assert ran.code == 2
    assert all(word in ran.err for word in ("only https://", "port, 8080", "underscore"))


async def test_what_is_missing_is_named_and_a_misspelt_channel_too(numbers: Numbers) -> None:
    ran = await numbers.botkit("webhook", "show", D360_API_KEY="", BOTKIT_WEBHOOK_AUTH="")
    assert ran.code == 3 and "D360_API_KEY is not set" in ran.err and "BOTKIT_WEBHOOK_AUTH is not set" in ran.err
    ran = await numbers.botkit("webhook", "show", "--channel", "mian")
    assert ran.code == 2 and "did you mean main?" in ran.err


async def test_of_several_numbers_one_is_named(numbers: Numbers) -> None:
    numbers.folder.joinpath("botkit.yaml").write_text(DIALOG360 + DIALOG360.partition("channels:\n")[2].replace("main", "other"))
    ran = await numbers.botkit("webhook", "set", numbers.server.base)
    assert ran.code == 2 and "--channel main or --channel other" in ran.err
    dry = await numbers.botkit("webhook", "set", numbers.server.base, "--channel", "other", "--dry-run")
    assert f"{numbers.server.base}/webhook/other" in dry.out


# ---------------------------------------------------------------- Meta


async def test_meta_asks_for_its_challenge_and_signs_what_it_posts(tmp_path: Path) -> None:
    async with Numbers(tmp_path, META) as numbers:
        await numbers.server.start()
        done = await numbers.botkit("webhook", "set", numbers.server.base)
        assert done.code == 0, done
        assert await numbers.answered() == "Hello from here."
        assert numbers.sent[-1].body["to"] == "34600111222"
        shown = await numbers.botkit("webhook", "show", "--url", numbers.server.base)
        assert shown.code == 0 and "Meta does not tell it" in shown.out and "called    last 20" in shown.out
        assert (await numbers.botkit("webhook", "clear", "--yes")).code == 2
        other = await numbers.botkit("webhook", "test", numbers.server.base, META_APP_SECRET="another")
        assert other.code == 1 and "secret      the bot that runs there does not take this signature (403)" in other.out


async def test_meta_does_not_take_an_address_that_does_not_know_the_token(tmp_path: Path) -> None:
    async with Numbers(tmp_path, META) as numbers:
        await numbers.server.start()
        ran = await numbers.botkit("webhook", "set", numbers.server.base, META_VERIFY_TOKEN="another")
        assert ran.code == 4 and "Callback verification failed" in ran.err
        assert numbers.fake.post.sender is None


async def test_without_the_account_it_is_told_what_to_do_by_hand(tmp_path: Path) -> None:
    async with Numbers(tmp_path, META.replace('    account_id: "102290129000001"\n', "")) as numbers:
        ran = await numbers.botkit("webhook", "set", "http://127.0.0.1:1")
        assert ran.code == 3 and "account_id" in ran.err
        assert "callback URL   http://127.0.0.1:1/webhook/main" in ran.err and "shown once" not in ran.err
