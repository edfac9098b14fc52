"""docs/templates.md, followed line by line against a made-up 360dialog."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "templates.md").read_text("utf-8")
SETTINGS = 'botkit: 1\nstart: order\ntimezone: Europe/Madrid\nchannels: {main: {api_key: $KEY, webhook_auth: $AUTH, base_url: "%s"}}\n'
SETTINGS += "commands: {stop: {match: stop, set: {contact.opted_out: true}, say: Bye.}}\n"
FLOW = "steps: {order: {say: {text: Ordered., template: {name: tea_ready, with: [green]}}}}\n"
DATE = re.compile(r"\d{4}-\d\d-\d\d")


async def test_the_loop_of_the_page(tmp_path: Path) -> None:
    written = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    typed = re.findall(r"^\$ (botkit .*)\n((?:(?!\$ |```).*\n)*)", PAGE, re.MULTILINE)
    assert written is not None
    assert [line.split()[2] for line, _ in typed] == ["show", "diff", "push", "pull", "list", "check"]
    async with Fake360(RealPorts(), templates=[]) as fake:
        (tmp_path / "flows").mkdir()
        (tmp_path / "templates").mkdir()
        (tmp_path / "botkit.yaml").write_text(SETTINGS % fake.url)
        (tmp_path / "flows/order.yaml").write_text(FLOW)
        (tmp_path / "templates/tea_ready.yaml").write_text(written[1])
        for line, shown in typed:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *line.split(),
                cwd=tmp_path, env={**os.environ, "KEY": fake.key, "NO_COLOR": "1"}, stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            out, err = await process.communicate()
            assert err == b""
            assert _plain(out.decode()) == _plain(shown), line
            if "push" in line:
                fake.approvals.reject("tea_ready")


def _plain(text: str) -> str:
    """Without dates, and without how far things are set in."""
    return DATE.sub("DATE", "\n".join(line.strip() for line in text.strip().splitlines()))
