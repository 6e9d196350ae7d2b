"""The certificate of a search, with its statement and the query as it was understood.

The certificate's JSON has the same statement in English, by
:meth:`archive.search.certificate.Certificate.statement`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.search.certificate import NAMED, Certificate
from archive.search.query import And, Carries, Fuzzy, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.search.query_language.explanation import SPELLINGS
from archive.search.query_language.parser import parse
from archive.search.request import excluded_facet
from archive.search.results import Hit
from archive.store.coverage import PageCounts
from archive.system.paths import without_folders
from archive.text.analyzer import ANALYSIS_VERSION
from archive.text.stemming import english_stem
from archive.text.vocabulary import IndexField, Term
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, marked, number, plural
from webapp.links import search_url
from webapp.pages.parts import Link
from webapp.pages.wording import documents, field_label, moment, pages, value_label
from webapp.state import SearchState


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


def present_certificate(certificate: Certificate, state: SearchState) -> CertificateContext:
    """The page of a certificate, with its JSON to save: another request would make another certificate."""
    record = certificate.as_json()
    data = json.dumps(record, ensure_ascii=False, indent=2).encode()
    return CertificateContext(
        state=state,
        title=certificate_title(certificate),
        made_at=moment(certificate.made_at),
        statement=statement(certificate),
        sections=tuple(sections(certificate)),
        sha256=record["sha256"],
        json_file=f"data:application/json;base64,{base64.b64encode(data).decode()}",
        json_name=f"search-{record['sha256'][:12]}.json",
        results=Link(gettext("The search"), search_url(state)),
    )


def certificate_title(certificate: Certificate) -> str:
    """What kind of certificate it is."""
    if certificate.results.total:
        return gettext("Record of a search")
    return gettext("Certificate of a search that found nothing")


def sections(certificate: Certificate) -> Iterator[CertificateSection]:
    """Everything a certificate states but its statement, as labelled lines."""
    yield CertificateSection(gettext("What was asked"), tuple(_asked(certificate)))
    yield _found(certificate)
    yield CertificateSection(gettext("What was searched"), tuple(_page_counts(certificate.searched)))
    yield _not_indexed(certificate)
    yield _not_taken_in(certificate)
    yield CertificateSection(gettext("State of the archive"), tuple(_state(certificate)))


def _asked(certificate: Certificate) -> Iterator[CertificateRow]:
    request = certificate.request
    query = parse(request.text, request.exact, request.look_alikes).query
    yield CertificateRow(gettext("Query as typed"), request.text or gettext("(none: every document)"))
    yield CertificateRow(gettext("Understood as"), understood(query))
    if request.text:
        yield CertificateRow(gettext("Words"), said(SPELLINGS))
    for note in certificate.results.notes:
        yield CertificateRow(gettext("Note on the query"), said(note))
    for name, values in request.filters.items():
        joint = gettext("and") if excluded_facet(name) else gettext("or")
        yield CertificateRow(field_label(name), f" {joint} ".join(value_label(name, value) for value in values))


def _found(certificate: Certificate) -> CertificateSection:
    results = certificate.results
    listed = tuple(map(_listed, results.hits))
    title = _listing(len(listed), results.total, certificate.request.offset)
    row = CertificateRow(gettext("Documents found"), number(results.total))
    return CertificateSection(gettext("What was found"), (row,), title, listed)


def _listed(hit: Hit) -> str:
    title = f"{hit.description.title} ({hit.id[:12]})"
    numbers = ", ".join(str(page.number) for page in hit.pages)
    return f"{title}, {gettext('p. %(number)s', number=numbers)}" if numbers else title


def _page_counts(counts: PageCounts) -> Iterator[CertificateRow]:
    yield CertificateRow(gettext("Documents"), number(counts.documents))
    yield CertificateRow(gettext("Words"), number(counts.words))
    yield CertificateRow(gettext("Pages"), number(counts.pages))
    yield CertificateRow(gettext("Pages read well"), number(counts.good))
    yield CertificateRow(gettext("Pages read fairly"), number(counts.fair))
    yield CertificateRow(gettext("Pages read with many wrong words"), number(counts.doubtful))
    yield CertificateRow(gettext("Pages without words (blank, or pictures)"), number(counts.wordless))
    yield CertificateRow(gettext("Pages that could not be read"), number(counts.unreadable))


def _not_indexed(certificate: Certificate) -> CertificateSection:
    due, missing = certificate.coverage.due, certificate.never_indexed
    rows = [
        CertificateRow(gettext("Documents not in the index yet"), number(missing)),
        CertificateRow(gettext("Documents searched as they were before their last change"), number(len(due) - missing)),
        *(
            CertificateRow(
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


def _not_taken_in(certificate: Certificate) -> CertificateSection:
    coverage = certificate.coverage
    rows = (
        CertificateRow(gettext("Files that could not be taken in"), number(len(coverage.failures))),
        CertificateRow(gettext("Files inside others that wait to be read"), number(coverage.due_members)),
    )
    items = tuple(f"{failure.path}: {said(without_folders(failure.reason))}" for failure in coverage.failures[:NAMED])
    return CertificateSection(gettext("Files not searched"), rows, _listing(len(items), len(coverage.failures)), items)


def _listing(named: int, total: int, offset: int = 0) -> str:
    """What stands before a list of ``named`` things of ``total``, after the first ``offset``."""
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


def _state(certificate: Certificate) -> Iterator[CertificateRow]:
    counts, event = certificate.coverage.archive, certificate.coverage.last_event
    yield CertificateRow(gettext("Made"), moment(certificate.made_at))
    whole = f"{documents(counts.documents)}, {pages(counts.pages)}"
    yield CertificateRow(gettext("The whole archive"), whole)
    yield CertificateRow(
        gettext("Index"),
        gettext(
            "%(generation)s, analysis version %(version)s", generation=certificate.generation, version=ANALYSIS_VERSION
        ),
    )
    if event:
        yield CertificateRow(
            gettext("Newest event of the log"),
            gettext("number %(number)s, %(when)s", number=number(event.number), when=moment(event.at)),
        )
        yield CertificateRow(gettext("Its hash"), event.hash, is_code=True)
    if not certificate.is_steady:
        yield CertificateRow(gettext("Beware"), gettext("The archive was being changed while this was made."))


def statement(certificate: Certificate) -> str:
    """What the search shows, and what it does not."""
    unseen = "; ".join(_unseen(certificate))
    badly = [gettext("The search could not see, or not see well: %(what)s.", what=unseen)] if unseen else []
    always = gettext(
        "The same thing may also be written in other words, by hand, or in documents that are not in this archive."
    )
    return " ".join((_claim(certificate), *badly, always))


def _claim(certificate: Certificate) -> str:
    searched = certificate.searched
    ground = {"documents": documents(searched.documents), "pages": pages(searched.pages)}
    if not certificate.results.total:
        return gettext(
            "Of the %(documents)s with %(pages)s that were searched, none matches the query as it was understood. "
            "This does not show that what was asked for does not exist.",
            **ground,
        )
    return plural(
        "Of the %(documents)s with %(pages)s that were searched, %(count)s document matches the query as it was "
        "understood. This does not show that no other document holds what was asked for.",
        "Of the %(documents)s with %(pages)s that were searched, %(count)s documents match the query as it was "
        "understood. This does not show that no other document holds what was asked for.",
        certificate.results.total,
        **ground,
    )


def _unseen(certificate: Certificate) -> Iterator[str]:
    searched, coverage, missing = certificate.searched, certificate.coverage, certificate.never_indexed
    if count := searched.unreadable:
        yield plural("%(count)s page that could not be read", "%(count)s pages that could not be read", count)
    if count := searched.doubtful:
        yield plural("%(count)s page read with many wrong words", "%(count)s pages read with many wrong words", count)
    if count := searched.wordless:
        yield plural(
            "%(count)s page without words, blank or pictures", "%(count)s pages without words, blank or pictures", count
        )
    if count := missing:
        yield plural("%(count)s document not in the index yet", "%(count)s documents not in the index yet", count)
    if count := len(coverage.due) - missing:
        yield plural(
            "%(count)s document searched in the state before the last change",
            "%(count)s documents searched in the state before the last change",
            count,
        )
    if count := len(coverage.failures) + coverage.due_members:
        yield plural(
            "%(count)s file that could not be taken in, or still waiting",
            "%(count)s files that could not be taken in, or still waiting",
            count,
        )
    for name, count in certificate.unknown.items():
        if count:
            yield plural(
                "%(count)s document left out because the %(field)s is unknown",
                "%(count)s documents left out because the %(field)s is unknown",
                count,
                field=field_label(name).lower(),
            )
    if not certificate.is_steady:
        yield gettext("what was being changed in the archive during the search")


_QUOTED = marked("“%(text)s”")
_STEM = marked("a word with the stem “%(text)s”")
_BARE_STEM = marked("a word with the stem “%(text)s”, diacritics aside")
_WORDS = {
    IndexField.WORD: marked("“%(text)s” spelled so"),
    IndexField.STEM: _STEM,
    IndexField.BARE_STEM: _BARE_STEM,
    IndexField.LOOK_ALIKE: marked("a word that OCR can take for “%(text)s”"),
    IndexField.TITLE_STEM: _STEM,
    IndexField.VENDOR_STEM: _STEM,
    IndexField.IDENTIFIER: marked("a vendor's number (PIB or matični broj) “%(text)s”"),
}
"""How a term of a field is told; of the others, the word itself."""

_ENGLISH_STEMS = {
    _STEM: marked("an English word with the stem “%(text)s”"),
    _BARE_STEM: marked("an English word with the stem “%(text)s”, diacritics aside"),
}
_ENGLISH = english_stem("")
"""What tells the stems of English words from others."""

_IN_TITLE, _IN_VENDOR = marked("%(what)s in the title"), marked("%(what)s in a vendor's name")
_PLACES = {
    IndexField.TITLE: _IN_TITLE,
    IndexField.TITLE_STEM: _IN_TITLE,
    IndexField.VENDOR: _IN_VENDOR,
    IndexField.VENDOR_STEM: _IN_VENDOR,
    IndexField.REFERENCE: marked("%(what)s in the reference"),
    IndexField.IDENTIFIER: marked("%(what)s in a vendor's number"),
}
_COLUMNS = {
    NumericField.YEAR: marked("year"),
    NumericField.DATE: marked("date"),
    NumericField.AMOUNT: marked("an amount"),
}


def understood(query: Query | None) -> str:
    """The query in words. Operators are capitals, as they are typed; parentheses show what belongs together."""
    if query is None:
        return gettext("every document")
    return _said(And((query,)) if isinstance(query, Not) else query)


def _said(query: Query) -> str:
    match query:
        case And(parts):
            said = " AND ".join(map(_inner, parts))
            return f"{gettext('every document')} AND {said}" if all(isinstance(part, Not) for part in parts) else said
        case Or(parts):
            return _alternatives(parts)
        case Not(part):
            return f"NOT {_inner(part)}"
        case Near(left, right, distance):
            between = marked("%(left)s with less than %(count)s words between it and %(right)s")
            return gettext(between, left=_inner(left), right=_inner(right), count=number(distance))
        case _:
            return _leaf(query)


def _leaf(query: Term | Pattern | Fuzzy | Phrase | Range | Carries) -> str:
    match query:
        case Term(field, text):
            return _term(field, text)
        case Pattern(field, text):
            return _placed(field, gettext("a word like “%(text)s”") % {"text": text})
        case Fuzzy(field, text, distance):
            near = gettext("a word that one letter parts from “%(text)s”")
            if distance > 1:
                near = gettext("a word that at most %(count)s letters part from “%(text)s”")
            return _placed(field, near % {"text": text, "count": distance})
        case Phrase(terms):
            return gettext("“%(words)s” word after word", words=" ".join(terms))
        case Range(column, low, high):
            return _range(column, low, high)
        case Carries(facet, value):
            return gettext("%(field)s “%(value)s”", field=field_label(facet).lower(), value=value_label(facet, value))


def _term(field: IndexField, text: str) -> str:
    word = _WORDS.get(field, _QUOTED)
    if word in _ENGLISH_STEMS and text.endswith(_ENGLISH):
        word, text = _ENGLISH_STEMS[word], text.removesuffix(_ENGLISH)
    told = gettext(word) % {"text": text}
    return told if field is IndexField.IDENTIFIER else _placed(field, told)


def _placed(field: IndexField, what: str) -> str:
    return gettext(_PLACES[field], what=what) if field in _PLACES else what


def _alternatives(parts: Sequence[Query]) -> str:
    """Terms of one typed word come as alternatives; the word itself is said before the other ways to find it."""
    ordered = sorted(parts, key=lambda part: not (isinstance(part, Term) and part.field is IndexField.FORM))
    return " OR ".join(dict.fromkeys(map(_inner, ordered)))


def _inner(query: Query) -> str:
    """In parentheses, where others follow or go before."""
    return f"({_said(query)})" if isinstance(query, And | Or | Near) else _said(query)


def _range(column: NumericField, low: int | None, high: int | None) -> str:
    what = gettext(_COLUMNS[column])
    since, until = (None if bound is None else _number(column, bound) for bound in (low, high))
    if since is not None and since == until:
        return f"{what} {since}"
    if since is not None and until is not None:
        return gettext("%(what)s from %(low)s up to %(high)s", what=what, low=since, high=until)
    if since is not None:
        return gettext("%(what)s from %(low)s", what=what, low=since)
    if until is not None:
        return gettext("%(what)s up to %(high)s", what=what, high=until)
    return gettext("%(what)s of any size", what=what)


def _number(column: NumericField, value: int) -> str:
    if column is NumericField.DATE:
        return f"{value // 10000:04}-{value // 100 % 100:02}-{value % 100:02}"
    return number(value) if column is NumericField.AMOUNT else str(value)
