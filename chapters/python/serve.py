"""A Python server alone: as a chapter starts it to measure it, and as you may for curl or ab.

    target/python/bin/python chapters/python/serve.py fastapi-async --port 8000 --delay 3
    target/python/bin/python chapters/python/serve.py versions
"""

import argparse
import json
import logging
import os
import platform
import re
import socket
import sys
from functools import partial
from importlib import metadata

# No compiled files among the chapters. Set before anything here is imported.
sys.dont_write_bytecode = True

import servers

# Set for a server that a program of the book started: it ends when its stdin closes, and so it
# goes even when whoever started it was killed and could say nothing any more.
CHILD = "WHILE_YOU_WAIT_CHILD"

FLASK = ["Flask", "Werkzeug"]
GUNICORN = ["gunicorn", "Flask"]
FASTAPI = ["FastAPI", "Starlette", "AnyIO", "Uvicorn", "uvloop", "httptools"]


def gunicorn(software=GUNICORN, workers=servers.documented_workers(), **kind):
    serve = partial(servers.gunicorn, workers=workers, **kind)
    return serve, servers.GUNICORN_BACKLOG, software


def uvicorn(app):
    return partial(servers.fastapi, app=app), servers.UVICORN_BACKLOG, FASTAPI


def with_timeout(app, **kind):
    """One worker, who is taken for dead after two seconds of silence."""
    return gunicorn(["gunicorn", "Flask"], workers=1, timeout=2, app=f"worker_app:{app}", **kind)


UVICORN_WORKER = "uvicorn_worker.UvicornWorker"


# What serves, with how long a backlog, and which software that is.
CASES = {
    "flask": (partial(servers.flask, threaded=True), servers.WERKZEUG_BACKLOG, FLASK),
    "flask-1": (partial(servers.flask, threaded=False), servers.WERKZEUG_BACKLOG, FLASK),
    "gunicorn": gunicorn(),
    "gunicorn-1": gunicorn(workers=1),
    # Two to four for each core, says gunicorn's documentation.
    "gunicorn-threads": gunicorn(worker_class="gthread", threads=4 * servers.cores()),
    "gunicorn-gevent": gunicorn(["gunicorn", "gevent", "Flask"], worker_class="gevent"),
    "gunicorn-uvicorn": gunicorn(
        ["gunicorn", "uvicorn-worker", *FASTAPI],
        worker_class=UVICORN_WORKER,
        app="fastapi_app:app",
    ),
    "uvicorn-workers": (
        partial(servers.uvicorn_workers, workers=servers.cores()),
        servers.UVICORN_BACKLOG,
        FASTAPI,
    ),
    "fastapi-def": uvicorn("fastapi_app:app"),
    "fastapi-def-200": uvicorn("fastapi_app:roomy"),
    "fastapi-async": uvicorn("fastapi_app:app"),
    "fastapi-blocking": uvicorn("fastapi_app:trap"),
    "left-def": uvicorn("leaving_app:app"),
    "left-async": uvicorn("leaving_app:app"),
    "left-stream": uvicorn("leaving_app:app"),
    "python-inline": uvicorn("login_app:inline"),
    "python-threads": uvicorn("login_app:threads"),
    "python-processes": uvicorn("login_app:processes"),
    "python-hashlib": uvicorn("login_app:in_c"),
    # On another Python: see free_threaded.py.
    "python-free": uvicorn("login_app:threads"),
    # Of "Choosing".
    "timeout-sync": with_timeout("sync_app"),
    "timeout-gthread": with_timeout("sync_app", worker_class="gthread", threads=4),
    "timeout-gevent": with_timeout("sync_app", worker_class="gevent"),
    "timeout-gevent-computes": with_timeout("sync_app", worker_class="gevent"),
    "timeout-uvicorn": with_timeout("app", worker_class=UVICORN_WORKER),
    "timeout-uvicorn-blocks": with_timeout("app", worker_class=UVICORN_WORKER),
    "uvicorn-watched-blocks": (
        partial(
            servers.uvicorn_workers,
            workers=1,
            app="servers:timed_worker_app",
            timeout_worker_healthcheck=2,
        ),
        servers.UVICORN_BACKLOG,
        FASTAPI,
    ),
    "count-1": gunicorn(workers=1, app="worker_app:sync_app"),
    "count-4": gunicorn(workers=4, app="worker_app:sync_app"),
    "afterwards-def": uvicorn("worker_app:app"),
    "afterwards-async": uvicorn("worker_app:app"),
    "blocker": uvicorn("blocker_app:app"),
    "blocker-plain": (servers.plain, servers.UVICORN_BACKLOG, []),
    "blocker-awaits": uvicorn("blocker_app:awaiting"),
    "blocker-debug": uvicorn("blocker_app:app"),
}


