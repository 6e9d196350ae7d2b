"""What acts cost at several sizes, beside each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks.growth.meter import Cost

Sizes = Mapping[int, Mapping[str, Cost]]
"""By the number of documents what acts cost, by their names."""


class KeptCosts:
    """Costs in a file, where those of several sizes and days come together; None keeps them in memory."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self.sizes: dict[int, dict[str, Cost]] = {}
        if file is not None and file.exists():
            told = json.loads(file.read_text(encoding="utf-8"))
            for size, costs in told.items():
                self.sizes[int(size)] = {one["name"]: Cost(**one) for one in costs}

    def take(self, size: int, costs: Iterable[Cost]) -> None:
        """Put costs in the place of those of the same names."""
        self.sizes.setdefault(size, {}).update((cost.name, cost) for cost in costs)
        if self._file is not None:
            told = {size: [asdict(cost) for cost in of_size.values()] for size, of_size in self.sizes.items()}
            self._file.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


_FIGURES: Mapping[str, Callable[[Cost], str]] = {
    "CPU s": lambda cost: f"{cost.cpu:.3f}",
    "MB": lambda cost: f"{cost.peak:.0f}",
    "steps, thousands": lambda cost: f"{cost.steps / 1000:,.0f}",
    "statements": lambda cost: str(cost.statements),
}


def table(sizes: Sizes) -> str:
    """Return a table in Markdown: a row for each act, each figure at each size, and the statement that took most steps
    at the largest of them."""
    ordered = sorted(sizes)
    heads = ["", *(f"{figure}, {size:,}" for figure in _FIGURES for size in ordered), "clock s", "most steps"]
    rows = [heads, ["---"] * len(heads)]
    for name in dict.fromkeys(name for size in ordered for name in sizes[size]):
        costs = [sizes[size].get(name) for size in ordered]
        last = next(cost for cost in reversed(costs) if cost is not None)
        figures = ("–" if cost is None else told(cost) for told in _FIGURES.values() for cost in costs)
        rows.append([name, *figures, f"{last.clock:.1f}", last.heaviest])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
