"""Flask and FastAPI applications for what is asked of workers in "Choosing".

    DELAY=5 gunicorn --timeout 2 worker_app:sync_app
"""

import asyncio
import os
import time

import fastapi_app
import flask_app
from fastapi import BackgroundTasks, FastAPI
from flask import Flask

# In seconds.
DELAY = float(os.environ.get("DELAY", "4"))

sync_app = Flask(__name__)
app = FastAPI()


# ANCHOR: longer-than-the-timeout
@sync_app.get("/wait")
@flask_app.timed
def waits():
    time.sleep(DELAY)
    return "done"


@sync_app.get("/compute")
@flask_app.timed
def computes():
    until = time.monotonic() + DELAY
    while time.monotonic() < until:
        pass
    return "done"


@app.get("/wait")
@fastapi_app.timed
async def awaits():
    await asyncio.sleep(DELAY)
    return "done"


@app.get("/block")
@fastapi_app.timed
async def blocks():
    time.sleep(DELAY)
    return "done"
# ANCHOR_END: longer-than-the-timeout


# ANCHOR: counter
asked = 0


@sync_app.get("/count")
def count():
    global asked
    asked += 1
    time.sleep(DELAY)
    return str(asked)
# ANCHOR_END: counter


# ANCHOR: afterwards
def send_mail():
    time.sleep(DELAY)


async def send_mail_async():
    await asyncio.sleep(DELAY)


@app.get("/later")
def later(tasks: BackgroundTasks):
    tasks.add_task(send_mail)
    return "accepted"


@app.get("/later-async")
async def later_async(tasks: BackgroundTasks):
    tasks.add_task(send_mail_async)
    return "accepted"


@app.get("/hello")
def hello():
    return "hello"
# ANCHOR_END: afterwards
