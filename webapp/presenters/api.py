"""The page of the API, from the table of its endpoints."""

from __future__ import annotations

import json
from collections.abc import Sequence

from webapp.api.endpoint import Endpoint, Parameter
from webapp.api.openapi import described, path_parts, path_template
from webapp.contexts.api import ApiContext, EndpointCard, ParameterRow
from webapp.languages.translation import gettext, number
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
