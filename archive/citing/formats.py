"""The forms in which a citation is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from archive.citing.annotation import as_annotation
from archive.citing.citation import Citation
from archive.citing.locators import Style, style_of
from archive.citing.prose import as_markdown, as_text
from archive.citing.references import as_bibtex, as_csl_json, as_ris


def _annotation(citation: Citation, style: Style) -> str:
    return json.dumps(as_annotation(citation, style), ensure_ascii=False, indent=2)


FORMATS: Mapping[str, Callable[[Citation, Style], str]] = MappingProxyType(
    {
        "text": as_text,
        "markdown": as_markdown,
        "bibtex": as_bibtex,
        "ris": as_ris,
        "csl-json": as_csl_json,
        "annotation": _annotation,
    }
)
"""What writes each form, by its name."""


def default_style(citation: Citation) -> Style:
    """English for what is written in English, else the long Serbian form."""
    return style_of(citation.described.language)
