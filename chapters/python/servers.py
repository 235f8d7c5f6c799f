"""The Python servers of chapter 5 and of "Choosing", each started as its own documentation says, but for its logs:
none of accesses, and nothing below a warning, so that what is measured is not how fast it logs.

Each is given a socket that listens already, and calls `ready` as soon as it takes requests.
"""

import logging
import multiprocessing
import os
import threading

# As many connections as each server, left to itself, lets wait until it accepts them.
WERKZEUG_BACKLOG = 128
GUNICORN_BACKLOG = 2048
UVICORN_BACKLOG = 2048


# ANCHOR: flask
def flask(listener, ready, threaded):
    """Flask's own server, Werkzeug's, as `flask run` starts it: threaded, unless told otherwise."""
    from flask_app import app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    host, port = listener.getsockname()[:2]
    server = make_server(host, port, app, threaded=threaded, fd=listener.fileno())
    ready()
    server.serve_forever()
# ANCHOR_END: flask


# ANCHOR: fastapi
def fastapi(listener, ready, app):
    """Uvicorn: one process, and uvloop and httptools, which it takes where they are installed."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            ready()

        def handle_exit(self, sig, frame):
            # On Ctrl-C: otherwise it waits for its handlers, and told again, prints a traceback.
            os._exit(0)

    Server(uvicorn.Config(app, **UVICORN)).run(sockets=[listener])
# ANCHOR_END: fastapi


UVICORN = {"access_log": False, "log_level": "warning", "backlog": UVICORN_BACKLOG}


# ANCHOR: uvicorn-workers
def uvicorn_workers(listener, ready, workers, app="servers:worker_app", **other):
    """Uvicorn with `--workers`: a process for each, and one that watches over them."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    class Supervisor(Multiprocess):
        def init_processes(self):
            super().init_processes()
            for worker in self.processes:
                if not worker.wait_until_ready(timeout=60):
                    raise OSError("a worker of Uvicorn's did not start")
            ready()

        def keep_subprocess_alive(self):
            before = list(self.processes)
            super().keep_subprocess_alive()
            for one, other in zip(before, self.processes):
                if one is not other:
                    taken_for_dead()

        def handle_int(self):
            os._exit(0)

    config = uvicorn.Config(app, factory=True, workers=workers, **UVICORN, **other)
    Supervisor(config, sockets=[listener]).run()
# ANCHOR_END: uvicorn-workers


def plain(listener, ready):
    """Python's own library and nothing else, for whoever wants to look into a running Python."""
    import asyncio

    import blocker

    async def serve():
        async with await asyncio.start_server(blocker.answer, sock=listener) as server:
            ready()
            await asyncio.gather(server.serve_forever(), blocker.measure_lag())

    asyncio.run(serve())


def worker_app():
    """What a worker of Uvicorn's serves, for as long as there is somebody to watch over it."""
    from fastapi_app import app

    end_with_parent()
    return app


def timed_worker_app():
    from worker_app import app

    end_with_parent()
    return app


# How many workers were killed, for they seemed to stand still.
killed = 0


def taken_for_dead():
    global killed
    killed += 1


class HearTimeouts(logging.Handler):
    """gunicorn says so before it kills a worker, and says it nowhere else."""

    def emit(self, record):
        if str(record.msg).startswith("WORKER TIMEOUT"):
            taken_for_dead()


def cores():
    return multiprocessing.cpu_count()


def documented_workers():
    """How many workers gunicorn's documentation recommends to start with."""
    return 2 * cores() + 1


# ANCHOR: gunicorn
def gunicorn(listener, ready, workers, app="flask_app:app", **kind):
    """gunicorn, and unless told otherwise its default kind of worker: a process that takes one
    request at a time."""
    from gunicorn.app.base import BaseApplication
    from gunicorn.util import import_app

    # Two pipes between the arbiter, which is this process, and the workers that it forks. One
    # byte comes through the first for each worker that has loaded the application.
    loaded, say_loaded = os.pipe()
    # Nothing ever comes through the second: only the arbiter keeps it open for writing, and so
    # it closes when the arbiter is gone, even when it was killed.
    arbiter_alive, keep_alive = os.pipe()

    def in_the_new_worker(arbiter, worker):
        os.close(keep_alive)
        end_when_closed(arbiter_alive)

    settings = {
        "bind": f"fd://{listener.detach()}",
        "workers": workers,
        "loglevel": "warning",
        # It would be a file in the reader's home, and one for all gunicorns that run.
        "control_socket_disable": True,
        "post_fork": in_the_new_worker,
        "post_worker_init": lambda worker: os.write(say_loaded, b"."),
        # On Ctrl-C: otherwise a worker that is busy reports its own end as an error.
        "worker_int": lambda worker: os._exit(0),
        **kind,
    }

    class Application(BaseApplication):
        def load_config(self):
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self):
            return import_app(app)

    def wait_for_the_workers():
        for _ in range(workers):
            os.read(loaded, 1)
        ready()

    logging.getLogger("gunicorn.error").addHandler(HearTimeouts())
    threading.Thread(target=wait_for_the_workers, daemon=True).start()
    Application().run()
# ANCHOR_END: gunicorn


def end_when_closed(pipe, last_words=lambda: None):
    """Ends this process when nobody holds the other end of a pipe any more."""

    def watch():
        try:
            # Not by way of sys.stdin, whose lock a forked worker would find taken for ever.
            while os.read(pipe, 4096):
                pass
            last_words()
        finally:
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def end_with_parent():
    """Ends this process when the one that started it by multiprocessing is gone."""
    parent = multiprocessing.parent_process()

    def watch():
        parent.join()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
