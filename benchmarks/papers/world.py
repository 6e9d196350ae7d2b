"""The contents of a generated document, drawn from a seed: the buyer, the firms, the lots and bids, the dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks.papers.parties import Party, body, data, firm

CURRENCIES = {"rs": "RSD", "ba": "BAM", "hr": "HRK", "me": "EUR", "xk": "EUR", "us": "USD"}
SCALE = {"RSD": 1000.0, "BAM": 17.0, "HRK": 65.0, "EUR": 8.6, "USD": 9.4}
"""The value of a thousand dinars in each currency."""

EURO_IN_KUNA = 7.5345
VAT_RATES = {"rs": 20, "ba": 17, "hr": 25, "me": 21, "xk": 18, "us": 0}
YEARS = (*range(2009, 2026), 2014, 2016, 2018, 2019, 2020, 2021, 2022)

EVENTS = (
    ("request", 1, 4),
    ("start", 1, 9),
    ("published", 1, 6),
    ("question", 2, 6),
    ("answer", 1, 3),
    ("deadline", 4, 30),
    ("report", 1, 12),
    ("session", 1, 8),
    ("award", 0, 6),
    ("contract", 5, 25),
    ("notice", 1, 8),
    ("invoice", 5, 40),
    ("annex", 20, 150),
    ("reply", 4, 20),
    ("appeal", 5, 20),
    ("ruling", 20, 90),
)
"""Events of a procurement in order, each with the minimum and maximum days after the one before."""


@dataclass(frozen=True, slots=True)
class World:
    """The contents of a document.

    ``values`` are those of its slots; ``dates`` its events; ``lots`` its lots with their bids, a single one without a
    name if there are no lots.
    """

    country: str
    currency: str
    buyer: Party
    values: dict[str, Any]
    dates: dict[str, date]
    lots: list[dict[str, Any]]


def rounded(random: Random, value: float) -> float:
    """Return a sum as people write it: round, without cents, or to the cent."""
    match random.randint(0, 3):
        case 0:
            step = 10 ** max(0, len(str(int(value))) - 2)
            return float(max(step, round(value / step) * step))
        case 1:
            return float(max(1, round(value)))
        case _:
            return round(value, 2)


def _bids(random: Random, firms: Sequence[Party], estimate: float) -> list[dict[str, Any]]:
    """Return bids of the firms, at least one of them valid; valid ones are ranked by price."""
    bids: list[dict[str, Any]] = []
    for number, who in enumerate(firms, start=1):
        price = rounded(random, estimate * random.uniform(0.55, 1.04))
        ok = number == 1 or random.random() < 0.8
        bids.append(
            {
                "n": number,
                "firm": who,
                "members": [who],
                "price": price,
                "ok": ok,
                "days": random.randint(3, 60),
                "points": 0,
            }
        )
    good = sorted((bid for bid in bids if bid["ok"]), key=lambda bid: float(bid["price"]))
    for rank, bid in enumerate(good, start=1):
        bid |= {"rank": rank, "points": round(100 * good[0]["price"] / bid["price"], 2)}
    random.shuffle(bids)
    return [bid | {"n": number} for number, bid in enumerate(bids, start=1)]


def _lot(random: Random, name: str, firms: list[Party], estimate: float, groups: float) -> dict[str, Any]:
    """Return a lot. ``groups`` is the probability that its winner is a group of firms."""
    bidding = random.sample(firms, random.randint(1, min(4, len(firms))))
    bids = _bids(random, bidding, estimate)
    won = next(bid for bid in bids if bid.get("rank") == 1)
    others = [who for who in firms if who not in bidding]
    if others and random.random() < groups:
        won["members"] = [won["firm"], *others[: random.choice((1, 1, 2, 3))]]
    members = won["members"]
    return {
        "name": name,
        "estimate": estimate,
        "bids": bids,
        "won": won,
        "members": members,
        "award": won["price"],
        "group": len(members) > 1,
    }


def _timeline(random: Random, year: int) -> dict[str, date]:
    """Return the dates of the events."""
    day = date(year, 1, 8) + timedelta(days=random.randint(0, 330))
    days = {"plan": date(year, 1, random.randint(5, 31)), "year_end": date(year, 12, 31)}
    for event, low, high in EVENTS:
        day += timedelta(days=random.randint(low, high))
        days[event] = day
    ago = days["start"] - timedelta(days=random.randint(200, 2500))
    return days | {
        "opening": days["deadline"],
        "offer": days["deadline"] - timedelta(days=random.randint(0, 4)),
        "new_deadline": days["deadline"] + timedelta(days=random.randint(4, 15)),
        "until": days["contract"] + timedelta(days=random.randint(30, 365)),
        "past": ago,
        "past2": ago + timedelta(days=random.randint(30, 150)),
    }


def make(random: Random, country: str) -> World:
    """Return the random contents of a document."""
    year = random.choice(YEARS)
    currency = "EUR" if country == "hr" and year >= 2023 else CURRENCIES[country]
    scale = SCALE[currency]
    buyer = body(random, country)
    firms = [firm(random, country, buyer.town) for _ in range(random.randint(4, 9))]
    subjects = data("subjects")["subject"]
    thing = random.choice(subjects)
    unit = "unit" in thing or random.random() < 0.04
    many = "lots" in thing and random.random() < 0.55
    names = random.sample(thing["lots"], random.randint(2, len(thing["lots"]))) if many else [thing["name"]]
    lots = []
    for number, name in enumerate(names, start=1):
        estimate = rounded(random, random.uniform(*thing["range"]) * scale / len(names))
        if unit:
            estimate = round(random.uniform(0.4, 15) * scale, random.choice((0, 2)))
        lots.append(
            {"n": number, "many": many, **_lot(random, name, firms, estimate, 0.02 if country == "us" else 0.2)}
        )
    taking_part = [who for lot in lots for bid in lot["bids"] for who in bid["members"]]
    outside = [who for who in firms if who not in taking_part]
    items = random.sample(subjects, random.randint(3, 14))
    values = {
        "thing": thing,
        "unit": unit,
        "many": many,
        "year": year,
        "outside": outside + [firm(random, country, buyer.town) for _ in range(8)],
        "others": [body(random, country) for _ in range(3)],
        "items": [item | {"estimate": rounded(random, random.uniform(*item["range"]) * scale)} for item in items],
        "estimate": round(sum(lot["estimate"] for lot in lots), 2),
        "award": round(sum(lot["award"] for lot in lots), 2),
    }
    return World(country, currency, buyer, values, _timeline(random, year), lots)
