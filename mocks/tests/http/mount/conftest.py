"""What tests of mounted applications share: the same application in both kinds."""

import threading
from types import SimpleNamespace

import flask
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route


def _flask():
    app = flask.Flask("app")

    @app.route("/hello/<name>")
    def hello(name):
        return f"hello, {name}"

    @app.route("/echo", methods=["POST"])
    def echo():
        asked = flask.request
        return flask.jsonify(
            url=asked.url,
            root=asked.script_root,
            path=asked.path,
            body=asked.get_data(as_text=True),
            tags=asked.headers.get("X-Tags"),
            cookies=asked.cookies,
            remote=asked.remote_addr,
        )

    @app.route("/stream")
    def stream():
        def pieces():
            yield "one"
            assert app.gate.wait(5)
            yield "two"

        return flask.Response(pieces(), mimetype="text/plain")

    @app.route("/break")
    def break_():
        def pieces():
            yield "one"
            raise ValueError("a bug of the application")

        return flask.Response(pieces())

    @app.route("/fail")
    def fail():
        raise ValueError("a bug of the application")

    @app.route("/nothing")
    def nothing():
        response = flask.Response(status=204)
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def _starlette():
    async def hello(request):
        return PlainTextResponse(f"hello, {request.path_params['name']}")

    async def echo(request: Request):
        return JSONResponse(
            {
                "url": str(request.url),
                "root": request.scope["root_path"],
                "path": request.url.path.removeprefix(request.scope["root_path"]),
                "body": (await request.body()).decode(),
                "tags": ", ".join(request.headers.getlist("X-Tags")),
                "cookies": request.cookies,
                "remote": request.client.host,
            }
        )

    async def stream(request):
        def pieces():
            yield "one"
            assert app.gate.wait(5)
            yield "two"

        return StreamingResponse(pieces(), media_type="text/plain")

    async def break_(request):
        async def pieces():
            yield "one"
            raise ValueError("a bug of the application")

        return StreamingResponse(pieces())

    async def fail(request):
        raise ValueError("a bug of the application")

    async def nothing(request):
        response = Response(status_code=204)
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    app = Starlette(
        routes=[
            Route("/hello/{name}", hello),
            Route("/echo", echo, methods=["POST"]),
            Route("/stream", stream),
            Route("/break", break_),
            Route("/fail", fail),
            Route("/nothing", nothing),
        ]
    )
    return app


@pytest.fixture(params=[_flask, _starlette], ids=["wsgi", "asgi"])
def app(request):
    """An application; its gate holds up the second piece of its stream."""
    app = request.param()
    app.gate = threading.Event()
    yield app
    app.gate.set()


@pytest.fixture
def mounted(web, app):
    """The application, mounted everywhere."""
    return SimpleNamespace(app=app, rule=web.mount(app))
