"""The same in FastAPI.

    DELAY=0.3 PYTHONASYNCIODEBUG=1 uvicorn blocker_app:app
"""

import asyncio
from contextlib import asynccontextmanager

from blocker import fetch, fetch_by_await, measure_lag, seen
from fastapi import FastAPI


# ANCHOR: started-beside
@asynccontextmanager
async def with_lag_probe(_):
    probe = asyncio.create_task(measure_lag())
    yield
    probe.cancel()


app = FastAPI(lifespan=with_lag_probe)
# ANCHOR_END: started-beside
awaiting = FastAPI(lifespan=with_lag_probe)

app.get("/fetch")(fetch)
awaiting.get("/fetch")(fetch_by_await)
for one in (app, awaiting):
    one.get("/seen")(seen)
