"""The description of the API in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), from the table of endpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from werkzeug.http import HTTP_STATUS_CODES

from webapp.api.endpoint import FARTHEST, JSON, Endpoint, Parameter
from webapp.api.schema import TEXT, WHOLE, Schema, maybe, record

ERROR = record("What failed and what to try.", error=record(status=WHOLE, message=TEXT, remedy=maybe(TEXT)))

_PART = re.compile(r"<(?:\w+:)?(\w+)>")

_PARTS: dict[str, tuple[Schema, str]] = {
    "document_id": ({"type": "string", "pattern": "^[0-9a-f]{8,64}$"}, "A document's id, or the beginning of it."),
    "number": ({"type": "integer", "minimum": 1, "maximum": FARTHEST}, "A page, counted from 1."),
    "annotation_id": ({"type": "string", "pattern": "^[0-9a-f]{8,32}$"}, "A note's id, or the beginning of it."),
    "vendor_id": ({"type": "string", "minLength": 1}, "A vendor's id, a number or a name."),
    "municipality": ({"type": "string", "minLength": 1}, "The name of a municipality."),
    "name": ({"type": "string", "minLength": 1}, "The name of a finding."),
    "job_id": ({"type": "string", "minLength": 1}, "An upload's id."),
    "topic": ({"type": "string", "minLength": 1}, "The topic of clauses: penalty, payment, term ..."),
    "search_id": ({"type": "string", "minLength": 1}, "A saved search's id or name."),
    "story_id": ({"type": "string", "minLength": 1}, "A story's id, the beginning of it, or its title."),
}


def openapi(table: Sequence[Endpoint], prefix: str, version: str, server: str) -> dict[str, Any]:
    """Return the OpenAPI description of the endpoints in ``table``, served at ``prefix`` of ``server``."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in table:
        at = prefix + path_template(endpoint)
        paths.setdefault(at, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dosije",
            "version": version,
            "summary": "A document archive with full-text search.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        # A token is needed only if a login is required.
        "security": [{}, {"token": []}],
        "components": {"schemas": {"Error": ERROR}, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def path_template(endpoint: Endpoint) -> str:
    """Return the path with its parameters in braces."""
    return _PART.sub(r"{\1}", endpoint.path)


def path_parts(endpoint: Endpoint) -> tuple[Parameter, ...]:
    """Return the path parameters."""
    return tuple(Parameter(name, *_PARTS[name], required=True) for name in _PART.findall(endpoint.path))


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": _response("The answer.", endpoint.schema, endpoint.media_type)}
    for status in (400, 401, *endpoint.statuses, 500, 503):
        # A removed resource is returned with status 410.
        schema = endpoint.schema if status == HTTPStatus.GONE else {"$ref": "#/components/schemas/Error"}
        media_type = endpoint.media_type if status == HTTPStatus.GONE else JSON
        # Not http.HTTPStatus: its phrases differ between Python versions.
        answers[str(status)] = _response(f"{HTTP_STATUS_CODES[status]}.", schema, media_type)
    # The server itself rejects a request that is too long.
    answers["431"] = _response("The address is too long.", TEXT, "text/plain")
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.group],
        "summary": endpoint.summary,
        "description": described(endpoint),
        "parameters": [
            *(_parameter(part, "path") for part in path_parts(endpoint)),
            *(_parameter(parameter, "query") for parameter in endpoint.parameters),
        ],
        "responses": answers,
    }
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": {endpoint.body_type: {"schema": endpoint.body}}}
    return operation


def described(endpoint: Endpoint) -> str:
    """Return the description of an endpoint, from its docstring."""
    return " ".join((endpoint.answer.__doc__ or "").replace("``", "").split())


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _response(said: str, schema: Schema, media_type: str) -> dict[str, Any]:
    return {"description": said, "content": {media_type: {"schema": schema}}}
