"""Train the classifier of topics, and evaluate it on held-out drafters.

Usage: ``python -m benchmarks.training.topics CORPUS --home HOME --labels FILE [--closed BODY ...] [--write FILE]``

FILE has one clause per line: ``path``, ``page``, its first and last words (``start``, ``end``), ``heading``,
``topics``, ``accept``, ``drafter`` and ``part`` (train or held). HOME is an archive into which the files were added;
words are read from it. The training data are labelled clauses of ``train``, clauses written for training
(``clauses.toml``), and clauses with a topic by rule from their headings, of documents that no drafter of ``held``
wrote. Of ``held``, only figures are printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from sklearn.linear_model import LogisticRegression

from archive.archive import Archive
from archive.model import Page, Reading, TextSource
from archive.model.clauses import units
from archive.model.words import Word, Words
from archive.store.catalog import Catalog
from archive.text.alignment import places_of
from benchmarks.papers.dialects import in_dialect
from benchmarks.training.fitting import Trial, matrix
from indexer.clauses.topics import OTHER, UNRULED, NamedTopics, choose, classify, features, rule_on
from indexer.facts.scoring.model import RoleModel, Row, packed, rounded
from indexer.facts.text import DocumentText

OURS = {
    "jurisdiction": "disputes",
    "liability": "damages",
    "duration": "term",
    "changes": "amendments",
    "final": "final_provisions",
    "guarantees": "security",
    "penalties": "penalty",
    "personal_data": "data_protection",
    "assignment": "subcontracting",
    "other": OTHER,
}
"""Topics of the program, by their names in the labels."""

WITHIN = {"governing_law": "disputes", "acceptance": "delivery", "definitions": OTHER, "intellectual_property": OTHER}
"""Topics of the program that the labels do not distinguish from others."""

FOLDS = 8
MADE, WEAK, REAL = 1.0, 0.2, 1.0
"""Weight of a clause of each source."""

WEIGHTS = {"obligations": 0.4}
"""Weight of clauses by topic.

Clauses on obligations are the most frequent, and get this topic only if they have no more specific one.
"""

STRENGTH = 20.0
"""The inverse of the regularisation (C of scikit-learn)."""

SMALLEST = 0.03
"""Minimum absolute weight that is written to the file."""

PRECISION = 0.95
"""Minimum precision of topics on drafters left out, which is the goal."""

HEADING_WITHIN = 40
DIALECTS = ("ekavian", "ijekavian")


@dataclass(frozen=True, slots=True)
class Example:
    """A clause: its features, the result of the rules, its topics, and further accepted topics."""

    row: Row
    rule: NamedTopics
    topics: tuple[str, ...]
    accepted: frozenset[str]
    weight: float
    fold: str


def of_words(
    text: DocumentText, first: int, last: int, heading: tuple[int, int] | None, *, bare: bool = False
) -> tuple[Row, NamedTopics]:
    """Return the features of the words of a clause, and the result of the rules; ``bare``: without heading and rule."""
    if bare:
        begin = heading[1] + 1 if heading is not None and heading[0] <= first + 1 else first
        return features(text, min(begin, last), last, None, None), UNRULED
    rule = rule_on(text, first, last, heading)
    return features(text, first, last, heading, rule.topic), rule


def made(file: Path) -> Iterator[Example]:
    """Yield the clauses written for training, with their headings and without, in both dialects."""
    for topic, by_language in tomllib.loads(file.read_text("utf-8")).items():
        for language, texts in by_language.items():
            for number, written in enumerate(texts):
                for dialect in DIALECTS if language == "sr" else DIALECTS[:1]:
                    heading, bar, said = in_dialect(written, dialect).rpartition(" | ")
                    text = _text(f"{heading} {said}")
                    place = (0, len(heading.split()) - 1) if bar else None
                    target = OTHER if topic == "other" else topic
                    for bare in (False, True) if bar else (False,):
                        found, rule = of_words(text, 0, len(text.words) - 1, place, bare=bare)
                        yield Example(found, rule, (target,), frozenset(), MADE, f"made {number % FOLDS}")


def _text(said: str) -> DocumentText:
    words = Words.of(map(Word, said.split()))
    page = Page(1, 0, len(words), 0, 0, TextSource.TEXT)
    return DocumentText.of("0" * 64, Reading("0" * 64, 1, datetime.now(UTC), {}, None, (page,)), [words])


class Papers:
    """The documents of an archive, by their paths in the corpus."""

    def __init__(self, catalog: Catalog, corpus: Path) -> None:
        self.catalog = catalog
        self.corpus = corpus
        self._texts: dict[str, DocumentText] = {}

    def text(self, document: str) -> DocumentText:
        """Return the text of a document."""
        if document not in self._texts:
            reading = self.catalog.readings.get(document)
            self._texts[document] = DocumentText.of(
                document, reading, list(self.catalog.readings.all_words(document, reading.number))
            )
        return self._texts[document]

    def labelled(self, labels: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Example]]:
        """Yield the labelled clauses whose words are found, each with its features."""
        for label in labels:
            document = hashlib.sha256((self.corpus / label["path"]).read_bytes()).hexdigest()
            if not self.catalog.documents.has(document):
                continue
            text = self.text(document)
            place = _place(text, label)
            if place is None:
                print("not found:", label["id"])
                continue
            heading = _heading(text, place, label["heading"] or "")
            found, rule = of_words(text, min(place[0], heading[0] if heading else place[0]), place[1], heading)
            topics = tuple(_ours(each, rule.topic) for each in label["topics"])
            accepted = frozenset(_ours(each, rule.topic) for each in label.get("accept") or ())
            yield label, Example(found, rule, topics, accepted, REAL, label["drafter"])

    def named_by_rules(self, without: Sequence[str], drafters: Mapping[str, str]) -> Iterator[Example]:
        """Yield the clauses whose headings match a rule, of documents whose filenames have none of these prefixes.

        ``drafters`` holds those of labelled documents, by filename: a drafter is left out with all clauses.
        """
        for described in self.catalog.documents.newest_first():
            if described.filename.casefold().startswith(tuple(without)):
                continue
            drafter = drafters.get(described.filename, "weak")
            for clause in units(self.catalog.clauses.of(described.id)):
                if clause.heading is None:
                    continue
                text = self.text(described.id)
                place = clause.span.first, clause.span.last
                heading = _heading(text, place, clause.heading)
                rule = heading and rule_on(text, *place, heading).topic
                if rule:
                    for bare in (False, True):
                        found, said = of_words(text, *place, heading, bare=bare)
                        yield Example(found, said, (rule,), frozenset(), WEAK, drafter)


def _ours(name: str, rule: str | None) -> str:
    topic = OURS.get(name, name)
    return rule if rule is not None and WITHIN.get(rule) == topic != OTHER else topic


def _place(text: DocumentText, label: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the first and the last word of a labelled clause; None if it is not found."""
    begins = list(places_of(label["start"], text.words))
    if not begins:
        return None
    page = text.page_ends[label["page"] - 2] if label["page"] > 1 and len(text.page_ends) >= label["page"] else 0
    first = min((begin for begin, _ in begins), key=lambda begin: abs(begin - page))
    ends = [end for begin, end in places_of(label["end"], text.words) if begin >= first]
    return first, min(ends, default=min(len(text.words) - 1, first + int(label["words"])))


