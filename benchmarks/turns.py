"""Turns a second of `botkit serve`, beside a bot that is written by hand and keeps nothing, in the same run.

    python benchmarks/turns.py [--seconds 5] [--rounds 3] [--people 64] [--statuses 0]

A turn is a webhook with one message, and the reply that it leads to. So many people as told talk at the same time, each through a
dialogue of four turns: buttons, a question, buttons, thanks. The bot runs on one core and the people on another, where the system lets
a process be tied to one. Absolute figures say how fast the machine is; the ratio tells of botkit.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from load import AUTH, Load, Result

LOOP: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
with suppress(ImportError):  # the extra [fast] is not installed
    import uvloop

    LOOP = uvloop.new_event_loop

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
HERE = Path(__file__).resolve().parent
BOTS = ("plain", "botkit")


def command(bot: str, port: int, api: str, folder: Path) -> list[str]:
    if bot == "plain":
        return [sys.executable, str(HERE / "plain_bot.py"), str(port), api]
    shutil.copytree(HERE / "bot", folder / "bot")
    return [sys.executable, "-m", "botkit", "-C", str(folder / "bot"), "-q", "serve", "--port", str(port)]


async def measured(bot: str, given: argparse.Namespace) -> Result:
    load = Load(given.statuses)
    api, port = await load.sink(), free_port()
    variables = {name: value for name, value in os.environ.items() if not name.startswith("BOTKIT_")}
    variables |= {"D360_API_KEY": "key", "BOTKIT_WEBHOOK_AUTH": AUTH, "BENCHMARK_API": api}
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *command(bot, port, api, Path(folder)), env=variables, stdout=asyncio.subprocess.DEVNULL
        )
        tie(process.pid, CORES[:1])
        try:
            await listening(port, process)
            return await load.run(port, given.people, 1.0, given.seconds, lambda: cpu(process.pid))
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def listening(port: int, process: asyncio.subprocess.Process) -> None:
    while process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    sys.exit(f"the bot ended with {process.returncode} before it listened")


def tie(pid: int, cores: list[int]) -> None:
    """Let *pid* (0: this process) run on *cores* only, where there are others."""
    if len(CORES) > 1:
        os.sched_setaffinity(pid, cores)


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used; nan where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(bot: str, results: list[Result], plain: float) -> str:
    def of_all(value: Callable[[Result], float]) -> float:
        return statistics.median(map(value, results))

    def percentile(values: list[float], hundredths: int) -> float:
        return 1000 * sorted(values)[min(len(values) - 1, len(values) * hundredths // 100)] if values else float("nan")

    rate = of_all(lambda r: r.turns / r.seconds)
    figures = (
        rate, rate / plain, of_all(lambda r: percentile(r.replies, 50)), of_all(lambda r: percentile(r.replies, 99)),
        of_all(lambda r: percentile(r.acks, 99)), of_all(lambda r: 1000 * r.cpu / max(1, r.turns)),
    )  # fmt: skip
    lost, wrong = sum(r.lost for r in results), sum(r.wrong for r in results)
    return "{:8} {:8.0f} {:6.2f} {:8.1f} {:8.1f} {:8.1f} {:8.2f}".format(bot, *figures) + f" {lost:5} {wrong:6}"


async def main(given: argparse.Namespace) -> int:
    tie(0, CORES[1:])
    results: dict[str, list[Result]] = {bot: [] for bot in BOTS}
    for number in range(given.rounds):
        for bot in BOTS if number % 2 == 0 else reversed(BOTS):
            result = await measured(bot, given)
            results[bot].append(result)
            print(f"round {number + 1}, {bot}: {result.turns / result.seconds:.0f} turns/s", file=sys.stderr)
    plain = statistics.median(r.turns / r.seconds for r in results["plain"])
    print("bot       turns/s  ratio   p50 ms   p99 ms  ack p99   CPU ms  lost  wrong")
    for bot in BOTS:
        print(row(bot, results[bot], plain))
    return 1 if any(r.lost or r.wrong for r in results["botkit"]) else 0


if __name__ == "__main__":
    first, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=first, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="for each measure")
    parser.add_argument("--rounds", type=int, default=3, help="medians are of so many")
    parser.add_argument("--people", type=int, default=64, help="who talk at the same time")
    parser.add_argument("--statuses", type=int, choices=range(4), default=0, help="webhooks that tell of each reply: sent, delivered, read")
    with asyncio.Runner(loop_factory=LOOP) as runner:
        sys.exit(runner.run(main(parser.parse_args())))
