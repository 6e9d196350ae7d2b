"""The views: each loads what a page shows, or serves a file. This is the table of them.

A module may hold several blueprints: the names of endpoints are told by ``/metrics`` and do not change with modules.
"""

from __future__ import annotations

from webapp import api
from webapp.views import accounts
from webapp.views import annotation
from webapp.views import comparison
from webapp.views import document
from webapp.views import health
from webapp.views import iiif
from webapp.views import jobs
from webapp.views import lists
from webapp.views import marks
from webapp.views import openapi
from webapp.views import page
from webapp.views import places
from webapp.views import procedures
from webapp.views import review
from webapp.views import saved
from webapp.views import search
from webapp.views import topics
from webapp.views import vendors
from webapp.views.proof import chronology
from webapp.views.proof import citation
from webapp.views.proof import masks
from webapp.views.proof import packets
from webapp.views.hits import chosen
from webapp.views.hits import preview
from webapp.views import desk
from webapp.views import digests
from webapp.views import doubts
from webapp.views import profiles
from webapp.views import scan
from webapp.views import uploads
from webapp.views.findings import findings
from webapp.views.findings import rates
from webapp.views.findings import report
from webapp.views.stories import publishing
from webapp.views.stories import story

BLUEPRINTS = (
    search.blueprint,
    search.facets,
    search.export,
    search.certificate,
    chosen.blueprint,
    document.blueprint,
    document.clause,
    marks.blueprint,
    comparison.blueprint,
    desk.blueprint,
    topics.blueprint,
    document.beside,
    procedures.blueprint,
    page.blueprint,
    preview.blueprint,
    preview.thumbnail,
    scan.blueprint,
    annotation.blueprint,
    masks.blueprint,
    masks.masked,
    page.image,
    document.original,
    lists.blueprint,
    story.blueprint,
    story.files,
    publishing.blueprint,
    saved.blueprint,
    digests.blueprint,
    vendors.blueprint,
    vendors.rulings,
    findings.blueprint,
    places.blueprint,
    profiles.blueprint,
    report.blueprint,
    report.files,
    findings.files,
    rates.blueprint,
    findings.pictures,
    review.blueprint,
    review.table,
    doubts.blueprint,
    review.correct,
    jobs.collections,
    jobs.add,
    uploads.blueprint,
    jobs.jobs,
    citation.citations,
    citation.verifications,
    packets.blueprint,
    chronology.blueprint,
    accounts.language,
    accounts.light_of_pages,
    accounts.login,
    accounts.account,
    accounts.users,
    api.blueprint,
    openapi.blueprint,
    iiif.blueprint,
    iiif.ocr_formats,
    health.blueprint,
    health.metrics,
)
