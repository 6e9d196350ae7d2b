"""The certificate of a search."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from archive.search.certificate import NAMED, Certificate
from archive.search.facets import label
from archive.search.reading_back import SPELLINGS
from archive.search.request import excluded_facet
from archive.store.coverage import PageCounts
from archive.text.analyzer import ANALYSIS_VERSION
from webapp.contexts.certificate import CertificateContext, CertificateRow, CertificateSection
from webapp.contexts.common import Link
from webapp.links import search_url
from webapp.presenters.wording import counted, field_label, moment
from webapp.search_state import SearchState


def present_certificate(certificate: Certificate, state: SearchState) -> CertificateContext:
    """The page of a certificate, with its JSON to save: another request would make another certificate."""
    record = certificate.as_json()
    data = json.dumps(record, ensure_ascii=False, indent=2).encode()
    return CertificateContext(
        state=state,
        title=certificate_title(certificate),
        made_at=moment(certificate.made_at),
        statement=certificate.statement(),
        sections=tuple(sections(certificate)),
        sha256=record["sha256"],
        json_file=f"data:application/json;base64,{base64.b64encode(data).decode()}",
        json_name=f"search-{record['sha256'][:12]}.json",
        results=Link("The search", search_url(state)),
    )


def certificate_title(certificate: Certificate) -> str:
    """What kind of certificate it is."""
    return "Record of a search" if certificate.results.total else "Certificate of a search that found nothing"


def sections(certificate: Certificate) -> Iterator[CertificateSection]:
    """Everything a certificate states but its statement, as labelled lines."""
    yield CertificateSection("What was asked", tuple(_asked(certificate)))
    yield _found(certificate)
    yield CertificateSection("What was searched", tuple(_pages(certificate.searched)))
    yield _not_indexed(certificate)
    yield _not_taken_in(certificate)
    yield CertificateSection("State of the archive", tuple(_state(certificate)))


def _asked(certificate: Certificate) -> Iterator[CertificateRow]:
    request = certificate.request
    yield CertificateRow("Query as typed", request.text or "(none: every document)")
    yield CertificateRow("Understood as", certificate.understood)
    if request.text:
        yield CertificateRow("Words", SPELLINGS)
    for note in certificate.results.notes:
        yield CertificateRow("Note", note)
    for name, values in request.filters.items():
        joint = " and " if excluded_facet(name) else " or "
        yield CertificateRow(field_label(name), joint.join(label(name, value) for value in values))


def _found(certificate: Certificate) -> CertificateSection:
    results = certificate.results
    listed = tuple(
        f"{hit.description.title} ({hit.id[:12]})"
        + (f", p. {', '.join(str(page.number) for page in hit.pages)}" if hit.pages else "")
        for hit in results.hits
    )
    title = _listing(len(listed), results.total, certificate.request.offset)
    row = CertificateRow("Documents found", f"{results.total:,}")
    return CertificateSection("What was found", (row,), title, listed)


def _pages(counts: PageCounts) -> Iterator[CertificateRow]:
    yield CertificateRow("Documents", f"{counts.documents:,}")
    yield CertificateRow("Words", f"{counts.words:,}")
    yield CertificateRow("Pages", f"{counts.pages:,}")
    yield CertificateRow("Pages read well", f"{counts.good:,}")
    yield CertificateRow("Pages read fairly", f"{counts.fair:,}")
    yield CertificateRow("Pages read with many wrong words", f"{counts.doubtful:,}")
    yield CertificateRow("Pages without words (blank, or pictures)", f"{counts.wordless:,}")
    yield CertificateRow("Pages that could not be read", f"{counts.unreadable:,}")


def _not_indexed(certificate: Certificate) -> CertificateSection:
    due, missing = certificate.coverage.due, certificate.never_indexed
    rows = [
        CertificateRow("Documents not in the index yet", f"{missing:,}"),
        CertificateRow("Documents searched as they were before their last change", f"{len(due) - missing:,}"),
        *(
            CertificateRow(f"Documents left out because the {field_label(name).lower()} is unknown", f"{count:,}")
            for name, count in certificate.unknown.items()
        ),
    ]
    items = tuple(
        f"{document.filename} ({document.id[:12]})" + (", as it was before" if document.is_held else "")
        for document in due[:NAMED]
    )
    return CertificateSection("Documents not searched", tuple(rows), _listing(len(items), len(due)), items)


def _not_taken_in(certificate: Certificate) -> CertificateSection:
    coverage = certificate.coverage
    rows = (
        CertificateRow("Files that could not be taken in", f"{len(coverage.failures):,}"),
        CertificateRow("Files inside others that wait to be read", f"{coverage.due_members:,}"),
    )
    items = tuple(f"{failure.path}: {failure.reason}" for failure in coverage.failures[:NAMED])
    return CertificateSection("Files not searched", rows, _listing(len(items), len(coverage.failures)), items)


def _listing(named: int, total: int, offset: int = 0) -> str:
    """What stands before a list of ``named`` things of ``total``, after the first ``offset``."""
    if not named:
        return ""
    if named == total:
        return "It is" if total == 1 else "They are"
    if named == 1:
        return f"Number {offset + 1:,} of them is"
    return f"Numbers {offset + 1:,} to {offset + named:,} of them are" if offset else f"The first {named:,} of them are"


def _state(certificate: Certificate) -> Iterator[CertificateRow]:
    counts, event = certificate.coverage.archive, certificate.coverage.last_event
    yield CertificateRow("Made", moment(certificate.made_at))
    yield CertificateRow(
        "The whole archive", f"{counted(counts.documents, 'document')}, {counted(counts.pages, 'page')}"
    )
    yield CertificateRow("Index", f"{certificate.generation}, analysis version {ANALYSIS_VERSION}")
    if event:
        yield CertificateRow("Newest event of the log", f"number {event.number:,}, {moment(event.at)}")
        yield CertificateRow("Its hash", event.hash, is_code=True)
    if not certificate.is_steady:
        yield CertificateRow("Beware", "The archive was being changed while this was made.")
