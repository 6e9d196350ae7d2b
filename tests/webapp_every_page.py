"""URLs of every page of the web application, and an archive with content for each."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.annotations import AnnotationTarget, target_of
from archive.archive import Archive
from archive.config import Settings
from archive.model import Span
from archive.model.queue import FileState, JobFile
from archive.packet.orders import OrderOutcome, OrderProgress, PacketOrder
from archive.store.exchange.digests import Period
from archive.store.stories.story import StoryReader
from archive.stories.references import free_text, heading, named
from tests.made_once import copied
from tests.queue_samples import fill_queue
from tests.vendor_samples import come_in, naming

PAGES = {
    "search.show": ("/", "/?q=ugovor&kind=contract&not_year=2019", "/?q=ugovr", "/?q=kazna&unit=clauses&topic=penalty"),
    "facets.show": ("/facets/kind?q=ugovor",),
    "certificate.show": ("/certificate?q=dronovi&municipality=Kladovo",),
    "document.show": ("/documents/{contract}?q=kamere", "/documents/{scan}"),
    "page.show": ("/documents/{contract}/pages/1?q=kamere&match=1", "/documents/{request}/pages/1?q=kamere&match=1"),
    "clause.show": ("/documents/{contract}/clauses/art_1",),
    "cite.show": ("/cite/{contract}/1/0-5",),
    "compare.show": ("/compare?a={contract}/art_1&b={annex}/art_1", "/compare?a={contract}/art_2", "/compare"),
    "compare.topic": ("/compare/topic?vendor={vendor}&topic=price",),
    "compare.templates": ("/templates",),
    "desk.show": ("/desk", "/desk?topic=price&topic=penalty&pinned={contract}", "/desk?q=kazna"),
    "topics.show_all": ("/topics",),
    "topics.show_lacking": ("/topics/penalty/without", "/topics/payment/unread?year=2020"),
    "topics.show": ("/topics/penalty", "/topics/payment?municipality=Bečej&year=2020"),
    "beside.show": ("/documents/{annex}/beside/{scan}",),
    "masks.show": ("/masks?document={contract}", "/masks?document={request}&mask=phone"),
    "masked.show": ("/documents/{contract}/pages/1/masked",),
    "annotation.show": ("/annotations/{note}",),
    "lists.show": ("/lists",),
    "saved.show_all": ("/saved",),
    "saved.show": ("/saved/{saved}",),
    "stories.show_all": ("/stories",),
    "stories.show": ("/stories/{story}",),
    "story_page.offer": ("/stories/{story}/page",),
    "offline.show": ("/offline",),
    "vendors.show_all": ("/vendors",),
    "vendors.show": ("/vendors/{vendor}",),
    "vendors.procedures": ("/vendors/{vendor}/procedures?result=won",),
    "vendor_rulings.show_candidates": ("/vendors/candidates",),
    "findings.show_all": ("/findings",),
    "places.show_all": ("/places", "/places?question=papers"),
    "places.show": ("/places/Kladovo", "/places/Be%C4%8Dej?vat=with"),
    "rates.show": ("/rates",),
    "findings.show": (
        "/findings/competition",
        "/findings/spending?sort=documents&only=be",
        "/findings/spending?columns=all",
    ),
    "report.show": ("/findings/report?finding=competition&finding=capabilities&finding=spending",),
    "findings.changes": ("/findings/competition/changes?against=30",),
    "findings.cell": ("/findings/competition/cell?column=units",),
    "review.show": ("/review",),
    "doubts.show": ("/review/many", "/review/many?field=vendor&value="),
    "doubts.values": ("/review/values",),
    "review_table.show": ("/review/csv",),
    "correct.show": ("/documents/{contract}/correct?field=municipality",),
    "collections.show_all": ("/collections",),
    "add.show": ("/add",),
    "digests.show": ("/digests/{digest}",),
    "jobs.show_all": ("/jobs",),
    "jobs.show": ("/jobs/{job}",),
    "packets.offer": ("/packets/new?q=kamere", "/packets/new?cite={contract}%23art_1"),
    "packets.show_all": ("/packets",),
    "packets.show": ("/packets/{packet}", "/packets/{waiting}", "/packets/{failed}"),
    "chronology.show": ("/chronology?q=kamere", "/chronology?procedure={contract}"),
    "verify.show": ("/verify?text=UGOVOR+O+JAVNOJ+NABAVCI",),
    "openapi.show": ("/api",),
    "users.show_all": ("/users",),
    "users.collections": ("/users/collections",),
    "users.audit": ("/users/audit?part=documents",),
}
"""Paths by endpoint, with placeholders for the ids of :class:`Filled`."""

NO_PAGES = {
    "masked.image": "an image",
    "account.show": "only for who has logged in: tests/webapp/test_browser_login.py",
    "certificate.as_json": "JSON",
    "cite.find": "leads on to the citation",
    "cite.short": "leads on to the citation",
    "export.csv": "a file",
    "export.json": "a file",
    "export.xlsx": "a file",
    "finding_files.export": "a file",
    "findings.clip": "a part of a page",
    "report_files.take": "a file",
    "finding_pictures.take": "a picture",
    "health.ready": "for programs",
    "health.show": "for programs",
    "facets.years": "leads on to the results",
    "image.show": "a picture",
    "language.choose": "leads back",
    "light.choose": "leads back",
    "login.show": "leads on where nobody needs to log in: tests/webapp/test_browser_login.py",
    "metrics.show": "for programs",
    "offline.manifest": "JSON, for browsers",
    "offline.worker": "a script",
    "openapi.as_json": "JSON",
    "original.download": "a file",
    "chronology.csv": "a file",
    "chronology.docx": "a file",
    "chronology.xlsx": "a file",
    "packets.download": "a file",
    "preview.show": "a part of a page",
    "thumbnail.show": "a picture",
    "profile_pictures.of_place": "a picture",
    "profile_pictures.of_vendor": "a picture",
    "page.jump": "leads on to the page",
    "saved.feed": "a feed",
    "source.download": "a file",
    "static": "files of the pages",
    "scan.show_outline": "JSON",
    "scan.show_pages": "parts of a page, for a script",
    "stories.keeping": "JSON, for a script",
    "story_files.take": "a file",
    "topics.export": "a file",
}
"""Endpoints that return something other than a page, and what."""


@dataclass(frozen=True, slots=True)
class Filled:
    """An archive with content for every page, and the ids in paths."""

    home: Path
    ids: dict[str, str]

    def paths(self) -> list[str]:
        """Return the path of every page, and of one that does not exist."""
        return [path.format(**self.ids) for paths in PAGES.values() for path in paths] + ["/nothing/here"]


def fill_every_page(specimen_home: Path, folder: Path) -> Filled:
    """Return a copy of the specimens' archive with annotations, a saved search, similar vendors and uploads."""
    return Filled(folder / "home", dict(copied(folder, _fill, specimen_home)))


