"""Train the scorer of facts, and measure it on sources that it was not trained on.

Usage: ``python -m benchmarks.training CORPUS --home HOME --labels FILE ... --papers FOLDER [--write FILE]``

HOME is an archive into which the labelled files were added; words come from it. FOLDER holds papers that
``python -m benchmarks.papers`` made. Every source of labelled documents, and every third family of made papers, is
left out once: what the models without it say of it is what is calibrated and reported. ``--closed`` names bodies that
are neither trained on nor tried; with ``--last-check`` they alone are scored, by the models of all others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.model import Fact
from benchmarks.facts.__main__ import Score, answers, report
from benchmarks.facts.labels import FIELDS
from benchmarks.training.documents import Example, labelled, made
from benchmarks.training.fitting import Samples, Trial, calibrate, count_papers, fit_without, weights_of
from benchmarks.training.targets import amount_role, target
from indexer.facts import kind
from indexer.facts.extraction import extract
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.decision import (
    Models,
    ProposedFacts,
    backed,
    each_of,
    held_back,
    kind_choice,
    kind_row,
    likeliest,
    propose,
    propose_places,
)
from indexer.facts.scoring.model import RoleModel, Row, packed
from indexer.facts.watchlist import Watchlist

SINGLE = ("buyer", "municipality", "date", "year", "reference", "bids")
MANY = ("vendor", "bidder", "amount")
PROCESSES = 2
USUAL = 20
"""Candidates of a document that have their full weight; the candidates of longer lists share it."""

MADE_SHARE = 0.25
"""What made papers weigh together in the calibration, beside the labelled documents."""


@dataclass(slots=True)
class Candidates:
    """The candidates of a document for a role, with what its label says of each; ``held`` are never shown."""

    rows: list[Row]
    targets: list[str | None]
    backed: list[bool]
    scores: bool
    held: list[bool] = field(default_factory=list)


def _candidates(example: Example, known_kind: str | None) -> dict[str, Candidates]:
    """Every candidate of a document, the places seen from its true buyer."""
    found = propose(TextSurroundings(example.text, example.pages), known_kind)
    label = example.label
    true = (each for each in found.by_role["buyer"] if target("buyer", label, each) == "yes")
    by_rule = (each for each in found.by_role["buyer"] if each.facts)
    propose_places(found, next(true, next(by_rule, None)))
    roles = {role: _of_role(found, role, example) for role in (*SINGLE, *MANY)}
    amounts = found.by_role["amount"]
    roles["amount_role"] = Candidates(
        found.rows["amount"], [amount_role(label, each) for each in amounts], [], scores=False
    )
    return roles


def _of_role(found: ProposedFacts, role: str, example: Example) -> Candidates:
    name = "firm" if role in {"vendor", "bidder"} else role
    targets = [target(role, example.label, each) for each in found.by_role[name]]
    rules = backed(found.by_role[name], role)
    held = held_back(found) if role == "amount" else [False] * len(rules)
    return Candidates(found.rows[name], targets, rules, example.label.scores(role), held)


def _kind_of(example: Example) -> tuple[Row, str | None, list[Fact]]:
    by_rule = kind.find(example.text)
    row = kind_row(TextSurroundings(example.text, example.pages), by_rule)
    return row, example.label.written.get("kind") if example.label.scores("kind") else None, by_rule


class Trainer:
    """The examples with their candidates, and the models fitted on all of them but one fold."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        self.folds = sorted({each.fold for each in examples})
        sources = [each.label.source for each in examples]
        self._weight = dict(zip(sources, weights_of(sources, count_papers(sources)), strict=True))
        with ProcessPoolExecutor(PROCESSES) as pool:
            self._kinds = list(pool.map(_kind_of, examples, chunksize=8))
            self._kind_models = fit_without(self._kind_samples(), self.folds)
            kinds = [self._told(number) for number in range(len(examples))]
            self._found = list(pool.map(_candidates, examples, kinds, chunksize=8))
            roles = (*SINGLE, *MANY, "amount_role")
            fitted = pool.map(partial(fit_without, folds=self.folds), map(self._samples, roles))
            self.by_role = {"kind": self._kind_models, **dict(zip(roles, fitted, strict=True))}

    def _kind_samples(self) -> Samples:
        told = [(row, name, each) for (row, name, _), each in zip(self._kinds, self.examples, strict=True) if name]
        weights = np.array([self._weight[each.label.source] for *_, each in told])
        return Samples(
            [row for row, *_ in told], [name for _, name, _ in told], weights, [each.fold for *_, each in told]
        )

    def _told(self, number: int) -> str | None:
        model = self._kind_models[self.examples[number].fold]
        scores = model.scores([self._kinds[number][0]])[0]
        return model.classes[int(scores.argmax())] if scores.max() > 0 else None

    def _samples(self, role: str) -> Samples:
        rows, targets, weights, folds = [], [], [], []
        for example, found in zip(self.examples, self._found, strict=True):
            share = min(1.0, (USUAL / max(1, len(found[role].rows))) ** 0.5)
            for row, each in zip(found[role].rows, found[role].targets, strict=True):
                if each is not None and not (role == "amount_role" and each == "no"):
                    rows.append(row)
                    targets.append(each)
                    weights.append(share * self._weight[example.label.source])
                    folds.append(example.fold)
        return Samples(rows, targets, np.array(weights), folds)

    def trials(self, role: str) -> Iterator[Trial]:
        """Yield what models say of documents they were not trained on."""
        labelled = sum(not each.is_made for each in self.examples)
        made = MADE_SHARE * labelled / max(1, len(self.examples) - labelled)
        for number, (example, found) in enumerate(zip(self.examples, self._found, strict=True)):
            weight = made if example.is_made else 1.0
            trial = partial(Trial, fold=example.fold, is_made=example.is_made)
            model = self.by_role[role][example.fold]
            if role == "kind":
                row, name, by_rule = self._kinds[number]
                accepted = (example.label.written.get("accept") or {}).get("kind") or ()
                if name:
                    _, value, signs = kind_choice(model, model.scores([row])[0], by_rule)
                    yield trial(signs, value in {name, *accepted}, weight)
            elif found[role].rows and found[role].scores:
                yield from _trials(role, model.scores(found[role].rows)[:, 0], found[role], weight, trial)

    def calibrated(self) -> dict[str, dict[str, RoleModel]]:
        """Return the models of each role by fold, each calibrated on the trials of the other folds.

        So neither weights nor probabilities nor thresholds of a fold's models have seen its documents.
        """
        done = {"amount_role": self.by_role["amount_role"]}
        for role, models in self.by_role.items():
            if role not in done:
                trials = list(self.trials(role))
                done[role] = {
                    fold: calibrate(model, [trial for trial in trials if trial.fold != fold])
                    for fold, model in models.items()
                }
        return done


