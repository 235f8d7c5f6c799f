"""An ASGI application without a framework, and a server's part in it, played by hand."""

import asyncio


# ANCHOR: application
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await asyncio.sleep(0.01)
    body = f'{{"message": "hello from {scope["path"]}"}}'.encode()
    await send({
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"application/json")],
    })
    await send({"type": "http.response.body", "body": body})
# ANCHOR_END: application


# ANCHOR: server
async def serve_one_request():
    scope = {"type": "http", "method": "GET", "path": "/async", "headers": []}

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event):
        print(event)

    await app(scope, receive, send)
# ANCHOR_END: server


if __name__ == "__main__":
    asyncio.run(serve_one_request())