def _fill(folder: Path, specimen_home: Path) -> tuple[tuple[str, str], ...]:
    home = folder / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home, Settings()) as archive:
        by_name = {document.filename: document.id for document in archive.catalog.documents.newest_first()}
        contract = by_name["becej-2020-ugovor.pdf"]
        come_in(archive, naming(1, "Zidar d.o.o. Pirot"), naming(2, "Zidar a.d. Niš"))
        asked = AnnotationTarget(page=1, box="0.1,0.1,0.5,0.2")
        note = archive.catalog.annotations.add(
            target_of(archive.catalog, archive.catalog.documents.find(contract), asked), "?", "Ana"
        )
        saved = archive.catalog.searches.save("Kamere", {"text": "kamere", "filters": {"language": ["sr-Latn"]}})
        digest = archive.catalog.digests.keep("", "ana@example.rs", Period.DAY, "en", [saved.id]).secret
        vendor = archive.catalog.vendors.search("Vidozor", 1, 0)[1][0].id
        stories, reader = archive.catalog.stories, StoryReader("Ana", sees_all=True)
        references = (contract, f"{contract}@1", f"{contract}#art_1", f"note:{note.id}", "/?q=kamere",
                      f"vendor:{vendor}", "/findings/competition/cell?column=units")  # fmt: skip
        items = [
            heading("Ko prodaje"),
            free_text("Uvod.\n\nDrugi pasus."),
            *(named(archive, one) for one in references),
        ]
        story = stories.add(stories.create("Kamere", reader).id, items, reader).id
        job, files = archive.uploads.keep([("pismo.txt", io.BytesIO(b"Pismo")), ("prazno.txt", io.BytesIO())])
        archive.catalog.jobs.add(job, "main", "Ana", [*files, JobFile("3/x.pdf", 0, FileState.FAILED, reason="Empty.")])
        fill_queue(archive.catalog)
        packets = _packets(archive, Span(contract, 1, 0, 40))
    ids = {"contract": contract, "annex": by_name["becej-2021-aneks.pdf"], "note": note.id, "saved": saved.id,
           "story": story}  # fmt: skip
    ids |= {"scan": by_name["becej-2021-aneks-drugi-sken.jpg"], "request": by_name["becej-2022-foi-zahtev.txt"]}
    # Saved searches offer mail only if a server is set.
    told = {
        "at": "2026-11-28T10:00:00+00:00",
        "user": "Ana",
        "method": "GET",
        "path": f"/documents/{contract}",
        "status": 200,
    }
    (home / "audit.jsonl").write_text(f"{json.dumps(told)}\n", encoding="utf-8")
    (home / "settings.toml").write_text('smtp_host = "localhost"\n', encoding="utf-8")
    return tuple((ids | packets | {"job": job, "vendor": vendor, "digest": digest}).items())


def _packets(archive: Archive, span: Span) -> dict[str, str]:
    """Order packets: a finished one, one in progress, and a failed one; return their ids."""
    orders, ids = archive.packet_orders, {name: digit * 32 for name, digit in _PACKETS.items()}
    for id_ in ids.values():
        orders.place(PacketOrder(id_, None, datetime.now(UTC), "Kamere u Bečeju", "http://localhost", (span,), 7, 1))
    orders.report(orders.get(ids["waiting"]), OrderProgress(1, 3, 12))
    orders.finish(orders.get(ids["packet"]), OrderOutcome(seal="ab" * 32, sha256="cd" * 32, size=412_000, files=23))
    orders.finish(orders.get(ids["failed"]), OrderOutcome("The original of ugovor.pdf has changed."))
    return ids


_PACKETS = {"packet": "a", "waiting": "b", "failed": "c"}
