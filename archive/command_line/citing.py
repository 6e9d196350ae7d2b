"""``dosije cite`` and ``verify``: citations, and whether they still hold in the archived bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.archive import Archive
from archive.citing.citation import cite, cited_span
from archive.citing.claims import claims_in
from archive.citing.copying import COPIES, copied, public_address, short_addresses
from archive.citing.formats import FORMATS, default_style
from archive.citing.locators import base_url
from archive.citing.styles import CitationStyle
from archive.citing.verdicts import QuotedPassage, Verdict, Verification, VerificationAnswer
from archive.citing.verification import Verifier
from archive.command_line.options import JSON_OPTION, print_json, settle
from archive.errors import UsageError
from archive.serialization import serialize


@click.command("cite")
@click.argument("document_id", metavar="ID")
@click.option("--clause", "eid", metavar="EID", help="The clause of this name: art_5__para_2.")
@click.option("--quote", metavar="TEXT", help="These words.")
@click.option("--page", type=click.IntRange(1), help="The page on which the quotation stands; alone, all of its words.")
@click.option("--words", metavar="A-B", help="Words by their numbers in the newest reading: 120-125.")
@click.option("--format", "form", type=click.Choice([*FORMATS, *COPIES]), default="text", show_default=True)
@click.option(
    "--style",
    type=click.Choice([str(style) for style in CitationStyle]),
    help="How it is worded.  [default: en for a document in English, sr-cyrl for Serbian Cyrillic, else sr-long]",
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
        how = "Give --clause, --words, --page, or --quote with --page or not."
        unclear = UsageError("Say in one way what to cite.", how)
        span = cited_span(archive.catalog, document, unclear, clause=eid, words=words, quote=quote, page=page)
        base = base_url(archive.settings)
        citation = cite(archive.catalog, document, span, base, datetime.now(UTC))
        worded = CitationStyle(style) if style else default_style(citation)
        if form in COPIES:
            copy = copied(archive.catalog, citation, public_address(archive.settings, base))
            citation, told = copy.citation, COPIES[form](copy, worded)
        else:
            told = FORMATS[form](citation, worded)
    click.echo(told.rstrip("\r\n"))
    if any(clause.counted for clause in citation.clauses):
        click.echo("A number in this citation is not printed: it was counted by machine.", err=True)


VERIFICATION_FAILED = 4
"""The exit code of every verdict other than verified."""

PLACES_SHOWN = 10
WORDS_SHOWN = 12
MOST_BYTES = 4 << 20
"""The most bytes of a text to verify: a citation is a page at most."""


@click.command("verify")
@click.argument("claimed", metavar="FILE_OR_URL")
@JSON_OPTION
@click.pass_obj
def verify_command(home: Path, claimed: str, as_json: bool) -> int:
    """Check citations: a permalink, or a file (- for standard input) with a Web Annotation, citations or quotations.

    A permalink is looked up in this archive; nothing is fetched. The event log is verified, too.
    """
    text = _text(claimed)
    with Archive.open(home, create=False) as archive:
        claims = claims_in(text, short_addresses(archive.catalog))
        if any(claim.address is None for claim in claims.claims):
            settle(archive)
        answer = Verifier(archive.catalog, archive.originals, archive.search).verify(claims)
        if as_json:
            print_json(serialize(VerificationAnswer, answer))
        else:
            click.echo("\n".join(_lines(answer)))
        # The verdict does not depend on the log: a broken one is an error of the archive, raised after the answer.
        archive.catalog.events.verify()
    return 0 if answer.verdict is Verdict.VERIFIED else VERIFICATION_FAILED


def _text(claimed: str) -> str:
    if claimed.startswith(("http://", "https://", "/cite/", "/c/")):
        return claimed
    try:
        with click.open_file(claimed, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{claimed} cannot be read: {error.strerror}.", "Give a permalink, a file, or - and the text on stdin."
        ) from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"{claimed} is too long for a citation.", "Give a file with one citation or quotation.")
    try:
        return bytes(content).decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{claimed} is not UTF-8 text.", "Save it as HTML or as plain text in UTF-8, or give the text on stdin."
        ) from error


def _lines(answer: Verification) -> Iterator[str]:
    yield f"{answer.verdict.upper()}: {answer.reason}"
    yield from answer.notes
    if answer.original:
        yield f"The bytes of the original: {answer.original}."
    for one in answer.differences:
        yield f"  cited “{one.quoted}”, archived “{one.archived}”"
    for field in answer.fields:
        yield f"  {field.field}: cited “{field.cited}”, archived “{field.archived}”"
    if answer.alterations:
        yield "Alterations of the citer:"
        yield from (f"  {remark.text}" for remark in answer.alterations)
    yield from (f"WARNING: {remark.text}" for remark in answer.warnings)
    if answer.not_compared:
        yield "Not compared:"
        yield from (f"  {one.text}" for one in answer.not_compared)
    found = dict.fromkeys(filter(None, (answer.cited, answer.newest, *answer.places)))
    for standing in list(found)[:PLACES_SHOWN]:
        yield _place(standing)
    if len(found) > PLACES_SHOWN:
        yield f"  and {len(found) - PLACES_SHOWN} more places"
    for number, each in enumerate(answer.answers, start=1):
        yield f"{number}. {_shortened(each)}"
        yield from (f"   {line}" for line in _lines(each))


def _shortened(answer: Verification) -> str:
    """Return a short name of one of several citations: the first words of its quotation, or the path of its
    permalink."""
    words = answer.claim.words
    if words:
        return f"“{' '.join(words[:WORDS_SHOWN])}{' …' if len(words) > WORDS_SHOWN else ''}”"
    return answer.claim.address.path() if answer.claim.address else ""


def _place(standing: QuotedPassage) -> str:
    span = standing.span
    where = f"{span.document[:12]} {standing.title}, p. {standing.page}, words {span.first}-{span.last}"
    return f"  {where} of reading {span.reading}: “{' '.join(standing.words)}”"
