"""Chapter 2's trap once more: a handler that somebody has to find, and a task that notices it.

Nothing here needs more than Python's own library.
"""

import asyncio
import os
import time

# In seconds.
DELAY = float(os.environ.get("DELAY", "0.3"))


# ANCHOR: blocker
async def fetch():
    return ask_the_other_service()


def ask_the_other_service():
    time.sleep(DELAY)  # as requests.get would
    return {"message": "fetched"}
# ANCHOR_END: blocker


async def fetch_by_await():
    await asyncio.sleep(DELAY)
    return {"message": "fetched"}


# ANCHOR: lag-probe
longest_lag = 0.0


async def measure_lag():
    global longest_lag
    while True:
        due = time.monotonic() + 0.01
        await asyncio.sleep(0.01)
        longest_lag = max(longest_lag, time.monotonic() - due)
# ANCHOR_END: lag-probe


async def seen():
    return {"lag-us": round(longest_lag * 1e6), "pid": os.getpid()}


async def answer(reader, writer):
    """HTTP enough to be asked once."""
    path = (await reader.readline()).split()[1:2]
    body = repr(await (fetch() if path == [b"/fetch"] else seen())).replace("'", '"')
    writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())
    await writer.drain()
    writer.close()
