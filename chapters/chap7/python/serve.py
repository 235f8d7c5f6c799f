"""One of the FastAPI applications under Uvicorn, as its documentation says, but for its access log.

    DATABASE=user:password@127.0.0.1:5432/postgres DELAY=0.1 \
        target/chap7-python/bin/python chapters/chap7/python/serve.py --app awaiting --port 8000
"""

import os
import sys
from pathlib import Path

# No compiled files among the chapters. Set before anything here is imported.
sys.dont_write_bytecode = True

# How a program of the book is asked, and how it ends, stands beside chapter 6's.
sys.path.append(str(Path(__file__).resolve().parent.parent.parent / "chap6" / "python"))

import program

INSTALL = "python3 chapters/chap7/python/ready.py"


def main():
    parser = program.Parser(__doc__)
    parser.add_argument("--app", choices=["blocking", "awaiting", "monday"], required=True)
    args = parser.parse_args()
    for needed in ["DATABASE", "DELAY"]:
        if needed not in os.environ:
            program.refuse(f"{needed} is not set; user:password@127.0.0.1:5432/postgres and 0.1 would be right")

    program.end_with_parent()
    listener = program.listen(args.host, args.port)
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    try:
        import importlib

        import uvicorn

        app = importlib.import_module(args.app).app
    except ModuleNotFoundError as missing:
        program.refuse(f"{missing}; {INSTALL} installs what is needed")

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            drivers = {"blocking": ["psycopg"], "awaiting": ["asyncpg"]}.get(args.app, ["psycopg", "asyncpg"])
            program.listening(url, ["fastapi", "uvicorn", "SQLAlchemy", *drivers, "uvloop", "httptools"])

    config = uvicorn.Config(app, access_log=False, log_level="warning")
    try:
        Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
