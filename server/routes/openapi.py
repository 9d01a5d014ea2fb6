"""The OpenAPI document that describes every route."""

from __future__ import annotations

from typing import Any

from flask import current_app

from server.auth import Ask


def show_openapi(ask: Ask) -> Any:
    """Return the document made from the same table that made the routes."""
    return current_app.extensions["openapi"].spec