def main():
    args = arguments()
    if args.case == "versions":
        print(json.dumps(versions(FLASK + GUNICORN + FASTAPI, str.lower)))
        return
    if args.case not in CASES:
        refuse(f'there is no case "{args.case}"; there are {", ".join(CASES)}')
    if args.case.startswith("gunicorn") and not hasattr(os, "fork"):
        refuse("gunicorn forks its workers, which this system cannot")
    serve, backlog, software = CASES[args.case]

    child = os.environ.get(CHILD) is not None
    if child:
        servers.end_when_closed(sys.stdin.fileno(), last_words(args.case))
    # The applications read it when they are imported, each process for itself.
    os.environ["DELAY"] = str(args.delay)
    listener = listen(args.host, args.port, backlog)
    url = address(listener)

    if args.case.startswith("blocker-debug"):
        os.environ["PYTHONASYNCIODEBUG"] = "1"

    def ready():
        print(f"listening on {url}", flush=True)
        if child:
            hear_debug_mode()
            say_fact("software", ", ".join(" ".join(of) for of in versions(software).items()))

    try:
        serve(listener, ready)
    except KeyboardInterrupt:
        pass
    except ModuleNotFoundError as missing:
        refuse(f"{missing}; python3 chapters/python/ready.py installs what is needed")


def say_fact(name, value, unit=""):
    """To whoever records this: the kit reads facts among what a server prints."""
    print(json.dumps({"kind": "fact", "name": name, "value": value, "unit": unit}), flush=True)


def last_words(case):
    """What is known of a server only when it ends."""
    if case.startswith(("timeout", "uvicorn-watched")):
        return lambda: say_fact("workers-killed", servers.killed, "count")
    return lambda: None


def hear_debug_mode():
    """asyncio's debug mode logs warnings; the first of a slow step is handed on to the record."""
    said = []

    class Hear(logging.Handler):
        def emit(self, record):
            if not said and record.msg.startswith("Executing"):
                said.append(record)
                # Where it was installed is this machine's business.
                say_fact("debug-mode-said", re.sub(r"/\S*/", "", record.getMessage()))

    logging.getLogger("asyncio").addHandler(Hear())


def arguments():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", help=f'{", ".join(CASES)}, or "versions"')
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=port, default=8000, help="0 takes any free port")
    parser.add_argument("--delay", type=delay, default=3.0, help="a handler's wait, in seconds")
    return parser.parse_args()


class Parser(argparse.ArgumentParser):
    def error(self, message):
        refuse(message)


def port(text):
    return within(int(text), 0, 65535)


def delay(text):
    return within(float(text), 0, 600)


def within(number, least, most):
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{number} is not from {least} to {most}")
    return number


def listen(host, port, backlog):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=backlog)
    except OSError as why:
        # After the reason, Python repeats the address.
        reason = why.strerror.partition(" (")[0]
        refuse(f"this machine will not listen on {host}, port {port}: {reason}")


def address(listener):
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def versions(software, name=str):
    """What runs here, with the versions that are installed: {"Flask": "3.1.3", …}."""
    found = {}
    for package in software:
        try:
            found[name(package)] = metadata.version(package)
        except metadata.PackageNotFoundError:
            pass
    # As its programs are called. One library that needs the lock switches it on for all.
    is_free = not getattr(sys, "_is_gil_enabled", lambda: True)()
    return {**found, name("Python"): platform.python_version() + "t" * is_free}


def refuse(why):
    print(f"error: {why}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
