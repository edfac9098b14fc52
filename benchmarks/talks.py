"""How many turns a second `botkit test` plays, on one core.

    python benchmarks/talks.py [--rounds 5] [folder of a bot …]

A turn is one event of a talk with all that it leads to: the webhook, the store, the engine, the messages, what WhatsApp checks of them,
and their statuses. Without a folder: the bot at the root, and the examples. The best of the rounds is told, by the processor's clock.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import time
from pathlib import Path

from botkit.project import read_project
from botkit.testing.stillness import StillLoop
from botkit.testing.suite import Suite, Wanted, find, read_file

ROOT = Path(__file__).resolve().parent.parent


def measure(root: Path, rounds: int) -> tuple[int, int]:
    """Turns of all tests of a bot, and how many of them a second."""
    project = read_project(root)
    assert project.bot is not None, f"{root} has errors"
    files = [read_file(path, root, project.bot, project.actions) for path in find(root)]
    best, turns = 0.0, 0
    for _ in range(rounds):
        suite = Suite(project.bot, project.actions, Wanted())
        begun = time.process_time()
        with asyncio.Runner(loop_factory=StillLoop) as runner:
            all_done = runner.run(suite.play(files, lambda _: None))
        turns = sum(played.turns for done in all_done for played in done.played)
        best = max(best, turns / (time.process_time() - begun))
    return turns, round(best)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("folders", nargs="*", type=Path)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as `botkit test` does
    for root in given.folders or [ROOT, *sorted(path.parent for path in ROOT.glob("examples/*/botkit.yaml"))]:
        turns, speed = measure(root.resolve(), given.rounds)
        print(f"{root.name:<12} {turns:>5} turns   {speed:>6,} a second")


if __name__ == "__main__":
    main()
