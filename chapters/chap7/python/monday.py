"""What the chapter's page says under "On Monday", with both drivers, and handlers that hold a connection
for as long as somebody else has a lock.
"""

import os

import sqlalchemy
from fastapi import FastAPI, Response
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI()
url = "postgresql+psycopg://" + os.environ["DATABASE"]

# ANCHOR: pool
engine = create_engine(
    url,  # postgresql+psycopg://…
    pool_size=10,
    max_overflow=0,  # the pool is as large as it says
    pool_timeout=0.3,  # seconds: a few queries' time, and less than your clients wait
    connect_args={
        "connect_timeout": 2,  # seconds
        "options": "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000",
    },
)


@app.exception_handler(sqlalchemy.exc.TimeoutError)  # the pool's patience is over
def no_connection(request, why):
    return Response("busy", 503, headers={"Retry-After": "1"})
# ANCHOR_END: pool


url = "postgresql+asyncpg://" + os.environ["DATABASE"]

# ANCHOR: asyncpg
async_engine = create_async_engine(
    url,  # postgresql+asyncpg://…
    pool_size=10,
    max_overflow=0,
    pool_timeout=0.3,
    connect_args={
        "timeout": 2,  # to connect
        "server_settings": {"statement_timeout": "5000", "idle_in_transaction_session_timeout": "10000"},
    },
)
# ANCHOR_END: asyncpg

SETTINGS = text(
    """select current_setting('statement_timeout') || ' '
           || current_setting('idle_in_transaction_session_timeout')"""
)

# Waits for whoever has the lock.
LOCK = text("select pg_advisory_xact_lock_shared(7)")


@app.get("/sync/settings")
def settings():
    with engine.connect() as connection:
        return Response(connection.execute(SETTINGS).scalar())


@app.get("/sync/lock")
def lock():
    with engine.begin() as connection:
        connection.execute(LOCK)
    return Response("done")


@app.get("/async/settings")
async def settings_async():
    async with async_engine.connect() as connection:
        return Response((await connection.execute(SETTINGS)).scalar())


@app.get("/async/lock")
async def lock_async():
    async with async_engine.begin() as connection:
        await connection.execute(LOCK)
    return Response("done")
