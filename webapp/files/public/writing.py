"""Write a story as a folder of static files, atomically; as a ZIP file if the name ends so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import g, render_template

from archive.access.records import OWNER
from archive.archive import Archive
from archive.citing.annotation import as_annotation
from archive.findings.ticks import ticks
from archive.masking.decisions import record_export
from archive.masking.texts import classes_for
from archive.model.rendering import ClippingRenderer
from archive.packet.contents import AGENT
from archive.packet.layout import zip_bag
from archive.packet.maker import staged
from archive.store.stories.story import Story, StoryReader
from archive.stories.publication import PageOptions, Progress, Publication, WrittenPage
from archive.stories.sealing import TABLE, VERSION, export_name, seal_folder, verify_files
from webapp import create_app
from webapp.files.public.page import PublicPage, PublicQuote
from webapp.files.public.presenting import STYLES, Drawn, Presenter
from webapp.languages.scripts import markup_in_script
from webapp.pages.wording import moment

WIDTH, HEIGHT = 600, 420
"""Default size of an embedded quotation in pixels."""


def write_public_page(
    archive: Archive,
    story: Story,
    reader: StoryReader,
    options: PageOptions,
    renderer: ClippingRenderer,
    target: Path,
    report: Progress,
) -> WrittenPage:
    """Write a story with masks applied, and record the export in the event log.

    :raises archive.errors.UsageError: ``target`` exists, a class of masks is unknown, or the masks of a page are not
    approved.
    """
    publication = Publication(archive, story, reader, options.address.rstrip("/"), classes_for(archive, options.mask))
    app = create_app(archive, renderer)
    with app.test_request_context(headers={"Accept-Language": options.language}), staged(target) as place:
        g.caller = OWNER
        is_zip = target.suffix.lower() == ".zip"
        folder = place.with_suffix("") if is_zip else place
        page = _write(archive, publication, options, renderer, folder, report)
        seal = seal_folder(folder)
        answer = verify_files(folder)
        if is_zip:
            zip_bag(folder, place)
    record_export(archive.catalog, export_name(seal), publication.counts, publication.classes)
    clips = sum(len(quote.clips) for quote in page.quotes)
    return WrittenPage(target, len(page.quotes), clips, page.notices, answer)


def _write(
    archive: Archive,
    publication: Publication,
    options: PageOptions,
    renderer: ClippingRenderer,
    folder: Path,
    report: Progress,
) -> PublicPage:
    for name in ("clips", "quotations", "faces"):
        (folder / name).mkdir(parents=True)
    drawn: Drawn = {one.number: (clips, missing) for one, clips, missing in publication.clips(renderer, folder, report)}
    now, base = datetime.now(UTC), options.base.rstrip("/")
    presenter = Presenter(publication, drawn, ticks(archive.catalog), options.language)
    page = presenter.page(base, moment(now))
    _put(
        folder / "index.html",
        markup_in_script(render_template("public/index.html", page=page, oembed=_oembed_file("index"), iframe=iframe)),
    )
    _put(
        folder / "style.css",
        _static("faces.css").replace("font-display: optional", "font-display: swap") + _static("public.css"),
    )
    for face in _resource("faces").iterdir():
        (folder / "faces" / face.name).write_bytes(face.read_bytes())
    for quote in page.quotes:
        _write_quotation(folder, page, quote)
    for quotation in publication.quotations:
        told = as_annotation(quotation.citation, STYLES[options.language])
        told |= {"dosije:masked": True} if quotation.is_masked else {}
        _put(folder / f"quotations/{quotation.number:03}.annotation.json", _json(told))
    if base:
        _put(folder / _oembed_file("index"), _json(_oembed(page, f"{base}/index.html", page.title, page)))
    _put(folder / TABLE, _json(_table(archive, publication, page, options, now)))
    return page


def _write_quotation(folder: Path, page: PublicPage, quote: PublicQuote) -> None:
    name = f"quotations/{quote.name}"
    shown = render_template("public/quotation.html", page=page, quote=quote, oembed=_oembed_file(name))
    _put(folder / f"{name}.html", markup_in_script(shown))
    if page.base:
        _put(folder / _oembed_file(name), _json(_oembed(page, f"{page.base}/{name}.html", quote.label, quote)))


def _oembed_file(name: str) -> str:
    return f"{name}.oembed.json"


def _oembed(page: PublicPage, address: str, title: str, of: PublicPage | PublicQuote) -> Mapping[str, Any]:
    """Return the oEmbed description of a page (https://oembed.com, 2.3.4.4)."""
    clip = of.image if isinstance(of, PublicPage) else (of.clips[0][0] if of.clips else None)
    thumbnail = (
        {"thumbnail_url": f"{page.base}/{clip.file}", "thumbnail_width": clip.width, "thumbnail_height": clip.height}
        if clip
        else {}
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": page.title,
        "author_url": f"{page.base}/index.html",
        "html": iframe(address, title),
        "width": WIDTH,
        "height": HEIGHT,
        **thumbnail,
    }


def iframe(address: str, title: str) -> str:
    """Return the HTML that embeds a page without script."""
    told = f'src="{escape(address)}" title="{escape(title)}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<iframe {told} style="border:0;max-width:100%" loading="lazy" sandbox="allow-popups"></iframe>'


def _table(
    archive: Archive, publication: Publication, page: PublicPage, options: PageOptions, now: datetime
) -> Mapping[str, Any]:
    last = archive.catalog.events.last()
    return {
        "version": VERSION,
        "title": page.title,
        "language": options.language,
        "agent": AGENT,
        "made_at": now.isoformat(timespec="seconds"),
        "archive": publication.address if publication.is_open else None,
        "as_of_event": last.number if last else 0,
        "masked": {str(kind): publication.counts[kind] for kind in sorted(publication.classes)},
        "notices": page.notices,
        "quotations": [
            {
                "number": one.number,
                "document": one.citation.document.id,
                "reading": one.citation.span.reading,
                "words": [one.citation.span.first, one.citation.span.last],
                "quotation": one.citation.quote,
                "source": quote.source,
                "link": one.link,
                "masked": one.is_masked,
                "page": f"quotations/{quote.name}.html",
                "annotation": f"quotations/{quote.name}.annotation.json",
                "clips": [clip.file for clip, _ in quote.clips],
            }
            for one, quote in zip(publication.quotations, page.quotes, strict=True)
        ],
        "numbers": [
            {"finding": block.number.finding, "of": block.number.label, "value": block.number.value,
             "quotations": [int(quote.name) for quote in block.number.quotes]}
            for block in page.blocks if block.number
        ],
    }  # fmt: skip


def _resource(name: str) -> Any:
    return files("webapp").joinpath("static", name)


def _static(name: str) -> str:
    return str(_resource(name).read_text(encoding="utf-8"))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
