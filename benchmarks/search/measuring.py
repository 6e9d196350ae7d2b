"""One interleaved run: every query is sent to every engine in turn, several times."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.search.feed import Question
from benchmarks.search.running import Running

OURS = "ours"
MATCHING, PAGE = "matching", "page"


@dataclass(frozen=True, slots=True)
class Times:
    """CPU milliseconds of the queries of one group, computed from each query's median over the rounds."""

    median: float
    p95: float

    @classmethod
    def of(cls, medians: Sequence[float]) -> Times:
        """Return the median and the nearest-rank 95th percentile."""
        ordered = sorted(medians)
        return cls(1000 * statistics.median(ordered), 1000 * ordered[max(0, -(-95 * len(ordered) // 100) - 1)])


@dataclass(slots=True)
class Agreement:
    """Counts of queries of a group for which an engine found the same documents as ours, a subset, or others."""

    same: int = 0
    fewer: int = 0
    different: int = 0
    example: str = ""


@dataclass(slots=True)
class Measured:
    """Results: ``times[work][group][engine]``, ``agreements[engine][group]``, ``memory[engine]``."""

    times: dict[str, dict[str, dict[str, Times]]] = field(default_factory=dict)
    agreements: dict[str, dict[str, Agreement]] = field(default_factory=dict)
    memory: dict[str, dict[str, float]] = field(default_factory=dict)


def measure(engines: Sequence[Running], questions: Sequence[Question], rounds: int) -> Measured:
    """Run the queries and count. The first round warms caches and is discarded."""
    spent: dict[tuple[str, str, int], list[float]] = {}
    for round_ in range(rounds + 1):
        for number in range(len(questions)):
            # The order of the engines rotates.
            first = (number + round_) % len(engines)
            for engine in (*engines[first:], *engines[:first]):
                for work in (MATCHING, PAGE):
                    answer = engine.ask(f"{work} {number}")
                    if round_ and "cpu" in answer:
                        spent.setdefault((work, engine.engine, number), []).append(answer["cpu"])
    measured = Measured()
    for work in (MATCHING, PAGE):
        of_work = measured.times[work] = {}
        for group in dict.fromkeys(question.group for question in questions):
            numbers = [number for number, question in enumerate(questions) if question.group == group]
            of_work[group] = {
                engine.engine: Times.of([statistics.median(spent[work, engine.engine, number]) for number in numbers])
                for engine in engines
                if (work, engine.engine, numbers[0]) in spent
            }
    measured.memory = {engine.engine: engine.ask("memory") for engine in engines}
    measured.agreements = _agreements(engines, questions)
    return measured


def _agreements(engines: Sequence[Running], questions: Sequence[Question]) -> dict[str, dict[str, Agreement]]:
    others = [engine for engine in engines if engine.engine != OURS]
    ours = next((engine for engine in engines if engine.engine == OURS), None)
    agreements: dict[str, dict[str, Agreement]] = {}
    for number, question in enumerate(questions):
        if ours is None or question.filters:
            continue
        expected = set(ours.ask(f"documents {number}")["ids"])
        for engine in others:
            answer = engine.ask(f"documents {number}")
            if "ids" not in answer:
                continue
            found = set(answer["ids"])
            agreement = agreements.setdefault(engine.engine, {}).setdefault(question.group, Agreement())
            if found == expected:
                agreement.same += 1
            elif found < expected:
                agreement.fewer += 1
            else:
                agreement.different += 1
                agreement.example = f"{question.stems} {question.forms}: {len(found)} and {len(expected)}"
    return agreements
