"""What FastAPI does when a client leaves, told by counters.

    DELAY=2 uvicorn leaving_app:app
"""

import asyncio
import os
import time

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

# In seconds.
DELAY = float(os.environ.get("DELAY", "2"))

app = FastAPI()

# Both are told without a lock: each is added to by one thread at a time, or next to nothing.
counted = {"handlers-dropped": 0, "work-finished": 0}


@app.get("/counters")
async def counters():
    return counted


# ANCHOR: left
@app.get("/sync")
def waits_in_a_thread():
    time.sleep(DELAY)
    counted["work-finished"] += 1
    return "done"


@app.get("/async")
async def awaits():
    try:
        await asyncio.sleep(DELAY)
        counted["work-finished"] += 1
        return "done"
    except asyncio.CancelledError:
        counted["handlers-dropped"] += 1
        raise


@app.get("/stream")
async def streams():
    async def ten_pieces():
        try:
            for piece in range(10):
                await asyncio.sleep(DELAY / 10)
                yield f"{piece}\n"
            counted["work-finished"] += 1
        except (asyncio.CancelledError, GeneratorExit):
            counted["handlers-dropped"] += 1
            raise

    return StreamingResponse(ten_pieces(), media_type="text/plain")
# ANCHOR_END: left
