"""Chapter 5's login in Python: a password is hashed over and over, and nothing is awaited.

    DELAY=0.05 uvicorn login_app:threads
"""

import asyncio
import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Response
from servers import cores, end_with_parent
from timing import server_timing

# So many rounds, whatever they take, are about a millisecond where the book was recorded: of
# `stretch`, and of the loop that hashlib has in C.
ROUNDS_PER_MS = 1_700
ROUNDS_IN_C_PER_MS = 4_600

# The time that a login is to take, in milliseconds.
MS = 1_000 * float(os.environ.get("DELAY", "0.05"))
PASSWORD = b"correct horse battery staple"


# ANCHOR: stretch
def stretch():
    digest = b""
    for _ in range(int(MS * ROUNDS_PER_MS)):
        digest = hashlib.sha256(PASSWORD + digest).digest()
    return digest.hex()
# ANCHOR_END: stretch


def timed(work):
    """What comes of it, and the header that says how long it took, and where."""
    began = time.perf_counter()
    return work(), server_timing(began)


def answer(response, digest, timing):
    response.headers["Server-Timing"] = timing
    return digest


inline = FastAPI()
threads = FastAPI()
in_c = FastAPI()


@inline.get("/login")
async def login_inline(response: Response):
    return answer(response, *timed(stretch))


# ANCHOR: threads
@threads.get("/login")
def login(response: Response):
    return answer(response, *timed(stretch))
# ANCHOR_END: threads


# ANCHOR: processes
@asynccontextmanager
async def a_process_for_each_core(app):
    with ProcessPoolExecutor(cores(), initializer=end_with_parent) as app.state.pool:
        in_process = partial(asyncio.get_running_loop().run_in_executor, app.state.pool)
        await asyncio.gather(*(in_process(time.sleep, 0.1) for _ in range(cores())))
        yield


processes = FastAPI(lifespan=a_process_for_each_core)


@processes.get("/login")
async def login_in_a_process(response: Response):
    loop = asyncio.get_running_loop()
    computed = await loop.run_in_executor(processes.state.pool, timed, stretch)
    return answer(response, *computed)
# ANCHOR_END: processes


# ANCHOR: in-c
def stretch_in_c():
    rounds = max(1, int(MS * ROUNDS_IN_C_PER_MS))
    return hashlib.pbkdf2_hmac("sha256", PASSWORD, b"salt", rounds).hex()


@in_c.get("/login")
def login_in_c(response: Response):
    return answer(response, *timed(stretch_in_c))
# ANCHOR_END: in-c


for app in (inline, threads, processes, in_c):

    @app.get("/health")
    async def health():
        return "well"
