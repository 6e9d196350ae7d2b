"""What the certificate of a search shows, on a page and on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A line of a section. ``is_code``: letter for letter, like a hash."""

    label: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class CertificateSection:
    """``items`` are things that are named, one a line, after ``items_title``."""

    title: str
    rows: tuple[CertificateRow, ...]
    items_title: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateContext:
    """``sha256`` is that of the certificate's JSON, which ``json_file`` holds as an address to save it from."""

    state: SearchState
    title: str
    made_at: str
    statement: str
    sections: tuple[CertificateSection, ...]
    sha256: str
    json_file: str
    json_name: str
    results: Link
