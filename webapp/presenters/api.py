"""The page of the API, from the table of its endpoints."""

from __future__ import annotations

import json
from collections.abc import Sequence

from webapp.api.endpoint import Endpoint, Parameter
from webapp.api.openapi import described, path_parts, path_template
from webapp.contexts.api import ApiContext, EndpointCard, ParameterRow
from webapp.search_state import SearchState


def present_api(table: Sequence[Endpoint], prefix: str) -> ApiContext:
    """The endpoints in the order of the table."""
    return ApiContext(SearchState(), tuple(_card(endpoint, prefix) for endpoint in table))


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
        kind = f"{schema['minimum']:,} to {schema['maximum']:,}"
    else:
        kind = "text, repeated" if schema["type"] == "array" else "text"
    notes = ["required"] if parameter.required else [f"default {schema['default']}"] if "default" in schema else []
    return ParameterRow(parameter.name, "; ".join([kind, *notes]), parameter.description)
