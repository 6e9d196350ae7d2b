"""Checking what is computed from the rest: vendors, and by what documents that say nearly the same find each other."""

from __future__ import annotations

from collections.abc import Iterator

from archive.checking.problems import Kind, Problem, Repair
from archive.home import Archive
from archive.search.near_duplicates import NearDuplicates


def check_vendors(archive: Archive) -> Iterator[Problem]:
    """Whether vendors are what facts and rulings come to. Those that are to be found anew are no damage."""
    if not archive.catalog.vendors.are_as_computed():
        message = "Vendors, or what they are found by, are not what facts and rulings come to."
        yield Problem(Kind.COMPUTED_CHANGED, "vendors", message, repair=Repair.COMPUTE_AGAIN)


def check_copies(archive: Archive, document: str) -> Iterator[Problem]:
    """Whether a document's copies are found by what its words come to."""
    try:
        is_right = NearDuplicates(archive.catalog).is_as_computed(document)
    except ValueError:
        # A sketch of another length than any sketch has.
        is_right = False
    if not is_right:
        message = "What it is compared with others by, or a link to one, is not what its words come to."
        yield Problem(Kind.COMPUTED_CHANGED, f"document {document}", message, document, repair=Repair.COMPUTE_AGAIN)
