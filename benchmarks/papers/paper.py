"""The flags, loops and slots of a document for its template."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from benchmarks.papers.marks import latin
from benchmarks.papers.parties import data, person
from benchmarks.papers.world import rounded
from benchmarks.papers.writer import Writer


class Paper(Writer):
    """A document in generation. An instance for a loop iteration shares everything but its scope."""

    def inside(self, scope: dict[str, Any]) -> Paper:
        """Return the same document in one iteration of a loop."""
        other = copy.copy(self)
        other.scope = {**self.scope, **scope}
        return other

    def flag(self, name: str) -> bool:
        """Return whether the world, the loop iteration, or the style has a property."""
        known = {
            self.hand.script.lower(): True,
            self.world.country: True,
            {"g": "goods", "s": "services", "w": "works"}[self.world.values["thing"]["sort"]]: True,
            "single": not self.scope["many"],
            "new": self.world.values["year"] >= 2020,
            "ids": bool(self.world.buyer.ids),
            "national": self.world.buyer.national,
        }
        return bool(known.get(name, self.scope.get(name)))

    def loop(self, name: str) -> Iterable[dict[str, Any]]:
        """Return the scopes of a loop over lots, bids, items …; ``3-6`` repeats a line that many times."""
        if "-" in name:
            return [{"turn": turn} for turn in range(1, self._between(name) + 1)]
        bids = self.bids()
        made: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "lot": lambda: [lot | {"lot": lot} for lot in self.world.lots],
            "bid": lambda: [{"bid": bid} for bid in bids],
            "okbid": lambda: [{"bid": bid} for bid in sorted((bid for bid in bids if bid["ok"]), key=_by_rank)],
            "badbid": lambda: [{"bid": bid} for bid in bids if not bid["ok"]],
            "item": lambda: [
                {"item": item, "turn": turn} for turn, item in enumerate(self.world.values["items"], start=1)
            ],
            "row": self._rows,
            "line": self._lines,
        }
        if name not in made:
            raise ValueError(f"{self.family.name}: there is no loop {name}")
        scopes: list[dict[str, Any]] = (
            self.once(("loop", name), made[name]) if name in {"row", "line"} else made[name]()
        )
        return scopes

    def _rows(self) -> list[dict[str, Any]]:
        """Return rows of a register of contracts: each with its own firm, subject, sum and date, like a lot."""
        firms = [bid["firm"] for bid in self.bids()] + self.world.values["outside"]
        rows = []
        for turn, item in enumerate(self.world.values["items"], start=1):
            row_value = rounded(self.random, item["estimate"] * self.random.choice((1, self.random.uniform(0.6, 1))))
            when = date(self.world.values["year"], self.random.randint(1, 12), self.random.randint(1, 28))
            row = {
                "turn": turn,
                "item": item,
                "supplier": self.random.choice(firms),
                "row": row_value,
                "when": when,
            }
            rows.append(row | {"n": turn, "many": True, "lot": row})
        return rows

    def _lines(self) -> list[dict[str, Any]]:
        """Return lines of an invoice: quantity, unit price, total; the totals add up to the award."""
        left, lines = self.amount("award"), []
        count = self.random.randint(1, 6)
        for turn in range(1, count + 1):
            pieces = self.random.choice((1, 1, 2, 5, 10, 24))
            share = left if turn == count else round(left * self.random.uniform(0.1, 0.6), 2)
            left = round(left - share, 2)
            item = self.random.choice(self.world.values["items"])
            lines.append(
                {"turn": turn, "pieces": pieces, "unit": round(share / pieces, 2), "line": share, "item": item}
            )
        return lines

    def _between(self, bounds: str) -> int:
        low, high = map(int, bounds.split("-"))
        return self.random.randint(low, high)

    def slot(self, name: str, arguments: list[str]) -> str:
        """Return the text of a slot.

        It is an amount (``$name``), a party (``name.attribute``), one of those below, or the value at a dotted path of
        the scope.
        """
        head, _, attribute = name.partition(".")
        first = arguments[0] if arguments else ""
        if name.startswith("$"):
            return self.money(name[1:], arguments)
        if head in data("roles")["parties"]:
            return self.party(head, attribute)
        if head == "n" and arguments:
            return str(self._between(first))
        made: dict[str, Callable[[], str]] = {
            "date": lambda: self.dated(first),
            "day": lambda: self.day(self.scope[first], arguments[1] if arguments[1:] else "contract"),
            "ref": lambda: self.reference(first),
            "cpv": lambda: self.cpv(attribute),
            "subject": lambda: str((self.scope.get("item") or self.world.values["thing"])["name"]),
            "bids": lambda: self.count(attribute),
            "bidders": self._bidders,
            "body": lambda: self.issuer(" ".join(arguments)),
            "court": self._court,
            "person": lambda: str(self.once(("person", first), lambda: person(self.random, self.world.country))),
            "year": lambda: str(self.world.values["year"] + int(attribute or 0)),
            "currency": lambda: self.hand.currency,
            "latin": lambda: latin(" ".join(arguments)),
            "blank": lambda: "_" * self.random.randint(4, 24),
            "told": lambda: self.marks.put(" ".join(arguments[1:]), "foi_outcome", first, first),
        }
        return made[head]() if head in made else self._held(name)

    def _bidders(self) -> str:
        names = [self.inside({"bid": bid}).party("bidder", "") for bid in self.bids()]
        return f"{', '.join(names[:-1])} i {names[-1]}" if names[1:] else names[0]

    def _court(self) -> str:
        kind = self.once("court", lambda: self.random.choice(data("forms")["courts"]))
        return self.issuer(f"{kind} {self.party('debtor', 'town.loc')}")

    def _held(self, path: str) -> str:
        value: Any = self.scope
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            raise ValueError(f"{self.family.name}: there is no value for the slot <{path}>")
        return str(value)


def _by_rank(bid: dict[str, Any]) -> int:
    return int(bid["rank"])
