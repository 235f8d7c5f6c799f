"""The FastAPI applications of chapter 5. serve.py starts them, and so does Uvicorn's own command:

    DELAY=3 uvicorn fastapi_app:app
    DELAY=3 uvicorn fastapi_app:trap
    DELAY=3 uvicorn fastapi_app:roomy
"""

import asyncio
import inspect
import os
import time
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Response
from timing import server_timing

# In seconds.
DELAY = float(os.environ.get("DELAY", "3"))

app = FastAPI()

# The same path in an application of its own.
trap = FastAPI()


def timed(handler):
    """Adds to a handler's answer the header that says how long it ran.

    A `def` stays a `def`, and an `async def` an `async def`: on that it depends where FastAPI
    runs it.
    """

    def timed_def(response: Response):
        began = time.perf_counter()
        answer = handler()
        response.headers["Server-Timing"] = server_timing(began)
        return answer

    async def timed_async_def(response: Response):
        began = time.perf_counter()
        answer = await handler()
        response.headers["Server-Timing"] = server_timing(began)
        return answer

    return timed_async_def if inspect.iscoroutinefunction(handler) else timed_def


# ANCHOR: def
@app.get("/sync")
@timed
def sync_hello():
    if DELAY:
        time.sleep(DELAY)
    return {"message": "hello"}
# ANCHOR_END: def


# ANCHOR: async-def
@app.get("/async")
@timed
async def async_hello():
    if DELAY:  # a sleep of no length is a turn of the event loop, which nobody else here takes
        await asyncio.sleep(DELAY)
    return {"message": "hello"}
# ANCHOR_END: async-def


# ANCHOR: blocking
@trap.get("/async")
@timed
async def blocking_hello():
    if DELAY:
        time.sleep(DELAY)
    return {"message": "hello"}
# ANCHOR_END: blocking


# ANCHOR: more-threads
@asynccontextmanager
async def two_hundred_threads(_):
    current_default_thread_limiter().total_tokens = 200
    yield


roomy = FastAPI(lifespan=two_hundred_threads)
roomy.get("/sync")(sync_hello)
# ANCHOR_END: more-threads
