"""``GET /api/openapi.json``: the description of the API for programs; ``GET /api``: the same as a page."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, Response, jsonify, render_template

from webapp.api import PREFIX, TABLE
from webapp.api.openapi import openapi
from webapp.presenters.api import present_api
from webapp.room import base_url

blueprint = Blueprint("openapi", __name__, url_prefix="/api")


@blueprint.get("/openapi.json")
def as_json() -> Response:
    """The description in OpenAPI 3.1."""
    return jsonify(openapi(TABLE, PREFIX, _version(), base_url()))


@blueprint.get("")
def show() -> str:
    """The description as a page."""
    return render_template("api.html", page=present_api(TABLE, PREFIX))


def _version() -> str:
    try:
        return version("dosije")
    except PackageNotFoundError:  # It runs from its source tree.
        return "unknown"
