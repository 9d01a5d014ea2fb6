"""The Flask application: the routes of the table, each behind its guard, and nothing else."""

from __future__ import annotations

from flask import Flask, Response
from flask_cors import CORS
from flask_sqlalchemy import SQLAlchemy
from spectree import Response as Described
from spectree import SpecTree
from spectree.model_adapter import get_msgspec_model_adapter

from policy.wire import MAX_SENT_BYTES, Problem
from server import errors
from server.auth import Route, guarded
from server.batch_door import BatchDoor
from server.compat.token_path import TokenInPath
from server.core import Core
from server.models import metadata
from server.routes import ROUTES
from server.routes.ingest import take_batch
from server.store.db import engine_options, prepare_reader

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}


def make_app(core: Core) -> Flask:
    """Return the application of a running server; raise ValueError when a route does not say who may call it."""
    app = Flask("workpulse", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_SENT_BYTES
    app.config["SQLALCHEMY_DATABASE_URI"] = core.url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(core.url)
    app.url_map.merge_slashes = False  # "//api" is another path, not a second spelling of "/api"
    database = SQLAlchemy(metadata=metadata)
    database.init_app(app)
    with app.app_context():
        prepare_reader(database.engine)
    _add_routes(app, core, database)
    _allow_origins(app, core)
    errors.register(app)
    app.after_request(_harden)
    batches = next(route for route in ROUTES if route.handler is take_batch)
    behind = TokenInPath(app.wsgi_app)
    app.wsgi_app = BatchDoor(core, batches, behind, lambda: database.session(), HEADERS)  # type: ignore[method-assign]
    return app


def _add_routes(app: Flask, core: Core, database: SQLAlchemy) -> None:
    described = SpecTree("flask", model_adapter=get_msgspec_model_adapter(), annotations=False, title="WorkPulse", version="v1")
    for route in ROUTES:
        if not route.allow:
            raise ValueError(f"{route.method} {route.path} does not say who may call it")
        view = guarded(route, core, lambda: database.session())
        # The description is found behind the view, not gone through: it would read every answer whole, also a file sent in pieces.
        describe = described.validate(json=route.body, resp=_replies(route), skip_validation=True, tags=["api"])
        vars(view)["__wrapped__"] = describe(route.handler)
        endpoint = f"{route.method} {route.path}"
        app.add_url_rule(route.path, endpoint, view, methods=[route.method], provide_automatic_options=bool(core.settings.origins))
    described.app = app
    app.extensions["openapi"] = described


def _replies(route: Route) -> Described:
    problems = {f"HTTP_{status}": Problem for status in (400, 401, 403, 404, 409, 413, 415, 429, 503)}
    return Described(**{f"HTTP_{route.status}": route.reply}, **problems)


def _allow_origins(app: Flask, core: Core) -> None:
    """Let the named dashboards' pages, and no others, read the API from a browser."""
    origins = [origin.strip() for origin in core.settings.origins.split(",") if origin.strip()]
    if origins:
        CORS(app, origins=origins, supports_credentials=False, allow_headers=["Authorization", "Content-Type"])


def _harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
