"""What the programs of this folder have in common: how they are asked, and how they end."""

import argparse
import json
import os
import platform
import socket
import sys
import threading
from importlib import metadata

# Set for a server that a program of the book started: it ends when its stdin closes, and so it
# goes even when whoever started it was killed and could say nothing any more.
CHILD = "WHILE_YOU_WAIT_CHILD"

INSTALL = "python3 chapters/chap6/python/ready.py"


def refuse(why):
    print(f"error: {why}", file=sys.stderr)
    sys.exit(2)


class Parser(argparse.ArgumentParser):
    """Knows the address to listen on; refuses in one sentence."""

    def __init__(self, description):
        super().__init__(
            description=description, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        self.add_argument("--host", default="127.0.0.1")
        self.add_argument("--port", type=number(0, 65535), default=8000, help="0 takes a free one")

    def error(self, message):
        refuse(message)


def number(least, most):
    def parse(text):
        try:
            found = int(text)
        except ValueError:
            found = None
        if found is None or not least <= found <= most:
            raise argparse.ArgumentTypeError(f"{text} is no whole number from {least} to {most}")
        return found

    return parse


def listen(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as why:
        # After the reason, Python repeats the address.
        reason = why.strerror.partition(" (")[0]
        refuse(f"this machine will not listen on {host}, port {port}: {reason}")


def listening(url, packages):
    """Says where it listens, and to a program of the book which software this is."""
    print(f"listening on {url}", flush=True)
    if CHILD in os.environ:
        value = ", ".join([*filter(None, map(installed, packages)), python()])
        print(json.dumps({"kind": "fact", "name": "software", "value": value, "unit": ""}), flush=True)


def installed(package):
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:  # uvloop, on Windows
        return None


def python():
    return f"Python {platform.python_version()}"


def end_with_parent():
    """Ends this process when whoever started it is gone; only a program of the book asks for it."""
    if CHILD not in os.environ:
        return

    def watch():
        try:
            while os.read(sys.stdin.fileno(), 4096):
                pass
        finally:
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
