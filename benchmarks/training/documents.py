"""Training data of the scorer: labelled documents of an archive, and generated ones."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.model import Box, Reading
from archive.model.words import Break, Word, Words
from benchmarks.facts.labels import Label, specimen_labels
from indexer.facts.scoring.proposals import RuleFacts
from indexer.facts.text import DocumentText

FAMILY_FOLDS = 3
"""Number of folds of families of generated documents."""

ONE_SOURCE = {
    "other/kosovo": "xk_prishtina",
    "bodies/xk_prishtina": "xk_prishtina",
    "bodies/rs_crta": "serbian/crta",
    "bodies/rs_savet_novi_sad": "serbian/savet",
}
"""Folders of the corpus with documents of the same body or form, which must be on the same side of a split."""


FOLDS = {
    "serbian/kosjeric": "labelled 1",
    "xk_prishtina": "labelled 2",
    "bodies/rs_bi_krusevac": "labelled 3",
    "bodies/hr_komunalac_srijem": "labelled 4",
    "serbian/comtext": "labelled 5",
    "serbian/crta": "labelled 6",
    "serbian/poverenik_foi_forms": "labelled 6",
    "serbian/savet": "labelled 7",
    "serbian/os_vares": "labelled 7",
    "strangers1": "strangers 1",
    "strangers2": "strangers 2",
    "strangers3": "strangers 3",
    "strangers5": "strangers 5",
}
"""Sources that are held out together: large ones alone, small ones in groups, all papers of an author."""


@dataclass(frozen=True, slots=True)
class Example:
    """A document with its label, and the ``fold`` in which it is tested; generated ones begin with ``made``.

    ``rules`` are the facts of rules by kind, if those of another version count (see :mod:`.recorded`).
    """

    label: Label
    text: DocumentText
    pages: Sequence[Words]
    fold: str
    rules: Mapping[str | None, RuleFacts] | None = None

    @property
    def is_made(self) -> bool:
        """Whether the document is generated."""
        return self.fold.startswith("made")

    @property
    def is_strange(self) -> bool:
        """Whether no rule was written with the document in view: ``rules`` are those of before, if there are newer."""
        return self.fold.startswith("strangers")


SPECIMENS = Path("documents")
"""Our own labelled documents, which are trained on if they are in the archive."""


def labelled(
    files: Sequence[Path], corpus: Path, homes: Sequence[Path], closed: Sequence[str], *, only: bool
) -> Iterator[Example]:
    """Yield the labelled documents of archives without copies.

    Those of closed sources are left out, or with ``only``, all others are.
    """
    written = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    labels = [
        Label(corpus / each["path"], _source(each["path"]), each)
        for each in written
        if each["path"].startswith(tuple(closed)) == only
    ]
    seen: set[str] = set()
    with ExitStack() as stack:
        archives = [stack.enter_context(Archive.open(home, create=False)) for home in homes]
        for label in (*labels, *([] if only else specimen_labels(SPECIMENS))):
            document = hashlib.sha256(label.path.read_bytes()).hexdigest()
            archive = next((each for each in archives if each.catalog.documents.has(document)), None)
            if document not in seen and archive is not None:
                seen.add(document)
                reading = archive.catalog.readings.get(document)
                pages = list(archive.catalog.readings.all_words(document))
                text = DocumentText.of(document, reading, pages)
                yield Example(label, text, pages, fold_of(label.source))


def with_recorded(examples: Iterable[Example], files: Sequence[Path]) -> Iterator[Example]:
    """Yield the examples, those in a file of :mod:`.recorded` with the facts of rules that it holds."""
    records: dict[str, dict[str | None, dict[str, Any]]] = defaultdict(dict)
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            record = json.loads(line)
            records[record["document"]][record["kind"]] = record["facts"]
    for each in examples:
        of_kinds = records.get(each.text.document)
        rules = of_kinds and {kind: _facts(each.text, facts) for kind, facts in of_kinds.items()}
        yield replace(each, rules=rules)


def _facts(text: DocumentText, recorded: Mapping[str, Sequence[Any]]) -> RuleFacts:
    return {
        field: [
            text.fact(field, value, (first, last), method, confidence, details=details)
            for value, (first, last), method, confidence, details in facts
        ]
        for field, facts in recorded.items()
    }


def fold_of(source: str) -> str:
    """Return the fold of a source, or of its folder."""
    return FOLDS.get(source) or FOLDS.get(source.split("/", maxsplit=1)[0], "labelled, others")


def _source(path: str) -> str:
    folder = "/".join(path.split("/")[:2])
    return ONE_SOURCE.get(folder, folder)


def made(folder: Path) -> Iterator[Example]:
    """Yield the documents that ``python -m benchmarks.papers`` wrote into a folder."""
    for file in sorted(folder.glob("papers-*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from (_paper(json.loads(line)) for line in lines)


def paper_text(record: dict[str, Any]) -> DocumentText:
    """Return the text of a generated document, as the rules read it."""
    pages = [_words(page["words"]) for page in record["pages"]]
    document = hashlib.sha256(record["id"].encode()).hexdigest()
    return DocumentText.of(document, Reading(document, 1, datetime.min, {}, None, ()), pages)


def _paper(record: dict[str, Any]) -> Example:
    pages = [_words(page["words"]) for page in record["pages"]]
    text = paper_text(record)
    family = record["family"]
    fold = f"made {zlib.crc32(family.encode()) % FAMILY_FOLDS}"
    truth = {"accept": {}, **record["truth"]}
    return Example(Label(Path(family) / record["id"], f"made/{family}", truth), text, pages, fold)


def _words(printed: Sequence[Sequence[Any]]) -> Words:
    flows = all(not any(word[1:5]) for word in printed)
    words = []
    for text, x0, y0, x1, y1, before in printed:
        box = None if flows else Box(*(min(1.0, max(0.0, edge)) for edge in (x0, y0, x1, y1)))
        for number, part in enumerate(text.split()):
            words.append(Word(part, box, None, Break.SPACE if number else Break(before)))
    return Words.of(words)
