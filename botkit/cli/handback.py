"""botkit handback: people are done with a conversation, the bot goes on."""

from __future__ import annotations

import asyncio
import json
import os

import click

from botkit.cli import CONFIGURATION, REFUSED, Exit, Given, examples, project_root

_SECONDS = 10.0


@click.command("handback", epilog=examples("botkit handback 34600111222", "botkit handback 34600111222 --url https://bot.example.com"))
@click.argument("contact")
@click.option("--channel", help="The channel; the first one of botkit.yaml if left out.")
@click.option("--url", envvar="BOTKIT_URL", default="http://127.0.0.1:8080", show_default=True, show_envvar=True, help="Where the bot is.")
@click.pass_obj
def command(given: Given, contact: str, channel: str | None, url: str) -> int:
    """Hand the conversation with CONTACT, a number or a BSUID, back to the bot that runs.

    Needs the token that the bot was started with: BOTKIT_API_TOKEN, in the environment or .env.
    """
    from botkit.environment import Environment, safe_url

    token = Environment(project_root(given), os.environ).get("BOTKIT_API_TOKEN")
    if token is None:
        raise Exit(CONFIGURATION, "BOTKIT_API_TOKEN is not set: put it into the environment, or write BOTKIT_API_TOKEN=… into .env")
    if not safe_url(url):
        raise Exit(CONFIGURATION, f"{url} must begin with https:// (http:// only on this machine)")
    asked = {"contact": contact} | ({"channel": channel} if channel else {})
    status, answer = asyncio.run(_post(f"{url.rstrip('/')}/handback", token, asked))
    if status != 200:
        raise Exit(REFUSED, f"the bot at {url} refused ({status}): {answer.strip()[:300]}")
    click.echo(answer.strip() if given.json else f"the bot goes on with {contact}")
    return 0


async def _post(url: str, token: str, asked: dict[str, str]) -> tuple[int, str]:
    import aiohttp

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=json.dumps(asked), headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        what = f"nobody answers at {url}: {error}".splitlines()[0][:300]
        raise Exit(REFUSED, what, "is botkit serve running there? --url tells where") from None
