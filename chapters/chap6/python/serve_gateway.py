"""The FastAPI gateway under Uvicorn, started as its documentation says, but for its access log.

    target/chap6-python/bin/python chapters/chap6/python/serve_gateway.py \
        --upstream http://127.0.0.1:8080 --port 8000
"""

import importlib
import os
import sys

# No compiled files among the chapters. Set before anything here is imported.
sys.dont_write_bytecode = True

import program


def main():
    parser = program.Parser(__doc__)
    parser.add_argument("--upstream", required=True, help="the model's address, http://…")
    parser.add_argument("--app", choices=["fastapi_gateway", "monday"], default="fastapi_gateway")
    args = parser.parse_args()
    if not args.upstream.startswith(("http://", "https://")):
        program.refuse(f'"{args.upstream}" is no address of a server: it begins with http://')
    # The application reads it when it is imported.
    os.environ["UPSTREAM"] = args.upstream

    program.end_with_parent()
    listener = program.listen(args.host, args.port)
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    try:
        import uvicorn

        app = importlib.import_module(args.app).app
    except ModuleNotFoundError as missing:
        program.refuse(f"{missing}; {program.INSTALL} installs what is needed")

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            program.listening(url, ["fastapi", "starlette", "uvicorn", "httpx", "uvloop", "httptools"])

    config = uvicorn.Config(app, access_log=False, log_level="warning")
    try:
        Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
