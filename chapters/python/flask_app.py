"""The Flask application of chapter 5. serve.py starts it, and so does Flask's own command:

    DELAY=3 flask --app flask_app run
"""

import functools
import os
import time

from flask import Flask
from timing import server_timing

# In seconds. A variable of the environment, for it reaches every process that a server starts.
DELAY = float(os.environ.get("DELAY", "3"))

app = Flask(__name__)


def timed(handler):
    """Adds to a handler's answer the header that says how long it ran."""

    @functools.wraps(handler)
    def timed_handler():
        began = time.perf_counter()
        return handler(), {"Server-Timing": server_timing(began)}

    return timed_handler


# ANCHOR: sync
@app.get("/sync")
@timed
def sync_hello():
    if DELAY:
        time.sleep(DELAY)
    return {"message": "hello"}
# ANCHOR_END: sync
