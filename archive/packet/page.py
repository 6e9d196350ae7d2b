"""The HTML page of a packet, without network resources or scripts, and the guide to verifying it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from string import Template

from archive.citing.citation import Citation, CitationPart, MaskedCitation
from archive.citing.formats import default_style
from archive.citing.prose import source
from archive.model import Document
from archive.packet import layout
from archive.packet.contents import AGENT, PackedNote, PacketContents

AROUND = 60
"""Words of context on each side of a quotation without an image."""

_FORM_NAMES = {
    "text": "Text",
    "markdown": "Markdown",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
    "annotation": "Web Annotation",
}
_HASH_LEFT_OUT = "left out, because the quotation holds a masked number"


def guide() -> str:
    """Return the guide to verifying a packet without Dosije."""
    return _resource("guide.txt")


def page(contents: PacketContents) -> str:
    """Return ``index.html``."""
    return Template(_resource("index.html")).substitute(
        style=_resource("style.css"),
        title=escape(contents.title),
        made=f"{contents.made_at:%Y-%m-%d %H:%M} UTC",
        agent=escape(AGENT),
        notice=escape(contents.notice),
        summary=escape(_summary(contents)),
        clip=_clip(contents),
        citations="\n".join(_Citations(contents).articles()),
        notes=_notes(contents),
        documents="\n".join(_document(contents, document) for document in contents.gathering.documents),
    )


def _resource(name: str) -> str:
    return files("archive.packet").joinpath(name).read_text(encoding="utf-8")


def _summary(contents: PacketContents) -> str:
    citations, documents = len(contents.gathering.citations), len(contents.gathering.documents)
    of = f"{documents} document{'s' if documents > 1 else ''}"
    return f"{citations} citation{'s' if citations > 1 else ''} of {of}"


def _clip(contents: PacketContents) -> str:
    stamps = [page.stamp for page in contents.pages if page.stamp]
    if not stamps:
        return "The cited documents have no pages to show as images; their text is shown below."
    numbered = stamps[0] if len(stamps) == 1 else f"{stamps[0]} to {stamps[-1]}"
    return f"All cited pages in one file: {_link(layout.CLIP, 'clips.pdf')}, numbered {escape(numbered)}."


def _notes(contents: PacketContents) -> str:
    if not contents.notes:
        return ""
    shown = "\n".join(_note(contents, number, note) for number, note in enumerate(contents.notes, start=1))
    said = "What persons noted on these documents. A note is a person's word and no part of a document."
    return f'<section id="notes"><h2>Notes</h2><p>{said}</p>{shown}</section>'


def _note(contents: PacketContents, number: int, note: PackedNote) -> str:
    title = contents.gathering.described[note.document].title
    about = f"{title}, page {note.page}"
    quote = f"<blockquote>{escape(note.quote)}</blockquote>" if note.quote else "<p>On a part of the page.</p>"
    told = f'<p class="note">{escape(note.note)}</p>'
    by = f"{escape(note.by)}, {note.made_at:%Y-%m-%d %H:%M} UTC"
    file = _link(layout.note_file(number), "JSON")
    return f"<article><h3>{number}. {escape(about)}</h3>{quote}{told}<p>{by} · {file}</p></article>"


class _Citations:
    """Writes the citations; the image of a page is shown with the first citation on it."""

    def __init__(self, contents: PacketContents) -> None:
        self._contents = contents
        self._shown: set[str] = set()

    def articles(self) -> Iterator[str]:
        for number, citation in enumerate(self._contents.gathering.citations, start=1):
            style = default_style(citation)
            lang = escape(citation.described.language or "sr")
            exact = "\n".join(part.exact for part in citation.parts)
            yield f'<article id="c{number}"><h3>{number}. {escape(source(citation, style))}</h3>'
            yield f'<blockquote lang="{lang}">{escape(exact)}</blockquote>'
            yield _terms(self._particulars(citation))
            forms = ((layout.citation_file(number, form), name) for form, name in _FORM_NAMES.items())
            items = "".join(f"<li>{_link(file, name)}</li>" for file, name in forms)
            yield f'<p>This citation as:</p><ul class="files">{items}</ul>'
            for part in citation.parts:
                yield self._page_view(citation, part, lang)
            yield "</article>"

    @staticmethod
    def _particulars(citation: Citation) -> Mapping[str, str]:
        span = citation.span
        masked = isinstance(citation, MaskedCitation)
        told = {
            "Document": f"SHA-256 <code>{citation.document.id}</code>",
            "Words": f"{span.first}–{span.last} of reading {span.reading}",
            "Hash of the words": _HASH_LEFT_OUT if masked else f"SHA-256 <code>{citation.quote_sha256}</code>",
            "Link in the archive": f"<code>{escape(citation.permalink)}</code>",
        }
        if any(clause.counted for clause in citation.clauses):
            told["Note"] = "A number in this citation is not printed: it was counted by machine."
        return told

    def _page_view(self, citation: Citation, part: CitationPart, lang: str) -> str:
        """Return the page of a part: its image with highlights, or the words with context."""
        text = _link(self._contents.text_file(self._contents.gathering.text(citation, part)), "Text of this page")
        numbered = self._contents.page_of(citation, part)
        if numbered is None:
            return f'<div class="excerpt" lang="{lang}">{self._excerpt(citation, part)}</div><p>{text}</p>'
        if numbered.stamp is None:
            return f"<p>{escape(numbered.note or '')} Its words are given as text: {text}.</p>"
        stamp = escape(numbered.stamp)
        if stamp in self._shown:
            return f'<p>Marked on <a href="#{stamp}">page {stamp}</a>, shown above. {text}</p>'
        self._shown.add(stamp)
        what = f"Page {part.page.number} of {citation.document.filename}"
        image = escape(_from_page(layout.image_file(numbered.stamp)))
        alt = f"{escape(what)}, with the cited words marked; its text is linked below"
        shown = f'<a href="{image}"><img src="{image}" alt="{alt}"></a>'
        return f'<figure id="{stamp}"><figcaption>{stamp}: {escape(what)}</figcaption>{shown}</figure><p>{text}</p>'

    def _excerpt(self, citation: Citation, part: CitationPart) -> str:
        words = self._contents.gathering.text(citation, part).words
        begin, end = max(0, part.first - AROUND), min(len(words) - 1, part.last + AROUND)
        whole = words.text(begin, end)
        start = len(words.text(begin, part.last)) - len(part.exact)
        quote = f"<mark>{escape(part.exact)}</mark>"
        shown = escape(whole[:start]) + quote + escape(whole[start + len(part.exact) :])
        return ("… " if begin else "") + shown + (" …" if end < len(words) - 1 else "")


def _document(contents: PacketContents, document: Document) -> str:
    original = contents.originals[document.id]
    name = _link(original, document.filename) if original else escape(document.filename)
    told = {
        "Original": f"{name}, {document.size:,} bytes" + ("" if original else " (left out of this packet)"),
        "SHA-256": f"<code>{document.id}</code>",
        "Format": escape(document.media_type),
    }
    sources = contents.sources[document.id]
    shown = (
        f"{escape(contents.gathering.shown(source.path))} ({source.seen_at:%Y-%m-%d %H:%M} UTC)" for source in sources
    )
    told["Taken in from"] = "<br>".join(shown)
    title = contents.gathering.described[document.id].title
    return f"<h3>{contents.numbers[document.id]}. {escape(title)}</h3>{_terms(told)}"


def _terms(told: Mapping[str, str]) -> str:
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in told.items())}</dl>"


def _link(file: str, name: str) -> str:
    return f'<a href="{escape(_from_page(file))}">{escape(name)}</a>'


def _from_page(file: str) -> str:
    return file.removeprefix("data/")
