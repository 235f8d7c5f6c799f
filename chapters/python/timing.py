"""How long a handler ran, and where: told in a standard header, as the Rust servers tell it."""

import threading
import time


def server_timing(began):
    """The value of a `Server-Timing` header: https://www.w3.org/TR/server-timing/

    The duration is in milliseconds. The thread's number is the system's: no two threads share one,
    not even threads of two processes.
    """
    ms = (time.perf_counter() - began) * 1000
    return f'handler;dur={ms:.3f};desc="{threading.get_native_id()}"'
