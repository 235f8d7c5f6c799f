"""FastAPI with SQLAlchemy and asyncpg: `async def` handlers on one event loop, and SQLAlchemy's pool
as it comes: five connections and ten more, and 30 s of patience for one of them.
"""

import os
import time
from typing import Annotated

from fastapi import Body, FastAPI, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

import work

engine = create_async_engine("postgresql+asyncpg://" + os.environ["DATABASE"], **work.POOL)

app = FastAPI()


@app.post("/query")
async def query(asked: Annotated[str, Body(media_type="text/plain")] = ""):
    kind, id = work.read(asked)
    async with engine.begin() as connection:
        held = time.perf_counter()
        found = await connection.execute(text(work.SQL[kind]), work.parameters(kind, id))
        answer = work.known(found.scalar())
        if kind == "change" and work.DELAY:
            await connection.execute(text("select pg_sleep(:wait)"), {"wait": work.DELAY})
    return Response(str(answer), headers=work.timing(held))


@app.get("/read")
async def read():
    return await query("read 1")


@app.get("/health")
async def health():
    return "ok"


@app.get("/database")
async def database():
    return Response(work.WHERE)
