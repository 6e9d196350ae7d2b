"""Send invalid requests to every page and API endpoint, and report server errors.

Usage: ``python -m benchmarks.crawl HOME [--each 12] [--seed 1]``; HOME is a copy of an archive that may be written to.

Every route is requested with every method it allows: its variables filled with existing and invalid values, and with
parameters from its own forms and from a list of hostile values. A response of 500 or more is printed; 501, 503 and 507,
which are intended, are counted separately.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, Rule

from archive.archive import Archive
from archive.config import Settings
from indexer.images.pages import SandboxedRenderer
from webapp import create_app

NONSENSE = (
    *("", " ", "0", "-1", "1", "2", "99999999999999999999", "1e9", "NaN", "null", "None", "true", "[]", "{}", "1-2"),
    *(
        "%",
        "%00",
        "\x00",
        "\ud800",
        "\u202e",
        "ш" * 3000,
        "a" * 70_000,
        "../../etc/passwd",
        "<script>",
        "'; DROP TABLE x",
    ),
    *(
        "(",
        '"',
        "AND OR NOT",
        "a*b?c~9",
        "NEAR/0",
        "kamera^",
        "[a TO",
        "title:",
        "{{7*7}}",
        "http://x.example/",
        "\r\nX: y",
    ),
    *(
        "2020-13-45",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "0,0,1,1",
        "0.5",
        "1-99999999",
        "3-1",
        "kamera",
        "json",
        "csv",
    ),
)
NAMES = (
    *("q", "page", "sort", "in", "exact", "format", "kind", "vendor", "year", "municipality", "collection", "reading"),
    *(
        "words",
        "quote",
        "width",
        "as_of",
        "only",
        "column",
        "row",
        "field",
        "value",
        "by",
        "note",
        "name",
        "text",
        "until",
    ),
    *("limit", "cursor", "ids", "left", "top", "right", "bottom", "lines", "action", "next", "language", "id", "until"),
)
SAID = frozenset({501, 503, 507})
MOST_PARAMETERS = 4


def known(archive: Archive) -> Mapping[str, tuple[str, ...]]:
    """Return existing values for the variables of routes, by name."""
    documents = tuple(document.id for document in list(archive.catalog.documents.newest_first())[:3])
    return {
        "document_id": (*documents, *(id_[:12] for id_ in documents), "0" * 64),
        "number": ("1", "2", "0", "999999"),
        "name": ("vendors", "spending", "kind", "vendor"),
        "form": ("csv", "xlsx", "json", "ocds"),
    }


def addresses(app: Flask, archive: Archive, chance: random.Random, each: int) -> Iterator[tuple[str, str, Rule]]:
    """Yield methods and URLs, ``each`` for every rule and method."""
    there = known(archive)
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                for _ in range(each):
                    parts = {
                        name: chance.choice(
                            there.get(name, ()) if name in there and chance.random() < 0.7 else NONSENSE
                        )
                        for name in rule.arguments
                    }
                    try:
                        yield method, app.url_map.bind("localhost").build(rule.endpoint, parts, method), rule
                    except (BuildError, ValueError, TypeError, HTTPException):
                        continue


def main() -> None:
    """Print the counts of statuses, and every server error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, counts = random.Random(options.seed), Counter[str]()
    with (
        Archive.open(options.home, Settings({"max_upload_bytes": 1 << 20})) as archive,
        closing(SandboxedRenderer(archive.settings, archive.cache)) as renderer,
    ):
        app = create_app(archive, renderer)
        client = app.test_client()
        for method, address, rule in addresses(app, archive, chance, options.each):
            given = {
                chance.choice(NAMES): chance.choice(NONSENSE).encode("utf-8", "replace").decode()
                for _ in range(chance.randrange(MOST_PARAMETERS + 1))
            }
            sent = {"query_string": given} if method == "GET" or chance.random() < 0.2 else _body(given, chance)
            response = client.open(address, method=method, headers={"Sec-Fetch-Site": "same-origin"}, **sent)
            counts[str(response.status_code)] += 1
            if response.status_code >= 500 and response.status_code not in SAID:
                print(f"{response.status_code} {method} {rule.rule} {address[:200]!r} {str(given)[:300]}", flush=True)
            response.close()
    print(", ".join(f"{count} answers {status}" for status, count in sorted(counts.items())))


def _body(given: Mapping[str, str], chance: random.Random) -> dict[str, object]:
    kind = chance.randrange(3)
    if kind == 0:
        return {"json": dict(given)}
    if kind == 1:
        return {"data": b"\xff{not json", "content_type": "application/json"}
    return {"data": dict(given)}


if __name__ == "__main__":
    main()
