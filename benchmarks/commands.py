"""How long commands take that an author calls all day, as whole processes.

    python benchmarks/commands.py [--rounds 5]

`botkit --help`, `botkit check` on 20 and on 2,000 steps, and the turns a second of `botkit test`. The best of the rounds is told, by the
wall and by the processor; on a machine that is busy with other things only the processor's time says something.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "botkit: 1\nstart: main\ntimezone: Europe/Madrid\n"
TALKS = 200  # copies of the demo bot's longest talk


def written(folder: Path, steps: int) -> Path:
    """A bot of so many steps, 20 a flow: menus, questions with checks, branches, and texts with expressions."""
    (folder / "flows").mkdir(parents=True)
    (folder / "botkit.yaml").write_text(SETTINGS)
    flows = steps // 20
    for flow in range(flows):
        rows = [f"triggers: [word{flow}]", "silence:", "  - after: 2h", "    say: Still there?", "  - after: 7d", "    go: quit", "steps:"]
        for n in range(5):
            last = n == 4
            following = (f"call: flow{flow + 1}" if flow + 1 < flows else "say: So far.") if last else f"go: ask{n + 1}"
            rows += [
                f"  ask{n}:",
                f"    say: \"Hello {{{{ contact.name or 'you' }}}}, how many of {flow}.{n}?\"",
                f"    ask: {{count{n}: integer}}",
                "    check:",
                f"      - if: 1 <= count{n} <= 20",
                "        else: Please write a number from 1 to 20.",
                "    retry: {max: 3, say: Just the number please., go: end}",
                f"  sum{n}:",
                f"    set: {{total{n}: = count{n} * 3}}",
                f"    say: That is {{{{ total{n} | number(2) }}}}.",
                f"  menu{n}:",
                f"    say: What now, after {{{{ count{n} }}}}?",
                "    options:",
                f"      again: {{label: Once more, go: ask{n}}}",
                f"      on: {{label: Go on, go: turn{n}}}",
                "      out: {label: Leave, say: Good bye., go: end}",
                f"  turn{n}:",
                "    branch:",
                f"      - if: total{n} > 30",
                "        say: That is a lot.",
                "        go: end",
                f"      - {following}",
            ]
        name = "main" if flow == 0 else f"flow{flow}"
        (folder / "flows" / f"{name}.yaml").write_text("\n".join(rows) + "\n")
    return folder


def tests_of(folder: Path) -> Path:
    """The demo bot with the same talk many times over."""
    folder.mkdir()
    for part in ("botkit.yaml", "flows", "templates", "locales", "actions"):
        path = ROOT / part
        (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / part)
    (folder / "tests").mkdir()
    _, _, rest = (ROOT / "tests" / "booking.test.yaml").read_text().partition("- test: ")
    talk = rest.partition("\n- test: ")[0].rstrip()
    (folder / "tests" / "many.test.yaml").write_text("".join(f"- test: {n} {talk}\n\n" for n in range(TALKS)))
    return folder


def timed(rounds: int, *words: str, code: int = 0) -> tuple[float, float, str]:
    """Seconds of `botkit WORDS` by the wall and by the processor, the best of so many; and what it printed."""
    best = (1e9, 1e9)
    out = ""
    for _ in range(rounds):
        begun, before = time.perf_counter(), os.times()
        ran = subprocess.run([sys.executable, "-m", "botkit", *words], capture_output=True, text=True, check=False)
        taken, after = time.perf_counter() - begun, os.times()
        if ran.returncode != code:
            raise SystemExit(f"botkit {' '.join(words)}: {ran.returncode}\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        best, out = min(best, (taken, cpu)), ran.stdout
    return *best, out


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told(f"botkit --help, aim {120} ms", timed(rounds, "--help"))
        for steps, aim in ((20, 250), (2_000, 1_500)):
            bot = written(folder / str(steps), steps)
            told(f"botkit check, {steps:,} steps, aim {aim:,} ms", timed(rounds, "-C", str(bot), "check"))
        bot = tests_of(folder / "tests")
        wall, cpu, out = timed(rounds, "-C", str(bot), "test", "--json")
        turns = sum(test["turns"] for test in json.loads(out)["tests"])
        told(f"botkit test, {TALKS} talks", (wall, cpu, out))
        print(f"{'botkit test, aim 1,000 turns a second':<46} {turns / wall:8,.0f} a second  {turns / cpu:8,.0f} by the processor")


def told(what: str, taken: tuple[float, float, str]) -> None:
    print(f"{what:<46} {taken[0] * 1000:8,.0f} ms        {taken[1] * 1000:8,.0f} ms of the processor")


if __name__ == "__main__":
    main()