BANDS = (0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)


def report_reliability(trainer: Trainer, models: Mapping[str, Mapping[str, RoleModel]]) -> None:
    """Print how often what was said with a probability was right, on labelled documents not trained on."""
    counts = {low: [0, 0] for low in BANDS[:-1]}
    for role in set(models) - {"amount_role"}:
        for trial in trainer.trials(role):
            sure = models[role][trial.fold].probability(trial.signs)
            if not trial.is_made and sure >= BANDS[0]:
                band = max(low for low in BANDS[:-1] if low <= sure)
                counts[band][0] += trial.right
                counts[band][1] += 1
    print("\n| said, from | right | of |\n| --- | --- | --- |")
    for low, (right, every) in counts.items():
        print(f"| {low} | {right} | {every} |")


def _trials(
    role: str, scores: NDArray[np.float64], found: Candidates, weight: float, trial: Callable[..., Trial]
) -> Iterator[Trial]:
    if role in MANY:
        share = weight * min(1.0, USUAL / len(scores))
        for signs, each, is_held in zip(each_of(scores, found.backed), found.targets, found.held, strict=True):
            if each is not None and not is_held:
                yield trial(signs, each == "yes", share)
        return
    place, signs = likeliest(scores, found.backed)
    if found.targets[place] is not None:
        yield trial(signs, found.targets[place] == "yes", weight)


def _facts(example: Example, models: Models, watchlist: Watchlist) -> tuple[Fact, ...]:
    return extract(example.text, example.pages, watchlist, models)


def score(
    examples: Sequence[Example],
    models: Mapping[str, Mapping[str, RoleModel]],
    watchlist: Watchlist,
    fold: str | None = None,
) -> dict[str, Score]:
    """Score each document by the models without its fold (or by those called ``fold``), by group of sources."""
    scores: dict[str, Score] = defaultdict(Score)
    for example in examples:
        chosen = {role: each[fold or example.fold] for role, each in models.items()}
        facts = _facts(example, chosen, watchlist)
        found = answers(facts, None)
        group = "made" if example.is_made else example.label.source
        is_real = not example.is_made and group != "specimens"
        for tally in (scores[group], *([scores["labelled"]] if is_real else [])):
            for name in FIELDS:
                if example.label.scores(name) and name not in {"language", "watch", "quantity"}:
                    tally.add(example.label, name, found.get(name, frozenset()))
            if example.label.scores("amount"):
                tally.add_amount_details(example.label, [fact for fact in facts if fact.field == "amount"])
    return scores


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, report, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--labels", type=Path, nargs="+", required=True)
    parser.add_argument("--papers", type=Path, required=True)
    parser.add_argument("--closed", nargs="*", default=[])
    parser.add_argument("--last-check", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--errors", type=Path)
    options = parser.parse_args(arguments)
    load = partial(labelled, options.labels, options.corpus, options.home, options.closed)
    real, papers = list(load(only=False)), list(made(options.papers))
    trainer = Trainer([*real, *papers])
    models = trainer.calibrated()
    watchlist = Watchlist.of(options.corpus)
    for role, each in models.items():
        print(f"{role}: threshold {each['all'].threshold:.3f}, calibration {each['all'].calibration}")
    if options.last_check:
        results = score(list(load(only=True)), models, watchlist, "all")
    else:
        results = score([*real, *papers[::10]], models, watchlist)
    report_reliability(trainer, models)
    for group, tally in results.items():
        print(f"\n## {group}")
        report(tally, [])
    if options.errors:
        lines = [
            json.dumps({"group": group, **error}, ensure_ascii=False)
            for group, tally in results.items()
            for error in tally.errors
        ]
        options.errors.write_text("\n".join(lines), "utf-8")
    if options.write:
        trained_on = hashlib.sha256(
            "\n".join(sorted(each.text.document for each in trainer.examples)).encode()
        ).hexdigest()
        with options.write.open("wb") as file:
            np.savez_compressed(
                file, allow_pickle=False, **packed({role: each["all"] for role, each in models.items()}, trained_on)
            )


if __name__ == "__main__":
    main()
