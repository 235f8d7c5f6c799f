"""What the chapter's page says under "On Monday": the gateway in FastAPI, with a door, deadlines, and
an end to every stream. Whatever a chat takes, one task holds, and whoever leaves ends the task.
"""

import asyncio
import json
import os
from contextlib import asynccontextmanager

import anyio
import httpx
from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse

UPSTREAM = os.environ["UPSTREAM"]
PATIENCE = float(os.environ.get("PATIENCE", "30"))  # seconds, with whoever is silent

# ANCHOR: door
talking = asyncio.Semaphore(4)  # what your model has slots for
waiting = 0


class Full(Exception):
    pass


@asynccontextmanager
async def turn():
    global waiting
    if waiting >= 4:  # as many may wait
        raise Full
    waiting += 1
    try:
        await talking.acquire()
    finally:
        waiting -= 1
    try:
        yield
    finally:
        talking.release()
# ANCHOR_END: door


# ANCHOR: chat
class Chat(Response):
    def __init__(self, client, question):
        super().__init__()
        self.client, self.question = client, question

    async def __call__(self, scope, receive, send):
        async with anyio.create_task_group() as tasks:

            async def until_left():
                while (await receive())["type"] != "http.disconnect":
                    pass
                tasks.cancel_scope.cancel()  # whatever is waited for below

            async def say(message):
                with anyio.fail_after(PATIENCE):  # with who reads nothing
                    await send(message)

            tasks.start_soon(until_left)
            await self.answer(scope, say)
            tasks.cancel_scope.cancel()

    async def answer(self, scope, send):
        path = "/v1/chat/completions"
        longest = PATIENCE if streams(self.question) else 10 * PATIENCE
        silence = httpx.Timeout(longest, connect=2)
        asks = self.client.stream(
            "POST", path, json=self.question, timeout=silence
        )
        try:
            async with turn(), asks as answer:
                reply = await passed_on(answer)
                await reply(scope, anyio.sleep_forever, send)
        except Full:
            await Response("busy", 503, {"Retry-After": "1"})(scope, None, send)
        except httpx.HTTPError:  # later than here `events` sees it
            await Response("no answer from the model", 502)(scope, None, send)
# ANCHOR_END: chat


def streams(question):
    """If not, all of the answer is one silence, and may take longer."""
    return isinstance(question, dict) and bool(question.get("stream"))


async def passed_on(answer):
    """The model's answer with its own status, in one piece or as it comes."""
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("text/event-stream"):
        again = {name: answer.headers[name] for name in ["retry-after"] if name in answer.headers}
        return Response(await answer.aread(), answer.status_code, again, kind)
    return StreamingResponse(events(answer), answer.status_code, {"X-Accel-Buffering": "no"}, kind)


# ANCHOR: events
async def events(answer):
    ended, rest = False, b""
    try:
        async for piece in answer.aiter_bytes():
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > 2**20:
                raise ValueError("a line without an end")
            for line in lines:
                data = line.removeprefix(b"data:").strip()
                if data == b"[DONE]":
                    ended = True
                elif line.startswith(b"data:"):
                    if json.loads(data).get("error"):
                        raise ValueError(line)
                yield line + b"\n"
    except (httpx.HTTPError, ValueError, AttributeError):  # no object
        pass
    if not ended:
        yield b'\n\ndata: {"error": {"message": "the model broke off"}}\n\n'
# ANCHOR_END: events


@asynccontextmanager
async def lifespan(app):
    async with httpx.AsyncClient(
        base_url=UPSTREAM,
        limits=httpx.Limits(max_connections=None),  # the door is the limit
        trust_env=False,  # no proxy on the way to the model
    ) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


@app.post("/v1/chat/completions")
async def chat(request: Request):
    try:
        question = await request.json()
    except ValueError:
        return Response("the question is no JSON", 400)
    return Chat(request.state.client, question)


@app.get("/health")
async def health():
    return {"status": "ok"}
