"""botkit handback: people are done with a conversation, the bot goes on."""

from __future__ import annotations

import asyncio
import json
import os

import click

from botkit.cli import CONFIGURATION, REFUSED, USAGE, Exit, Given, examples, project_root

_SECONDS = 10.0


@click.command("handback", epilog=examples("botkit handback 34600111222", "botkit handback 34600111222 --url https://bot.example.com"))
@click.argument("contact")
@click.option("--channel", help="The channel; the first one of botkit.yaml if left out.")
@click.option("--url", envvar="BOTKIT_URL", show_envvar=True, help="Where the bot runs; on this machine if left out.")
@click.pass_obj
def command(given: Given, contact: str, channel: str | None, url: str | None) -> int:
    """Hand the conversation with CONTACT, a number or a BSUID, back to the bot that runs.

    Needs the token that the bot was started with: BOTKIT_API_TOKEN, in the environment or .env.
    """
    from botkit.cli.reach import address_of
    from botkit.environment import Environment, safe_url
    from botkit.wishes import address

    environment = Environment(project_root(given), os.environ)
    token, url = environment.get("BOTKIT_API_TOKEN"), url or address_of(environment)
    if token is None:
        raise Exit(CONFIGURATION, "BOTKIT_API_TOKEN is not set: put it into the environment, or write BOTKIT_API_TOKEN=… into .env")
    if not safe_url(url):
        raise Exit(CONFIGURATION, f"{url} must begin with https:// (http:// only on this machine)")
    asked = {"contact": address(contact).alias or contact} | ({"channel": channel} if channel else {})
    status, answer = asyncio.run(_post(f"{url.rstrip('/')}/handback", token, asked))
    told = _told(answer)
    if status in (400, 404) and "error" in told:
        raise Exit(USAGE, f"{contact[:60]}: {told['error']}")
    if status != 200 or "status" not in told:
        raise Exit(REFUSED, f"the bot at {url} refused ({status}): {answer.strip()[:300]}")
    click.echo(json.dumps({"version": 1, **told}, ensure_ascii=False) if given.json else f"the bot goes on with {contact}")
    return 0


def _told(answer: str) -> dict[str, object]:
    """The object that the bot answered with; empty: it is none of its answers."""
    try:
        told = json.loads(answer)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


async def _post(url: str, token: str, asked: dict[str, str]) -> tuple[int, str]:
    import aiohttp

    from botkit.cli.reach import unanswered

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=json.dumps(asked), headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise unanswered(url.removesuffix("/handback"), error) from None
