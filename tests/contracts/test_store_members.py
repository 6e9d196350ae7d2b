"""What every catalog does, whatever database is under it. Containers and what lies in them."""

from __future__ import annotations

import pytest

from archive.errors import UnknownDocument
from archive.store.catalog import Catalog
from archive.store.members import Failure, Member, Membership
from tests.store_samples import START, add_samples, sample


def add_container(catalog: Catalog, number: int, *contents: str) -> str:
    made = sample(number)
    catalog.documents.add(made.document, made.reading, made.words, made.facts, made.source, contents)
    return made.id


def failure(container: str, member: str) -> Failure:
    return Failure(f"/mail.eml!/{member}", None, "It is empty.", None, START, container=container, member=member)


def test_what_a_container_holds_is_due_until_it_is_a_document_or_failed(catalog: Catalog) -> None:
    container = add_container(catalog, 1, "b.pdf", "a.pdf", "prazno.txt")
    [document] = add_samples(catalog, [2])
    assert [(member.path, member.is_due) for member in catalog.members.of(container)] == [
        ("b.pdf", True),
        ("a.pdf", True),
        ("prazno.txt", True),
    ]
    assert catalog.members.unfinished() == (container,)
    catalog.members.add(container, document, "a.pdf")
    catalog.failures.record(failure(container, "prazno.txt"))
    assert catalog.members.unfinished() == (container,)
    catalog.failures.record(failure(container, "b.pdf"))
    assert catalog.members.unfinished() == ()
    assert catalog.members.of(container) == (
        Member("b.pdf", None, "It is empty."),
        Member("a.pdf", document, None),
        Member("prazno.txt", None, "It is empty."),
    )


def test_a_member_that_is_read_after_all_has_no_failure_any_more(catalog: Catalog) -> None:
    container = add_container(catalog, 1, "a.pdf")
    [document] = add_samples(catalog, [2])
    catalog.failures.record(failure(container, "a.pdf"))
    assert catalog.failures.all()[0].member == "a.pdf"
    catalog.members.add(container, document, "a.pdf")
    assert catalog.failures.all() == ()
    assert catalog.members.of(container) == (Member("a.pdf", document, None),)


def test_one_document_may_lie_in_many_places(catalog: Catalog) -> None:
    first, second = (add_container(catalog, number, "a.pdf", "kopija.pdf") for number in (1, 2))
    [document] = add_samples(catalog, [3])
    places = [Membership(first, "a.pdf"), Membership(first, "kopija.pdf"), Membership(second, "a.pdf")]
    for place in places:
        catalog.members.add(place.container, document, place.path)
    assert sorted(catalog.members.containers(document), key=lambda place: (place.container, place.path)) == sorted(
        places, key=lambda place: (place.container, place.path)
    )
    assert catalog.members.containers(first) == ()


def test_recording_a_member_again_changes_nothing(catalog: Catalog) -> None:
    container = add_container(catalog, 1, "a.pdf")
    [document] = add_samples(catalog, [2])
    catalog.members.add(container, document, "a.pdf")
    events = catalog.events.verify()
    catalog.members.add(container, document, "a.pdf")
    assert catalog.events.verify() == events
    assert catalog.members.containers(document) == (Membership(container, "a.pdf"),)


def test_a_member_nobody_announced_comes_last(catalog: Catalog) -> None:
    """Limits may have been lower when the container was first unpacked."""
    container = add_container(catalog, 1, "b.pdf")
    [document] = add_samples(catalog, [2])
    catalog.members.add(container, document, "a.pdf")
    assert [member.path for member in catalog.members.of(container)] == ["b.pdf", "a.pdf"]


def test_only_documents_contain_and_are_contained(catalog: Catalog) -> None:
    [document] = add_samples(catalog, [1])
    for container, member in ((document, "f" * 64), ("f" * 64, document)):
        with pytest.raises(UnknownDocument, match="ffffffff"):
            catalog.members.add(container, member, "a.pdf")
    assert catalog.members.of(document) == ()
    assert catalog.members.containers(document) == ()
