"""The views: each loads what a page shows, or serves a file. This is the table of them.

A module may hold several blueprints: the names of endpoints are told by ``/metrics`` and do not change with modules.
"""

from __future__ import annotations

from webapp import api
from webapp.views import (
    accounts,
    annotation,
    citation,
    comparison,
    document,
    findings,
    health,
    iiif,
    jobs,
    lists,
    openapi,
    page,
    procedures,
    review,
    saved,
    search,
    vendors,
)

BLUEPRINTS = (
    search.blueprint,
    search.facets,
    search.export,
    search.certificate,
    document.blueprint,
    document.clause,
    comparison.blueprint,
    document.beside,
    procedures.blueprint,
    page.blueprint,
    annotation.blueprint,
    page.image,
    document.original,
    lists.blueprint,
    saved.blueprint,
    vendors.blueprint,
    vendors.rulings,
    findings.blueprint,
    findings.files,
    review.blueprint,
    review.table,
    review.correct,
    jobs.collections,
    jobs.add,
    jobs.jobs,
    citation.citations,
    citation.verifications,
    accounts.language,
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
