"""Build the public page of a story in the language of the request, with notices of what is masked and left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import MultiDict

from archive.citing.prose import source
from archive.citing.styles import CitationStyle
from archive.findings.joined import row_of
from archive.findings.ticks import Tick
from archive.masking.classes import in_order
from archive.model import Description
from archive.store.stories.story import ItemKind
from archive.stories.numbers import CountedNumber
from archive.stories.publication import Clip, Publication, PublicItem, PublicQuotation
from webapp.files.public.page import PublicBlock, PublicNumber, PublicPage, PublicQuote, PublicSource
from webapp.languages.translation import gettext, long_date, number, plural, said
from webapp.pages.findings.cell import proof_text
from webapp.pages.findings.report import tick_address
from webapp.pages.findings.wording import counted_from, joined_title, shown_number
from webapp.pages.masks import KINDS
from webapp.pages.parts import Link
from webapp.pages.stories.cards import more_behind, search_label
from webapp.pages.wording import about, page_short
from webapp.state import FindingState

DESCRIPTION = 200
"""Maximum length of the description for search engines and social networks."""

STYLES = {"en": CitationStyle.EN, "sr-Latn": CitationStyle.SR_LONG, "sr-Cyrl": CitationStyle.SR_CYRL}
"""Citation styles of sources by language of the page."""

Drawn = Mapping[int, tuple[tuple[Clip, ...], str | None]]
"""The clips of each quotation by its number, or the reason why there are none."""


class Presenter:
    """The builder of the page of a publication."""

    def __init__(self, publication: Publication, drawn: Drawn, ticks: Mapping[str, Tick], language: str) -> None:
        self._publication, self._drawn, self._ticks = publication, drawn, ticks
        self._style = STYLES[language]

    def page(self, base: str, made: str) -> PublicPage:
        """Return the whole page."""
        shown = self._publication
        quotes = {one.number: self._quote(one) for one in shown.quotations}
        blocks = tuple(self._block(one, quotes) for one in shown.items if not one.shown.is_lost)
        clips = (clip for quote in quotes.values() for clip, _ in quote.clips)
        return PublicPage(
            title=shown.mask(shown.story.title),
            description=_description(blocks),
            made=made,
            base=base,
            blocks=blocks,
            sources=tuple(self._sources()),
            notices=tuple(notices(shown, sum(not clips for clips, _ in self._drawn.values()))),
            quotes=tuple(quotes.values()),
            image=next(clips, None),
        )

    def _quote(self, one: PublicQuotation, proves: str = "") -> PublicQuote:
        citation, (clips, missing) = one.citation, self._drawn[one.number]
        alt = (
            gettext("Page %(number)s of “%(title)s” as it is.")
            if one.is_page
            else gettext("Cut of page %(number)s of “%(title)s”, with the quoted words marked.")
        )
        title = citation.described.title
        return PublicQuote(
            name=f"{one.number:03}",
            words=citation.quote,
            heading=one.heading,
            language=citation.described.language,
            source=self._publication.mask(source(citation, self._style)),
            link=one.link or "",
            clips=tuple((clip, alt % {"number": number(clip.page), "title": title}) for clip in clips),
            missing=said(missing) if missing else None,
            is_page=one.is_page,
            said=proves,
        )

    def _block(self, one: PublicItem, quotes: dict[int, PublicQuote]) -> PublicBlock:
        item, mask = one.shown, self._publication.mask
        stored = item.item.content.said
        match item.kind:
            case ItemKind.HEADING:
                block = PublicBlock("heading", mask(stored["text"]))
            case ItemKind.TEXT:
                block = PublicBlock("text", paragraphs=_paragraphs(mask(stored["text"])))
            case ItemKind.NUMBER:
                block = PublicBlock("number", number=self._number(one, quotes))
            case ItemKind.VENDOR:
                name = mask(item.vendor.name) if item.vendor else ""
                block = PublicBlock("vendor", gettext("Vendor"), link=Link(name, self._address(item.path)))
            case ItemKind.SEARCH:
                label = mask(search_label(stored["parameters"]))
                block = PublicBlock("search", gettext("Search"), link=Link(label, self._address(item.path)))
            case _:
                block = self._of_document(one, quotes)
        return block

    def _of_document(self, one: PublicItem, quotes: Mapping[int, PublicQuote]) -> PublicBlock:
        item, mask = one.shown, self._publication.mask
        note = _paragraphs(mask(item.note.note)) if item.note else ()
        if one.quotation is not None:
            return PublicBlock("quotation", paragraphs=note, quote=quotes[one.quotation.number])
        described = item.description
        assert described is not None, "what is of a document is described, or lost"
        is_page = item.kind is ItemKind.PAGE
        page = f", {page_short(item.item.content.said['page'])}" if is_page else ""
        why = (gettext("The page is left out. %(why)s", why=said(one.without_words)),) if one.without_words else ()
        return PublicBlock(
            "document",
            gettext("Page") if is_page else gettext("Document"),
            note,
            link=Link(f"{mask(described.title)}{page}", self._address(item.path)),
            language=described.language,
            about=(*map(mask, about(described)), *why),
        )

    def _address(self, path: str) -> str:
        """Return the URL of a path of the archive; empty if it is reachable on this machine only."""
        return f"{self._publication.address}{path}" if self._publication.is_open else ""

    def _number(self, one: PublicItem, quotes: dict[int, PublicQuote]) -> PublicNumber:
        now = one.shown.now
        assert now is not None
        mask, table, cell = self._publication.mask, now.table, now.cell
        proved = []
        for proof, quotation in one.proofs:
            quotes[quotation.number] = self._quote(quotation, mask(proof_text(proof)))
            proved.append(quotes[quotation.number])
        row = row_of(table, now.joining.key) or table.total
        units = ", ".join(counted_from(now.joining, cell, table.definition))
        return PublicNumber(
            value=shown_number(cell.number),
            label=mask(joined_title(table, now.joining, row)),
            finding=said(table.definition.title),
            told=(gettext("from %(units)s", units=units), *_counted(now), *self._checked(now, one.shown.path)),
            cannot=tuple(said(what) for what in table.definition.cannot),
            quotes=tuple(proved),
            more=more_behind(now, len(proved)),
            link=self._address(one.shown.path),
        )

    def _checked(self, now: CountedNumber, path: str) -> tuple[str, ...]:
        """Return who checked a number, if it is still made of the same facts."""
        asked = MultiDict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
        state = FindingState.from_arguments(now.table.definition.name, asked)
        tick = self._ticks.get(tick_address(state, now.joining))
        if tick is None or not tick.holds(now.cell):
            return ()
        return (gettext("checked by %(name)s on %(day)s", name=tick.by, day=long_date(tick.at)),)

    def _sources(self) -> Iterator[PublicSource]:
        """Yield the documents in page order."""
        quoted: dict[str, list[PublicQuotation]] = {}
        known: dict[str, Description] = {}
        for one in self._publication.quotations:
            known.setdefault(one.citation.document.id, one.citation.described)
            quoted.setdefault(one.citation.document.id, []).append(one)
        for item in self._publication.items:
            if item.shown.description is not None:
                known.setdefault(item.shown.description.id, item.shown.description)
        mask = self._publication.mask
        for id_, described in known.items():
            yield PublicSource(
                title=mask(described.title),
                language=described.language,
                about=tuple(map(mask, about(described))),
                link=self._address(f"/documents/{id_}"),
                sha256=id_,
                places=tuple(
                    (page_short(one.citation.pages[0]), f"#q{one.number:03}", one.link or "")
                    for one in quoted.get(id_, ())
                ),
            )


def _counted(now: CountedNumber) -> tuple[str, ...]:
    at = now.table.as_of.at
    return (gettext("counted from the archive of %(day)s", day=long_date(at)),) if at else ()


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _description(blocks: Sequence[PublicBlock]) -> str:
    texts = [" ".join(block.paragraphs) or (block.quote.words if block.quote else "") for block in blocks]
    text = " ".join(next(filter(None, texts), "").split())
    return f"{text[:DESCRIPTION].rsplit(' ', 1)[0]} …" if len(text) > DESCRIPTION else text


def notices(shown: Publication, without_clip: int) -> Iterator[str]:
    """Yield what the page of a publication hides and leaves out. ``without_clip`` are quotations without a cut of a
    page."""
    yield _masked(shown)
    yield gettext("The documents themselves are left out: this page has cuts of their pages.")
    if shown.lost:
        yield plural(
            "%(count)s item is left out: what it showed is not in the archive any more.",
            "%(count)s items are left out: what they showed is not in the archive any more.",
            shown.lost,
        )
    if without_clip:
        yield plural(
            "%(count)s quotation has no cut: its document has no pages, or its page cannot be drawn.",
            "%(count)s quotations have no cut: their documents have no pages, or their pages cannot be drawn.",
            without_clip,
        )
    if not shown.is_open:
        yield gettext("The archive is on no public address, so that sources are named and not linked.")


def _masked(shown: Publication) -> str:
    if not shown.classes:
        return gettext("Nothing is masked.")
    looked = ", ".join(gettext(KINDS[kind]) for kind in in_order(shown.classes))
    counts = shown.counts
    if not counts.total():
        return gettext("Looked for, to be masked: %(classes)s. Nothing was found.", classes=looked)
    told = ", ".join(f"{gettext(KINDS[kind])}: {number(counts[kind])}" for kind in in_order(counts) if counts[kind])
    return gettext(
        "Looked for and masked, on the pages that are cited and in the text: %(classes)s. Found: %(counts)s.",
        classes=looked,
        counts=told,
    )
