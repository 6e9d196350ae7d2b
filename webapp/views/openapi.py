"""``/api/openapi.json``: the OpenAPI description of the API; ``/api``: the same as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template

from archive.config import program_version
from webapp.api import PREFIX, TABLE
from webapp.api.endpoint import Endpoint, Parameter
from webapp.api.openapi import described, openapi, path_parts, path_template
from webapp.languages.translation import gettext, number
from webapp.pages.parts import Context
from webapp.room import base_url

blueprint = Blueprint("openapi", __name__, url_prefix="/api")


@blueprint.get("/openapi.json")
def as_json() -> Response:
    """Send the OpenAPI 3.1 description."""
    return jsonify(openapi(TABLE, PREFIX, program_version() or "unknown", base_url()))


@blueprint.get("")
def show() -> str:
    """Show the description as a page."""
    return render_template("api.html", page=present_api(TABLE, PREFIX))


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter: its name, its type, and its description."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class EndpointCard:
    """An endpoint.

    ``answer`` is the JSON schema of its response; ``example`` is a URL to try, if the endpoint needs no ids.
    """

    name: str
    title: str
    method: str
    path: str
    text: str
    parameters: tuple[ParameterRow, ...]
    answer: str
    example: str | None


@dataclass(frozen=True, slots=True)
class ApiContext(Context):
    """The page of the API."""

    endpoints: tuple[EndpointCard, ...]


def present_api(table: Sequence[Endpoint], prefix: str) -> ApiContext:
    """Return the endpoints in the order of the table."""
    return ApiContext(tuple(_card(endpoint, prefix) for endpoint in table))


def _card(endpoint: Endpoint, prefix: str) -> EndpointCard:
    path = prefix + path_template(endpoint)
    parts = path_parts(endpoint)
    needs_nothing = endpoint.body is None and not parts and not any(one.required for one in endpoint.parameters)
    return EndpointCard(
        name=endpoint.name,
        title=endpoint.summary,
        method=endpoint.method,
        path=path,
        text=described(endpoint),
        parameters=tuple(_row(parameter) for parameter in (*parts, *endpoint.parameters)),
        answer=json.dumps(endpoint.schema, ensure_ascii=False, indent=2),
        example=path if needs_nothing and endpoint.name != "verify" else None,
    )


def _row(parameter: Parameter) -> ParameterRow:
    schema = parameter.schema
    if "enum" in schema:
        kind = ", ".join(schema["enum"])
    elif schema["type"] == "integer":
        least, most = number(schema["minimum"]), number(schema["maximum"])
        kind = gettext("%(least)s to %(most)s", least=least, most=most)
    else:
        kind = gettext("text, repeated") if schema["type"] == "array" else gettext("text")
    notes = []
    if parameter.required:
        notes.append(gettext("required"))
    elif "default" in schema:
        notes.append(gettext("default %(value)s", value=schema["default"]))
    return ParameterRow(parameter.name, "; ".join([kind, *notes]), parameter.description)
