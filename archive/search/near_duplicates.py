"""Near-duplicates: found by MinHash, shown as such, never deleted.

Two documents are linked if they share most of their wording. Linked documents are *near-identical* if their numbers
agree, too: copies, scans and readings of one text, in either script. If the wording agrees and the numbers do not, a
form was filled in twice, a notice amended or a tender repeated; these are shown as distinct.

Signatures are stored in the catalog, of newest readings. The thresholds were chosen by measurement
(docs/measurements.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from archive.search.minhash import SKETCH_VERSION, Sketch, kept_numbers, shared_wording, sketch
from archive.store.catalog import Catalog
from archive.store.near_duplicates import ReadingSignatures, Signature, Similarity

SAME_WORDING = 0.7
"""Least share of wording (pairs of neighbouring words) in common of two linked documents."""

_BATCH = 50
"""Documents that are signed, and then linked, per transaction."""

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the total."""


class NearDuplicateLinker:
    """Signs and links documents. Only the process with the writer lock may call :meth:`update`."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def update(self, progress: Progress | None = None, batch_size: int = _BATCH) -> int:
        """Sign and link every document whose newest reading is not yet; returns their number.

        An interruption costs at most one batch, which is due again.
        """
        # Sorted by id, so that the links kept above the limit are deterministic.
        due = sorted(self._catalog.near_duplicates.unlinked(SKETCH_VERSION))
        remaining = iter(due)
        done = 0
        while batch := list(islice(remaining, batch_size)):
            signed = [self._signature(document, reading) for document, reading in batch]
            # All of a batch are signed before any is linked, so that they find each other.
            self._catalog.near_duplicates.sign(signed)
            self._catalog.near_duplicates.link(
                {one.document: _similarities(one, self._catalog.near_duplicates.candidates(one)) for one in signed}
            )
            done += len(batch)
            if progress:
                progress(done, len(due))
        self._catalog.near_duplicates.catch_up(SKETCH_VERSION)
        return done

    def near_identical(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the near-identical documents of each of these; documents without any are omitted."""
        return near_identical(self._catalog.near_duplicates.of(ids))

    def is_as_computed(self, document: str) -> bool:
        """Return whether the stored signature and links of a document equal a computation from its words; true if it is
        not signed yet."""
        kept = self._catalog.near_duplicates.get(document)
        if kept is None or kept.signature.version != SKETCH_VERSION:
            return True
        links = [(like, _similarities(kept.signature, [other])) for like, other in kept.links]
        made = self._signature(document, kept.signature.reading)
        return kept.is_found and made == kept.signature and all(again == [like] for like, again in links)

    def in_readings(self, readings: Mapping[str, int], others: Collection[str]) -> dict[str, list[Similarity]]:
        """Return the similarities of these readings where they are not the newest: to each other and to the newest
        readings of ``others``, for both sides."""
        made = ReadingSignatures()
        for id_, number in readings.items():
            made.add(self._signature(id_, number))
        found: dict[str, list[Similarity]] = {}
        for signature, alike in made:
            known = [one for one in self._catalog.near_duplicates.candidates(signature) if one.document in others]
            for like in _similarities(signature, [*known, *alike]):
                found.setdefault(signature.document, []).append(like)
                if like.document not in readings:
                    found.setdefault(like.document, []).append(replace(like, document=signature.document))
        return found

    def _signature(self, document: str, reading: int) -> Signature:
        made = sketch(self._catalog.readings.all_words(document, reading)) or Sketch(b"", b"", b"", by_ocr=False)
        return Signature(document, reading, SKETCH_VERSION, made.text, made.wording, made.numbers, made.by_ocr)


def near_identical(links: Mapping[str, Sequence[Similarity]]) -> dict[str, tuple[str, ...]]:
    """Return the near-identical documents of each document that has any."""
    near = {id_: tuple(like.document for like in likes if like.is_near_identical) for id_, likes in links.items()}
    return {id_: others for id_, others in near.items() if others}


def _similarities(signature: Signature, candidates: Sequence[Signature]) -> list[Similarity]:
    here = _sketch_of(signature)
    others = [_sketch_of(candidate) for candidate in candidates]
    likes = [
        Similarity(candidate.document, wording, kept_numbers(here, other), here.by_ocr or other.by_ocr)
        for candidate, other, wording in zip(candidates, others, shared_wording(here, others), strict=True)
        if wording >= SAME_WORDING
    ]
    return sorted(likes, key=lambda like: (-like.wording, -like.numbers, like.document))


def _sketch_of(signature: Signature) -> Sketch:
    return Sketch(signature.text, signature.wording, signature.numbers, signature.by_ocr)
