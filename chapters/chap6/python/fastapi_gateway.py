"""A gateway in FastAPI, as the documentation of its parts shows it: an answer is passed on as it
comes by a `StreamingResponse` around `httpx.AsyncClient.stream`.

It passes questions on and answers back, and looks nothing up: what is compared is the passing on.
Limits, deadlines, errors and shutdown are what FastAPI, httpx and Uvicorn bring by themselves.
"""

import os
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

UPSTREAM = os.environ["UPSTREAM"]


# ANCHOR: gateway
@asynccontextmanager
async def lifespan(app):
    # httpx would take 5 s of silence for an error, which a model often needs to begin with,
    # and would open a hundred connections at most.
    async with httpx.AsyncClient(
        base_url=UPSTREAM,
        timeout=None,
        limits=httpx.Limits(max_connections=None),
        trust_env=False,  # no proxy on the way to the model
    ) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


@app.post("/v1/chat/completions")
async def chat(request: Request):
    client = request.state.client
    question = await request.json()

    async def pieces():
        async with client.stream("POST", "/v1/chat/completions", json=question) as answer:
            async for piece in answer.aiter_bytes():
                yield piece

    if question.get("stream"):
        return StreamingResponse(pieces(), media_type="text/event-stream")
    answer = await client.post("/v1/chat/completions", json=question)
    return Response(answer.content, answer.status_code, media_type="application/json")
# ANCHOR_END: gateway


@app.get("/health")
async def health():
    return {"status": "ok"}