def _heading(text: DocumentText, place: tuple[int, int], heading: str) -> tuple[int, int] | None:
    """Return the position of a heading near the beginning of a clause; None if it is not found."""
    start = max(0, place[0] - HEADING_WITHIN)
    near = text.words[start : place[0] + HEADING_WITHIN]
    found = [(start + first, start + last) for first, last in places_of(heading, near)] if heading else []
    return min(found, key=lambda each: abs(each[0] - place[0]), default=None)


def fit(examples: Sequence[Example]) -> RoleModel:
    """Fit one model of all topics.

    A clause with several topics is a sample of each, with shared weight. Buckets that no clause has are left out of
    the fit, which then takes a twentieth of the time.
    """
    listed = [
        (each, topic, each.weight * WEIGHTS.get(topic, 1.0) / len(each.topics))
        for each in examples
        for topic in each.topics
    ]
    every = matrix([each.row for each, *_ in listed])
    used = np.unique(every.indices)
    model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
    model.fit(
        every[:, used].astype(np.float32),
        np.array([topic for _, topic, _ in listed]),
        sample_weight=np.array([weight for *_, weight in listed], dtype=np.float32),
    )
    weights = np.zeros((len(model.classes_), every.shape[1]), dtype=np.float32)
    weights[:, used] = model.coef_
    weights[np.abs(weights) < SMALLEST] = 0
    return RoleModel(tuple(map(str, model.classes_)), rounded(weights), model.intercept_.astype(np.float32))


def is_right(example: Example, topic: str) -> bool:
    """Return whether the label accepts a topic."""
    allowed = {*example.topics, *example.accepted}
    return topic in allowed or WITHIN.get(topic) in allowed


