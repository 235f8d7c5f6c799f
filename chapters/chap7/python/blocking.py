"""FastAPI with SQLAlchemy and psycopg: `def` handlers, which FastAPI runs on its forty threads, and
SQLAlchemy's pool as it comes: five connections and ten more, and 30 s of patience for one of them.
"""

import os
import time
from typing import Annotated

from fastapi import Body, FastAPI, Response
from sqlalchemy import create_engine, text

import work

engine = create_engine("postgresql+psycopg://" + os.environ["DATABASE"], **work.POOL)

app = FastAPI()


@app.post("/query")
def query(asked: Annotated[str, Body(media_type="text/plain")] = ""):
    kind, id = work.read(asked)
    with engine.begin() as connection:
        held = time.perf_counter()
        found = connection.execute(text(work.SQL[kind]), work.parameters(kind, id))
        answer = work.known(found.scalar())
        if kind == "change" and work.DELAY:
            connection.execute(text("select pg_sleep(:wait)"), {"wait": work.DELAY})
    return Response(str(answer), headers=work.timing(held))


@app.get("/read")
def read():
    return query("read 1")


@app.get("/health")
async def health():
    return "ok"


@app.get("/database")
async def database():
    return Response(work.WHERE)
