"""``dosije cite``: a citation of a clause, of quoted words, of words by their numbers, or of a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.citing.addresses import base_url
from archive.citing.citation import cite, page_span
from archive.citing.formats import FORMATS, default_style
from archive.citing.locators import Style
from archive.errors import UsageError
from archive.facts.evidence import numbered, quoted
from archive.home import Archive
from archive.model import Document, Span
from archive.store.catalog import Catalog


@click.command("cite")
@click.argument("document_id", metavar="ID")
@click.option("--clause", "eid", metavar="EID", help="The clause of this name: art_5__para_2.")
@click.option("--quote", metavar="TEXT", help="These words.")
@click.option("--page", type=click.IntRange(1), help="The page on which the quotation stands; alone, all of its words.")
@click.option("--words", metavar="A-B", help="Words by their numbers in the newest reading: 120-125.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option(
    "--style",
    type=click.Choice([str(style) for style in Style]),
    help="How it is worded.  [default: en for a document in English, else sr-long]",
)
@click.pass_obj
def cite_command(
    home: Path,
    document_id: str,
    eid: str | None,
    quote: str | None,
    page: int | None,
    words: str | None,
    form: str,
    style: str | None,
) -> None:
    """Cite words of document ID: where they stand, what they say, and a permalink by which anyone can check it."""
    with Archive.open(home, create=False) as archive:
        document = archive.catalog.documents.find(document_id)
        span = _span(archive.catalog, document, eid, quote, page, words)
        citation = cite(archive.catalog, document, span, base_url(archive.settings), datetime.now(UTC))
    click.echo(FORMATS[form](citation, Style(style) if style else default_style(citation)).rstrip("\r\n"))
    if any(clause.counted for clause in citation.clauses):
        click.echo("A number in this citation is not printed: it was counted by machine.", err=True)


def _span(
    catalog: Catalog, document: Document, eid: str | None, quote: str | None, page: int | None, words: str | None
) -> Span:
    ways = [name for name, value in (("--clause", eid), ("--quote", quote), ("--words", words)) if value is not None]
    if len(ways) > 1 or (page and (eid or words)) or not (ways or page):
        raise UsageError(
            "Say in one way what to cite.", "Give --clause, --words, --page, or --quote with --page or not."
        )
    if eid is not None:
        return catalog.clauses.get(document.id, eid).span
    if words is not None:
        return numbered(catalog, document, words)
    if quote is not None:
        return quoted(catalog, document, quote, page)
    assert page is not None
    return page_span(catalog, document, page)