def _report(name: str, said: Sequence[tuple[Example, str | None]]) -> None:
    shown = [(each, topic) for each, topic in said if topic is not None]
    with_topic = [(each, topic) for each, topic in said if set(each.topics) != {OTHER}]
    right = sum(is_right(each, topic) for each, topic in shown)
    found = sum(topic is not None and is_right(each, topic) for each, topic in with_topic)
    print(
        f"{name}: precision {right / max(1, len(shown)):.3f} ({right}/{len(shown)}), "
        f"recall {found / max(1, len(with_topic)):.3f} ({found}/{len(with_topic)}), "
        f"unknown {len(said) - len(shown)} of {len(said)}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, report, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--without", nargs="*", default=[], help="Beginnings of names of files that are left out.")
    parser.add_argument("--held", action="store_true", help="Print the figures of the held drafters.")
    parser.add_argument("--errors", action="store_true", help="Print what is wrong among drafters trained on.")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args(arguments)
    labels = [json.loads(line) for line in options.labels.read_text("utf-8").splitlines()]
    without = [name.casefold() for name in options.without]
    without += [Path(each["path"]).stem[:40].casefold() for each in labels if each["part"] == "held"]
    drafters = {Path(each["path"]).name: each["drafter"] for each in labels}
    with Archive.open(options.home, create=False) as archive:
        papers = Papers(archive.catalog, options.corpus)
        real = list(papers.labelled([each for each in labels if each["part"] == "train"]))
        examples = [*made(Path(__file__).with_name("clauses.toml")), *papers.named_by_rules(without, drafters)]
        print(Counter("made" if each.weight == MADE else "weak" for each in examples), "labelled", len(real))
        examples += [each for _, each in real]
        held = list(papers.labelled([each for each in labels if each["part"] == "held"])) if options.held else []
    model = _trained(examples, real, with_errors=options.errors)
    if held:
        _report("held", [(each, classify(model, each.row, each.rule)) for _, each in held])
        _report("held, nothing unknown", [(each, choose(model, each.row, each.rule.topic)[0]) for _, each in held])
        _report("held, rules alone", [(each, each.rule.topic) for _, each in held])
    if options.write:
        rows = b"".join(each.row[1].tobytes() for each in examples)
        with options.write.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **packed({"topic": model}, hashlib.sha256(rows).hexdigest()))


def _trained(
    examples: Sequence[Example], real: Sequence[tuple[Mapping[str, Any], Example]], *, with_errors: bool
) -> RoleModel:
    """Return the model of all examples, calibrated on predictions for held-out drafters."""
    whole = fit(examples)
    drafters = {_group(each.fold) for _, each in real}
    models = {group: fit([each for each in examples if _group(each.fold) != group]) for group in sorted(drafters)}
    tried = [(label, each, *choose(models[_group(each.fold)], each.row, each.rule.topic)) for label, each in real]
    trials = [
        Trial(signs, is_right(each, topic), 1.0, _group(each.fold), False)
        for _, each, topic, signs in tried
        if topic != OTHER
    ]
    said = []
    for label, each, topic, signs in tried:
        group = _group(each.fold)
        own = _calibrated(models[group], [trial for trial in trials if trial.fold != group])
        shown = classify(own, each.row, each.rule)
        said.append((each, shown))
        if with_errors and not is_right(each, shown or topic):
            words = f"{label['id']} {label['heading']} | {label['start']}"
            print(f"{own.probability(signs):.2f} {shown} ({topic}, {each.rule.topic}) for {each.topics}: {words}")
    model = _calibrated(whole, trials)
    _report("trained, by drafter left out", said)
    _report("the same, nothing unknown", [(each, topic) for _, each, topic, _ in tried])
    _report("the same, rules alone", [(each, each.rule.topic) for _, each in real])
    print(f"threshold {model.threshold:.3f}, agreed {model.agreed:.3f}, calibration {model.calibration}")
    return model


def _group(drafter: str) -> str:
    """Return the group of drafters that are held out together; generated and rule-labelled clauses never are."""
    return drafter if drafter.startswith(("made", "weak")) else str(crc32(drafter.encode()) % FOLDS)


def _calibrated(model: RoleModel, trials: Sequence[Trial]) -> RoleModel:
    """Return the model with a probability by score and agreement with the rules, and a threshold for :data:`PRECISION`.

    There are too few clauses to fit more features.
    """
    signs = np.array([(trial.signs[0] + trial.signs[3], trial.signs[5]) for trial in trials])
    right = np.array([trial.right for trial in trials])
    line = LogisticRegression().fit(signs, right)
    by_score, by_rule = map(float, line.coef_[0])
    sure = line.predict_proba(signs)[:, 1]
    order = np.argsort(sure)[::-1]
    precise = np.flatnonzero(np.cumsum(right[order]) / np.arange(1, len(right) + 1) >= PRECISION)
    threshold = float(sure[order][precise[-1]]) if len(precise) else 1.0
    calibration = (by_score, 0.0, 0.0, by_score, 0.0, by_rule, float(line.intercept_[0]))
    return replace(model, calibration=calibration, threshold=threshold, agreed=threshold)


if __name__ == "__main__":
    main()
