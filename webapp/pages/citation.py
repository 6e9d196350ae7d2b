"""The page of a citation, and the result of verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from archive.citing.citation import Citation
from archive.citing.copying import CopiedCitation, CopiedLines, as_copied_text, copied_lines
from archive.citing.formats import FORMATS, default_style
from archive.citing.prose import provenance, source
from archive.citing.styles import STYLES, CitationStyle
from archive.citing.verdicts import Bytes, QuotedPassage, Verdict, Verification
from archive.citing.wording import Remark
from archive.model import Page, Span, Words
from webapp.languages.scripts import reads_cyrillic
from webapp.languages.translation import gettext, marked, plural, said
from webapp.links import cite_url, document_url, evidence_url, packet_offer_url
from webapp.pages.parts import Context, Crop, Link, Mark, crop
from webapp.pages.wording import page_name, shown_title
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class CopyBlock:
    """The citation in one format, for copying. ``is_open`` says that the block is expanded."""

    name: str
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class LetterBlock:
    """The citation as copied into a letter, as plain text and line by line.

    ``is_local``: its link works on this machine only.
    """

    text: str
    lines: CopiedLines
    is_local: bool


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place where words were found."""

    page: Link
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class VerdictBox:
    """The verdict on a claim.

    ``is_good`` means verified. ``differences`` are pairs of cited and archived words. ``fields`` are differences in
    other fields, with the name of each; ``alterations`` and ``warnings`` are sentences. ``answers`` are the verdicts on
    several claims, identified by ``quote``.
    """

    verdict: str
    is_good: bool
    reason: str
    notes: tuple[str, ...]
    original: str | None
    differences: tuple[tuple[str, str], ...]
    places: tuple[FoundPlace, ...]
    fields: tuple[tuple[str, str, str], ...] = ()
    alterations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    not_compared: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    answers: tuple[VerdictBox, ...] = ()


@dataclass(frozen=True, slots=True)
class CiteContext(Context):
    """The page of a citation, which is its permalink.

    ``source`` and ``provenance`` are in the language of its style, ``source_language``; ``packet`` links to a packet of
    it.
    """

    title: str
    document: Link
    pages: tuple[Link, ...]
    source: str
    source_language: str
    provenance: str
    quote: str
    language: str | None
    notes: tuple[str, ...]
    answer: VerdictBox
    crops: tuple[Crop, ...]
    styles: tuple[Link, ...]
    packet: str
    letter: LetterBlock
    blocks: tuple[CopyBlock, ...]


@dataclass(frozen=True, slots=True)
class VerifyContext(Context):
    """The page that verifies a pasted text. ``problem`` says why it could not be parsed."""

    text: str
    problem: str | None
    answer: VerdictBox | None


CROPS = 3
"""Maximum number of pages of a citation shown as images; the others are linked."""

PLACES = 10
QUOTED = 25
"""Maximum number of words that identify one of several quotations."""


_NAMES = {
    "text": marked("Text"),
    "markdown": "Markdown",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
    "csl-citation": marked("CSL citation with its locator"),
    "annotation": marked("Web Annotation"),
}
_OPEN = frozenset({"text", "markdown"})
STYLE_NAMES = {
    CitationStyle.SR_LONG: marked("Serbian"),
    CitationStyle.SR_SHORT: marked("Serbian, short"),
    CitationStyle.EN: marked("English"),
    CitationStyle.SR_LEGAL: marked("Serbian, for lawyers"),
    CitationStyle.SR_CYRL: marked("Serbian, Cyrillic"),
    CitationStyle.OSCOLA: "OSCOLA",
    CitationStyle.BLUEBOOK: "Bluebook",
    CitationStyle.ISO_690: "ISO 690",
}
_VERDICTS = {
    Verdict.VERIFIED: marked("Verified."),
    Verdict.MOVED: marked("Moved."),
    Verdict.CHANGED: marked("Changed."),
    Verdict.MISSING: marked("Missing."),
}
_BYTES = {
    Bytes.INTACT: marked("The original is unchanged: its SHA-256 was computed again and is the same."),
    Bytes.CHANGED: marked("The original has changed since it was added."),
    Bytes.MISSING: marked("The original is missing."),
}
_COUNTED = marked("This clause has no printed number: it was counted by machine. Check it against the page.")


def usual_style(citation: Citation) -> CitationStyle:
    """Return the default style of the document; in Cyrillic for readers of Cyrillic, if it is Serbian."""
    style = default_style(citation)
    return CitationStyle.SR_CYRL if style is CitationStyle.SR_LONG and reads_cyrillic() else style


