"""A WSGI application without a framework, and a server's part in it, played by hand."""

import time


# ANCHOR: application
def app(environ, start_response):
    time.sleep(0.01)
    body = f'{{"message": "hello from {environ["PATH_INFO"]}"}}'.encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body]
# ANCHOR_END: application


# ANCHOR: server
def serve_one_request():
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/sync"}

    def start_response(status, headers):
        print(status, headers)

    for chunk in app(environ, start_response):
        print(chunk)
# ANCHOR_END: server


if __name__ == "__main__":
    serve_one_request()
