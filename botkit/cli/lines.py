"""Lines of standard input, as they are typed or piped, while everything else goes on."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
from collections.abc import AsyncIterator


async def lines() -> AsyncIterator[str]:
    """Each line without its end. Nothing of it blocks: Ctrl-C ends the wait at once, which a thread in `readline` would not."""
    descriptor = sys.stdin.fileno()
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except OSError:  # a file, or /dev/null: there is nothing to wait for
        for line in sys.stdin:
            yield line.rstrip("\r\n")
        return
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    begun = ""
    try:
        while True:
            await ready.wait()
            ready.clear()
            data = os.read(descriptor, 65536)
            *whole, begun = (begun + decoder.decode(data, not data)).split("\n")
            for line in whole:
                yield line.rstrip("\r")
            if not data:
                break
    finally:
        loop.remove_reader(descriptor)
    if begun:
        yield begun