def present_citation(
    citation: Citation,
    style: CitationStyle,
    answer: Verification,
    words: Mapping[int, Words],
    copy: CopiedCitation,
) -> CiteContext:
    """Return the context of the page of a citation.

    :param words: the words of its first :data:`CROPS` pages, by page number.
    """
    state, described = SearchState(), citation.described
    pages = tuple(dict.fromkeys(part.page for part in citation.parts))
    cropped = dict.fromkeys(part.page for part in citation.parts if part.page.number in words and part.box)
    return CiteContext(
        state=state,
        title=gettext("Citation from %(title)s", title=shown_title(described).text),
        document=Link(shown_title(described).text, document_url(citation.document.id, state)),
        pages=tuple(_page_link(citation, page) for page in pages),
        source=source(citation, style),
        source_language=STYLES[style].language,
        provenance=provenance(citation, style),
        quote=citation.quote,
        language=citation.reading.language,
        notes=(gettext(_COUNTED),) if any(clause.counted for clause in copy.citation.clauses) else (),
        answer=present_answer(_without(citation.span, answer)),
        crops=tuple(_crop(citation, page, words[page.number]) for page in cropped),
        styles=tuple(
            Link(gettext(name), cite_url(citation.span, citation.address.quote, each), current=each is style)
            for each, name in STYLE_NAMES.items()
        ),
        packet=packet_offer_url(citation.address.path()),
        letter=LetterBlock(as_copied_text(copy, style), copied_lines(copy, style), copy.is_local),
        blocks=tuple(
            CopyBlock(gettext(_NAMES[name]), write(citation, style).rstrip("\r\n"), name in _OPEN)
            for name, write in FORMATS.items()
        ),
    )


def _without(span: Span, answer: Verification) -> Verification:
    """Return the answer without the place that the page itself shows."""
    cited, newest = (place if place and place.span != span else None for place in (answer.cited, answer.newest))
    return replace(answer, cited=cited, newest=newest)


def _page_link(citation: Citation, page: Page) -> Link:
    return Link(page_name(page.number), evidence_url(citation.span, page.number, SearchState()))


def _crop(citation: Citation, page: Page, words: Words) -> Crop:
    marks = [Mark(part.first, part.last, "", current=True) for part in citation.parts if part.page == page]
    label = gettext("The cited words on the image of page %(number)s", number=page.number)
    return crop(citation.span, page, words, marks, label)


def present_answer(answer: Verification) -> VerdictBox:
    """Return the verdict on a claim."""
    found = list(dict.fromkeys(filter(None, (answer.cited, answer.newest, *answer.places))))
    more = len(found) - PLACES
    notes = [said(note) for note in answer.notes]
    if more > 0:
        notes.append(plural("It occurs in %(count)s more place.", "It occurs in %(count)s more places.", more))
    return VerdictBox(
        verdict=gettext(_VERDICTS[answer.verdict]),
        is_good=answer.verdict is Verdict.VERIFIED,
        reason=said(answer.reason),
        notes=tuple(notes),
        original=gettext(_BYTES[answer.original]) if answer.original else None,
        differences=tuple((one.quoted, one.archived) for one in answer.differences),
        places=tuple(map(_place, found[:PLACES])),
        fields=tuple((gettext(str(one.field)), one.cited, one.archived) for one in answer.fields),
        alterations=tuple(map(_remark, answer.alterations)),
        warnings=tuple(map(_remark, answer.warnings)),
        not_compared=tuple((gettext(str(one.field)), one.cited) for one in answer.not_compared),
        quote=_shortened(answer),
        answers=tuple(map(present_answer, answer.answers)),
    )


def _remark(remark: Remark) -> str:
    return said(remark.text)


def _shortened(answer: Verification) -> str:
    words = answer.claim.words
    return f"{' '.join(words[:QUOTED])} …" if len(words) > QUOTED else " ".join(words)


def _place(standing: QuotedPassage) -> FoundPlace:
    span = standing.span
    place = gettext("%(title)s, page %(number)s", title=standing.title, number=standing.page)
    if span.reading == standing.document.reading:
        about = marked("words %(first)s–%(last)s of reading %(reading)s, the newest")
    else:
        about = marked("words %(first)s–%(last)s of reading %(reading)s")
    return FoundPlace(
        Link(place, evidence_url(span, standing.page, SearchState())),
        gettext(about, first=span.first, last=span.last, reading=span.reading),
        " ".join(standing.words),
    )
