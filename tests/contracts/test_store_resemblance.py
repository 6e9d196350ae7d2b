"""What every catalog does with signatures: keeping them, finding candidates, and linking documents that are alike."""

from __future__ import annotations

from archive.store.catalog import Catalog
from archive.store.near_duplicates import BAND_BYTES, CANDIDATES, LINKED, Signature, Similarity
from tests.store_samples import add_samples

WORDING = bytes(range(250))
BANDS = len(WORDING) // BAND_BYTES


def unlinked(catalog: Catalog, version: int = 1) -> list[str]:
    """Ids of the unlinked documents, all of which are in their first reading."""
    found = list(catalog.near_duplicates.unlinked(version))
    assert all(reading == 1 for _, reading in found)
    return [id_ for id_, _ in found]


def signed(document: str, wording: bytes = b"", text: bytes | None = None, version: int = 1) -> Signature:
    return Signature(
        document, 1, version, document.encode() if text is None else text, wording, b"\1\2\3\4", by_ocr=False
    )


def differing(bands: int) -> bytes:
    """The wording with the first ``bands`` of its bands changed."""
    return bytes(255 - byte for byte in WORDING[: bands * BAND_BYTES]) + WORDING[bands * BAND_BYTES :]


def test_documents_are_unlinked_until_they_are_signed_and_linked(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(3))
    assert unlinked(catalog) == ids
    catalog.near_duplicates.sign(map(signed, ids))
    assert unlinked(catalog) == ids
    catalog.near_duplicates.link({ids[0]: [], ids[1]: []})
    assert unlinked(catalog) == ids[2:]
    assert unlinked(catalog, 2) == ids, "signatures of another version do not count"


def test_unlinked_documents_can_be_linked_while_they_are_listed(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(20))
    seen = []
    for id_, _ in catalog.near_duplicates.unlinked(1):
        catalog.near_duplicates.sign([signed(id_)])
        catalog.near_duplicates.link({id_: []})
        seen.append(id_)
    assert seen == ids


def test_candidates_share_a_band_and_those_that_share_most_come_first(catalog: Catalog) -> None:
    here, twin, near, far, other = add_samples(catalog, range(5))
    mine = signed(here, WORDING)
    rest = [
        signed(other, differing(BANDS)),
        signed(far, differing(BANDS - 1)),
        signed(near, differing(2)),
        signed(twin, WORDING),
    ]
    catalog.near_duplicates.sign([mine, *rest])
    assert catalog.near_duplicates.candidates(mine) == [rest[3], rest[2], rest[1]]


def test_a_band_counts_only_in_its_place(catalog: Catalog) -> None:
    here, there = add_samples(catalog, range(2))
    turned = WORDING[BAND_BYTES : 2 * BAND_BYTES] + WORDING[:BAND_BYTES]
    mine = signed(here, WORDING[: 2 * BAND_BYTES])
    catalog.near_duplicates.sign([mine, signed(there, turned)])
    assert catalog.near_duplicates.candidates(mine) == []


def test_documents_of_the_same_text_are_candidates_whatever_else_they_have(catalog: Catalog) -> None:
    here, there = add_samples(catalog, range(2))
    one, other = signed(here, text=b"text"), signed(there, text=b"text")
    catalog.near_duplicates.sign([one, other])
    assert catalog.near_duplicates.candidates(one) == [other]


def test_documents_without_text_are_nobodys_candidates(catalog: Catalog) -> None:
    blank, blank_too = (signed(id_, text=b"") for id_ in add_samples(catalog, range(2)))
    catalog.near_duplicates.sign([blank, blank_too])
    assert catalog.near_duplicates.candidates(blank) == []


def test_signatures_of_another_version_are_no_candidates(catalog: Catalog) -> None:
    here, there = add_samples(catalog, range(2))
    mine = signed(here, WORDING)
    catalog.near_duplicates.sign([mine, signed(there, WORDING, version=2)])
    assert catalog.near_duplicates.candidates(mine) == []


def test_links_hold_both_ways_with_the_nearest_first(catalog: Catalog) -> None:
    here, near, far, alone = add_samples(catalog, range(4))
    catalog.near_duplicates.sign(map(signed, (here, near, far, alone)))
    catalog.near_duplicates.link(
        {here: [Similarity(far, 0.75, 0.5, True), Similarity(near, 1.0, 1.0, False)], alone: []}
    )
    assert catalog.near_duplicates.of([here, near, alone]) == {
        here: [Similarity(near, 1.0, 1.0, False), Similarity(far, 0.75, 0.5, True)],
        near: [Similarity(here, 1.0, 1.0, False)],
    }


def test_two_documents_linked_from_either_side_are_linked_once(catalog: Catalog) -> None:
    one, other = add_samples(catalog, range(2))
    catalog.near_duplicates.sign(map(signed, (one, other)))
    catalog.near_duplicates.link({one: [Similarity(other, 0.8, 0.9, True)], other: [Similarity(one, 0.8, 0.9, True)]})
    assert catalog.near_duplicates.of([one]) == {one: [Similarity(other, 0.8, 0.9, True)]}


def test_signing_again_drops_the_bands_and_links_of_before(catalog: Catalog) -> None:
    here, there = add_samples(catalog, range(2))
    mine, other = signed(here, WORDING), signed(there, WORDING)
    catalog.near_duplicates.sign([mine, other])
    catalog.near_duplicates.link({here: [Similarity(there, 1.0, 1.0, False)], there: []})
    catalog.near_duplicates.sign([signed(here, differing(BANDS))])
    assert unlinked(catalog) == [here]
    assert catalog.near_duplicates.candidates(other) == []
    assert catalog.near_duplicates.of([here, there]) == {}


def test_a_document_gets_no_more_links_than_there_is_room_for(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(LINKED + 2))
    catalog.near_duplicates.sign(map(signed, ids))
    hub, *others = ids
    catalog.near_duplicates.link({hub: [Similarity(other, 1.0, 1.0, False) for other in others]})
    catalog.near_duplicates.link({others[-1]: [Similarity(hub, 1.0, 1.0, False)]})
    assert [like.document for like in catalog.near_duplicates.of([hub])[hub]] == sorted(others[:LINKED])
    assert catalog.near_duplicates.of(others[-1:]) == {others[-1]: [Similarity(hub, 1.0, 1.0, False)]}, (
        "the new one is told of the old"
    )
    assert LINKED < CANDIDATES
