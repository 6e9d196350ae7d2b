"""The page of the certificate of a search, with its statement and the parsed query."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass

from archive.search.certificate import NAMED, Certificate
from archive.search.query_language.explanation import SPELLINGS, Phrasing, explain
from archive.search.query_language.parser import parse
from archive.search.request import excluded_facet
from archive.search.results import Hit
from archive.store.coverage import PageCounts
from archive.system.paths import without_folders
from archive.text.analyzer import ANALYSIS_VERSION
from webapp.languages.translation import gettext, number, plural, said
from webapp.links import search_url
from webapp.pages.parts import Context, LabelledValue, Link
from webapp.pages.wording import documents, field_label, moment, pages, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class CertificateSection:
    """A section with labelled rows; ``items`` is a list with the heading ``items_title``."""

    title: str
    rows: tuple[LabelledValue, ...]
    items_title: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateContext(Context):
    """The page of a certificate.

    ``sha256`` is that of its JSON, which ``json_file`` holds as a data URL for download.
    """

    title: str
    made_at: str
    statement: str
    sections: tuple[CertificateSection, ...]
    sha256: str
    json_file: str
    json_name: str
    results: Link


def present_certificate(certificate: Certificate, state: SearchState) -> CertificateContext:
    """Return the context of a certificate, with its JSON: another request would make another certificate."""
    record = certificate.as_json()
    data = json.dumps(record, ensure_ascii=False, indent=2).encode()
    return CertificateContext(
        state=state,
        title=certificate_title(certificate),
        made_at=moment(certificate.made_at),
        statement=certificate.statement(READERS),
        sections=tuple(sections(certificate)),
        sha256=record["sha256"],
        json_file=f"data:application/json;base64,{base64.b64encode(data).decode()}",
        json_name=f"search-{record['sha256'][:12]}.json",
        results=Link(gettext("The search"), search_url(state)),
    )


def certificate_title(certificate: Certificate) -> str:
    """Return the title of a certificate."""
    if certificate.results.total:
        return gettext("Record of a search")
    return gettext("Certificate of a search that found nothing")


def sections(certificate: Certificate) -> Iterator[CertificateSection]:
    """Yield the sections of a certificate, without its statement."""
    yield CertificateSection(gettext("What was asked"), tuple(_query_rows(certificate)))
    yield _found(certificate)
    if certificate.words:
        yield CertificateSection(gettext("Forms that were looked for"), tuple(_words(certificate)))
    yield CertificateSection(gettext("What was searched"), tuple(_page_counts(certificate.searched)))
    yield _not_indexed(certificate)
    yield _failures(certificate)
    yield CertificateSection(gettext("State of the archive"), tuple(_state(certificate)))


def _query_rows(certificate: Certificate) -> Iterator[LabelledValue]:
    request = certificate.request
    query = parse(request.text, request.exact, request.look_alikes).query
    yield LabelledValue(gettext("Query as typed"), request.text or gettext("(none: every document)"))
    yield LabelledValue(gettext("Understood as"), explain(query, READERS))
    if request.text:
        yield LabelledValue(gettext("Words"), said(SPELLINGS))
    for note in certificate.results.notes:
        yield LabelledValue(gettext("Note on the query"), said(note))
    for name, values in request.filters.items():
        joint = gettext("and") if excluded_facet(name) else gettext("or")
        yield LabelledValue(field_label(name), f" {joint} ".join(value_label(name, value) for value in values))


def _found(certificate: Certificate) -> CertificateSection:
    results = certificate.results
    listed = tuple(map(_listed, results.hits))
    title = _listing(len(listed), results.total, certificate.request.offset)
    rows = [LabelledValue(gettext("Documents found"), number(results.total))]
    if some := certificate.nearly.some:
        rows.append(LabelledValue(gettext("Documents with some of the words"), number(some)))
        for word, count in certificate.nearly.lacking_one:
            rows.append(LabelledValue(gettext("Documents that lack only “%(word)s”", word=word), number(count)))
    return CertificateSection(gettext("What was found"), tuple(rows), title, listed)


def _words(certificate: Certificate) -> Iterator[LabelledValue]:
    for word in certificate.words:
        yield LabelledValue(word.typed, ", ".join(word.tried) or gettext("is in no document"))
        if word.not_tried is None:
            yield LabelledValue(gettext("not looked for"), gettext("too many words begin like this one"))
        elif word.not_tried:
            more = gettext("and %(count)s more", count=number(word.not_tried_more)) if word.not_tried_more else ""
            listed = " ".join(filter(None, (", ".join(word.not_tried), more)))
            yield LabelledValue(gettext("begin like “%(word)s” and were not looked for", word=word.typed), listed)


def _listed(hit: Hit) -> str:
    title = f"{hit.description.title} ({hit.id[:12]})"
    numbers = ", ".join(str(page.number) for page in hit.pages)
    return f"{title}, {gettext('p. %(number)s', number=numbers)}" if numbers else title


def _page_counts(counts: PageCounts) -> Iterator[LabelledValue]:
    yield LabelledValue(gettext("Documents"), number(counts.documents))
    yield LabelledValue(gettext("Words"), number(counts.words))
    yield LabelledValue(gettext("Pages"), number(counts.pages))
    yield LabelledValue(gettext("Pages read well"), number(counts.good))
    yield LabelledValue(gettext("Pages read fairly"), number(counts.fair))
    yield LabelledValue(gettext("Pages read with many wrong words"), number(counts.doubtful))
    yield LabelledValue(gettext("Pages without words (blank, or pictures)"), number(counts.wordless))
    yield LabelledValue(gettext("Pages that could not be read"), number(counts.unreadable))


def _not_indexed(certificate: Certificate) -> CertificateSection:
    due, missing = certificate.coverage.due, certificate.never_indexed
    rows = [
        LabelledValue(gettext("Documents not in the index yet"), number(missing)),
        LabelledValue(gettext("Documents searched as they were before their last change"), number(len(due) - missing)),
        *(
            LabelledValue(
                gettext("Documents left out because the %(field)s is unknown", field=field_label(name).lower()),
                number(count),
            )
            for name, count in certificate.unknown.items()
        ),
    ]
    held = gettext("as it was before")
    items = tuple(
        f"{document.filename} ({document.id[:12]})" + (f", {held}" if document.is_held else "")
        for document in due[:NAMED]
    )
    return CertificateSection(gettext("Documents not searched"), tuple(rows), _listing(len(items), len(due)), items)


def _failures(certificate: Certificate) -> CertificateSection:
    coverage = certificate.coverage
    rows = (
        LabelledValue(gettext("Files that could not be added"), number(len(coverage.failures))),
        LabelledValue(gettext("Files inside other files, not read yet"), number(coverage.due_members)),
    )
    items = tuple(f"{failure.path}: {said(without_folders(failure.reason))}" for failure in coverage.failures[:NAMED])
    return CertificateSection(gettext("Files not searched"), rows, _listing(len(items), len(coverage.failures)), items)


def _listing(named: int, total: int, offset: int = 0) -> str:
    """Return the words before a list of ``named`` items of ``total``, after the first ``offset``."""
    if not named:
        return ""
    if named == total:
        return gettext("It is") if total == 1 else gettext("They are")
    if named == 1:
        return gettext("Number %(number)s of them is", number=number(offset + 1))
    if offset:
        first, last = number(offset + 1), number(offset + named)
        return gettext("Numbers %(first)s to %(last)s of them are", first=first, last=last)
    return gettext("The first %(count)s of them are", count=number(named))


def _state(certificate: Certificate) -> Iterator[LabelledValue]:
    counts, event = certificate.coverage.archive, certificate.coverage.last_event
    yield LabelledValue(gettext("Made"), moment(certificate.made_at))
    whole = f"{documents(counts.documents)}, {pages(counts.pages)}"
    yield LabelledValue(gettext("The whole archive"), whole)
    yield LabelledValue(
        gettext("Index"),
        gettext(
            "%(generation)s, analysis version %(version)s", generation=certificate.generation, version=ANALYSIS_VERSION
        ),
    )
    if event:
        yield LabelledValue(
            gettext("Newest event of the log"),
            gettext("number %(number)s, %(when)s", number=number(event.number), when=moment(event.at)),
        )
        yield LabelledValue(gettext("Hash of that event"), event.hash, is_code=True)
    if not certificate.is_steady:
        yield LabelledValue(gettext("Warning"), gettext("The archive was being changed while this was made."))


class _Readers(Phrasing):
    """Phrasing in the language of the reader."""

    def say(self, text: str, /, **values: object) -> str:
        """Return a translated text, formatted with values."""
        return gettext(text) % values if values else gettext(text)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the plural form for ``count``."""
        return plural(one, many, count, **values)

    def number(self, value: int) -> str:
        """Return a formatted number."""
        return number(value)

    def field(self, name: str) -> str:
        """Return the label of a facet."""
        return field_label(name).lower()

    def value(self, facet: str, value: str) -> str:
        """Return the label of a value."""
        return value_label(facet, value)


READERS = _Readers()
