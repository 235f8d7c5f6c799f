"""What the two applications have in common: what they are asked, in the words of `work.rs`."""

import os
import time

from fastapi import HTTPException

# How long a query waits, in seconds.
DELAY = float(os.environ["DELAY"])

# As SQLAlchemy has it; or so many connections and no more.
POOL = {}
if "POOL" in os.environ:
    POOL = {"pool_size": int(os.environ["POOL"]), "max_overflow": 0}

SQL = {
    "wait": "select 1::bigint from (select pg_sleep(:wait)) waited",
    "read": "select balance from accounts where id = :id",
    "compute": "select sum(n)::bigint from generate_series(1, 20000) n",
    "change": "update accounts set balance = balance + 1 where id = :id returning balance",
}


def read(asked):
    kind, _, id = asked.partition(" ")
    try:
        kind, id = kind or "wait", int(id or 1)
    except ValueError:
        kind = None
    if kind not in SQL or not -(2**31) <= id < 2**31:
        raise HTTPException(400, f"{asked!r}: wait, compute, read 7 or change 7 would be right")
    return kind, id


def known(answer):
    """An answer of nothing comes of no row; raised in the middle, it also ends the transaction."""
    if answer is None:
        raise HTTPException(404, "there is no such account")
    return answer


def parameters(kind, id):
    return {"wait": {"wait": DELAY}, "compute": {}}.get(kind, {"id": id})


def timing(held):
    """For how long a connection was held, as the standard header says it."""
    ms = (time.perf_counter() - held) * 1e3
    return {"Server-Timing": f"handler;dur={ms:.3f}"}


# Where the database is, for whoever looks on.
WHERE = "postgres " + os.environ["DATABASE"].partition("@")[2].partition("/")[0]
