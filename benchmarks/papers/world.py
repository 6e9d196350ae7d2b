"""What a paper is about, drawn from a seed: the body that buys, the firms, the lots and bids, the dates.

Firms and people are invented, municipalities are real (``indexer/gazetteer``). Numbers of registers hold their check digits.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import indexer.gazetteer
from indexer.gazetteer.declension import forms

HERE = Path(__file__).parent
CASES = ("nom", "gen", "dat", "ins")

CURRENCIES = {"rs": "RSD", "ba": "BAM", "hr": "HRK", "me": "EUR", "xk": "EUR", "us": "USD"}
SCALE = {"RSD": 1000.0, "BAM": 17.0, "HRK": 65.0, "EUR": 8.6, "USD": 9.4}
VAT_RATES = {"rs": 20, "ba": 17, "hr": 25, "me": 21, "xk": 18, "us": 0}


@cache
def data(name: str) -> dict[str, Any]:
    """One of the data files of this room."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def towns(country: str) -> list[str]:
    """The towns of a country: its register of municipalities, or a list of names."""
    if country in data("names")["towns"]:
        return list(data("names")["towns"][country])
    path = Path(indexer.gazetteer.__file__).with_name(f"municipalities.{country}.csv")
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    if country == "xk":
        return [row["aliases"].split(";")[0] for row in rows if row["aliases"]]
    return [row["name"] for row in rows if " na " not in row["name"] and "-" not in row["name"]]


def town_case(town: str, case: str) -> str:
    """A town in the genitive or the locative."""
    others = sorted(forms(town) - {town})
    if case == "loc":
        found = [form for form in others if form.split()[-1].endswith(("u", "i", "ima", "oj"))]
    else:
        found = [form for form in others if form.split()[-1].endswith(("a", "e"))]
    return found[0] if found else town


def _mod_11_10(digits: str) -> int:
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return (11 - rest) % 10


def pib(random: Random) -> str:
    """A PIB (OIB: eleven digits) with its check digit."""
    digits = str(random.randint(10000000, 11300000))
    return digits + str(_mod_11_10(digits))


def oib(random: Random) -> str:
    """A Croatian OIB with its check digit."""
    digits = str(random.randint(1000000000, 9999999999))
    return digits + str(_mod_11_10(digits))


def mb(random: Random) -> str:
    """A matični broj with its check digit."""
    digits = random.choice("0122") + f"{random.randint(0, 999999):06d}"
    weights = (2, 7, 6, 5, 4, 3, 2)
    check = (11 - sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11) % 11
    return digits + str(check % 10)


def ids(country: str, random: Random) -> dict[str, str]:
    """The register numbers of a firm or body, by the names of their kinds."""
    match country:
        case "rs":
            return {"PIB": pib(random), "MB": mb(random)}
        case "ba":
            return {
                "JIB": random.choice(("42", "44", "40"))
                + f"{random.randint(0, 10**7):07d}"
                + "000"
                + str(random.randint(0, 9))
            }
        case "hr":
            return {"OIB": oib(random), "MB": mb(random)}
        case "me":
            return {"PIB": f"0{random.randint(2000000, 3999999)}"}
        case "xk":
            return {"NUI": f"8{random.randint(10000000, 19999999)}"}
        case _:
            return {}


@dataclass(slots=True)
class Party:
    """A body or a firm. ``names`` has the name in four cases; a firm has a short one and its legal form besides."""

    body: bool
    names: tuple[str, str, str, str]
    town: str
    address: str
    zip: str
    ids: dict[str, str]
    person: str
    officer: str
    short: str = ""
    core: str = ""
    form: str = ""
    national: bool = False
    latin: bool = False
    other_town: str = ""

    @property
    def name(self) -> str:
        """The name in the nominative."""
        return self.names[0]


def person(random: Random) -> str:
    """The name of an invented person."""
    names = data("names")
    first = random.choice(names["people_m"] if random.random() < 0.6 else names["people_f"])
    return f"{first} {random.choice(names['surnames'])}"


def _address(random: Random, country: str) -> str:
    if country == "us":
        return f"{random.randint(10, 9900)} {random.choice(('Main Street', 'Oak Avenue', 'Court House Road', 'Peachtree Way', 'N. 4th Street'))}"
    street = random.choice(data("names")["streets"])
    if "bb" in street:
        return str(street)
    number = random.choice((random.randint(1, 150), random.randint(1, 30), "bb", f"{random.randint(1, 60)}a"))
    return f"{random.choice(('', '', 'ul. ', 'ulica '))}{street} {random.choice(('', 'br. ', '')) if number != 'bb' else ''}{number}"


def zip_code(random: Random, country: str) -> str:
    """A postal code as the country has them."""
    low, high = {"rs": (11000, 38299), "ba": (70000, 89999), "hr": (10000, 53999), "me": (81000, 85999)}.get(
        country, (10000, 70000)
    )
    return str(random.randint(low, high) // 10 * 10)


def core_name(random: Random) -> str:
    """The invented core of a firm's name."""
    names = data("names")
    made = "".join(random.choice(names["syllables"]) for _ in range(random.choice((2, 2, 3)))).capitalize()
    match random.randint(0, 9):
        case 0 | 1:
            core = random.choice(names["first"]) + made.lower()
        case 2 | 3:
            core = made + random.choice(("-", " ", "")) + random.choice(names["last"])
        case 4:
            core = f"{random.choice(names['surnames']).removesuffix('ić')}{random.choice(('ić', 'a', 'ex'))} {random.choice(names['last'])}"
        case 5:
            core = f"{made} {random.choice(names['syllables']).capitalize()}"
        case 6:
            core = "".join(random.choice("ABDEGIKLMNOPRSTV") for _ in range(3)) + " " + made
        case _:
            core = made
    return core + random.choice(names["tails"])


def firm(random: Random, country: str, home: str) -> Party:
    """An invented firm; one in three sits in the town ``home``."""
    names = data("names")
    known = towns(country)
    big = {"rs": ["Beograd", "Novi Sad", "Niš"], "ba": ["Sarajevo", "Banja Luka", "Tuzla"], "hr": ["Zagreb", "Split"]}
    town = (
        home
        if random.random() < 0.3
        else random.choice(big.get(country, known))
        if random.random() < 0.4
        else random.choice(known)
    )
    core, form = core_name(random), random.choice(names["forms"][country])
    upper = random.random() < 0.25
    if upper:
        core = core.upper()
    if country in {"us", "xk"}:
        quoted = f'" {core} "' if country == "xk" and random.random() < 0.3 else core
        name = f"{quoted}{'' if form.startswith(',') else ' '}{form}"
        cases = (name,) * 4
    else:
        opening, closing = random.choice((("„", "“"), ("„", "”"), ('"', '"'), ("“", "”"), ("", ""), ("", ""), ("", "")))
        quoted = f"{opening}{core}{closing}"
        tail = random.choice((f" {form}", f" {form} {town}", f" {form}, {town}", f" {form} {town}"))
        draw = random.random()
        if draw < 0.12 and country == "rs":
            quoted = f"{random.choice(names['forms']['before'])} {quoted}"
            cases = (f"{quoted}, {town}" if random.random() < 0.5 else f"{quoted} {town}",) * 4
        elif draw < 0.16 and country == "rs":
            owner = person(random)
            cases = (
                f"{owner} PR, {random.choice(('zanatska radnja', 'agencija', 'trgovinska radnja', 'autoprevoznik'))} {quoted} {town}",
            ) * 4
        elif draw < 0.42 and country in {"rs", "me", "ba"}:
            cases = tuple(f"{described} {quoted}{tail}" for described in random.choice(names["descriptions"]["rs"]))
        else:
            cases = (quoted + tail,) * 4
    return Party(
        body=False,
        names=cases,  # type: ignore[arg-type]
        town=town,
        address=_address(random, country),
        zip=zip_code(random, country),
        ids=ids(country, random),
        person=person(random),
        officer=random.choice(("direktor", "direktor", "vlasnik", "zakonski zastupnik", "generalni direktor")),
        short=core,
        core=quoted,
        form=form,
        latin=random.random() < 0.35,
    )


def body(random: Random, country: str) -> Party:
    """A public body of the country."""
    names = data("names")
    kinds = [entry for entry in names["bodies"] if country in entry["in"]]
    entry = random.choices(kinds, [item.get("weight", 1) for item in kinds])[0]
    town = random.choice(towns(country))
    quotes = (
        random.choice((("„", "“"), ("„", "”"), ('"', '"'), ("“", "”"), ("", ""), ("«", "»")))
        if "„" in entry["tail"]
        else ("", "")
    )
    values = {"patron": random.choice(names["patrons"]), "works": random.choice(names["works"])}
    long = {"town": town, "town.gen": town_case(town, "gen"), "town.loc": town_case(town, "loc"), "town.sq": town}

    def filled(text: str) -> str:
        for key, value in {**values, **long}.items():
            text = text.replace("{" + key + "}", value)
        return text.replace("„", quotes[0]).replace("“", quotes[1]).strip()

    cases = tuple(filled(f"{head} {entry['tail']}") for head in entry["head"])
    organ = entry.get("organ")
    if organ and random.random() < 0.25:
        cases = tuple(
            f"{cases[0 if index == 0 else 1]}, {organ[index]}" if index == 0 else f"{organ[index]} {cases[1]}"
            for index in range(4)
        )
    national = entry.get("national", False)
    seat = {"rs": "Beograd", "ba": "Banja Luka", "me": "Podgorica"}.get(country, town) if national else town
    return Party(
        body=True,
        names=cases,  # type: ignore[arg-type]
        town=seat,
        address=_address(random, country),
        zip=zip_code(random, country),
        ids=ids(country, random),
        person=random.choice(names["titles"]) + person(random),
        officer=random.choice(entry["officer"]),
        short=filled(entry.get("short", f"{entry['head'][0]} {entry['tail']}")),
        national=national,
    )


def rounded(random: Random, value: float) -> float:
    """A sum as clerks and firms write them: round, half round, or to the cent."""
    match random.randint(0, 3):
        case 0:
            step = 10 ** max(0, len(str(int(value))) - 2)
            return float(max(step, round(value / step) * step))
        case 1:
            return float(max(1, round(value)))
        case _:
            return round(value, 2)


@dataclass(slots=True)
class World:
    """What one paper can speak of. ``values`` are the things its slots name; ``dates`` its events."""

    country: str
    currency: str
    buyer: Party
    values: dict[str, Any]
    dates: dict[str, date]
    lots: list[dict[str, Any]] = field(default_factory=list)


def _bids(random: Random, firms: list[Party], estimate: float, unit: bool) -> list[dict[str, Any]]:
    bids = []
    for who in firms:
        price = rounded(random, estimate * random.uniform(0.55, 1.04))
        ok = random.random() < 0.8
        bids.append(
            {
                "firm": who,
                "price": price,
                "ok": ok,
                "days": random.randint(3, 60),
                "points": round(random.uniform(40, 100), 2),
            }
        )
    if not any(bid["ok"] for bid in bids):
        bids[0]["ok"] = True
    best = sorted((bid for bid in bids if bid["ok"]), key=lambda bid: bid["price"])
    for rank, bid in enumerate(best, start=1):
        bid["rank"] = rank
        bid["points"] = round(100 * best[0]["price"] / bid["price"], 2)
    for number, bid in enumerate(bids, start=1):
        bid["n"] = number
        bid["unit_price"] = unit
    return bids


def _lot(
    random: Random, number: int, name: str, firms: list[Party], estimate: float, group: bool, unit: bool
) -> dict[str, Any]:
    bidding = random.sample(firms, random.randint(1, len(firms)))
    bids = _bids(random, bidding, estimate, unit)
    won = next(bid for bid in bids if bid.get("rank") == 1)
    members = [won["firm"]]
    if group:
        members += [other for other in firms if other not in bidding][: random.randint(1, 3)]
    for bid in bids:
        bid["members"] = members if bid is won else [bid["firm"]]
    return {
        "n": number,
        "name": name,
        "estimate": estimate,
        "bids": bids,
        "won": won,
        "members": members,
        "award": won["price"],
        "group": len(members) > 1,
    }


def timeline(random: Random, year: int) -> dict[str, date]:
    """The days on which things of a procurement happen, by what happens."""
    day = date(year, 1, 8) + timedelta(days=random.randint(0, 330))
    days = {"plan": date(year, 1, random.randint(5, 31))}
    for event, low, high in (
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
    ):
        day += timedelta(days=random.randint(low, high))
        days[event] = day
    days["opening"] = days["deadline"]
    days["offer"] = days["deadline"] - timedelta(days=random.randint(0, 4))
    days["new_deadline"] = days["deadline"] + timedelta(days=random.randint(4, 15))
    days["until"] = days["contract"] + timedelta(days=random.randint(30, 365))
    days["past"] = days["start"] - timedelta(days=random.randint(200, 2500))
    days["past2"] = days["past"] + timedelta(days=random.randint(30, 150))
    days["year_end"] = date(year, 12, 31)
    return days


def _things(random: Random, count: int, scale: float) -> list[dict[str, Any]]:
    chosen = random.sample(data("subjects")["subject"], min(count, len(data("subjects")["subject"])))
    return [{**thing, "estimate": rounded(random, random.uniform(*thing["range"]) * scale)} for thing in chosen]


def make(random: Random, country: str) -> World:
    """A new world."""
    year = random.choice((*range(2009, 2026), 2014, 2016, 2018, 2019, 2020, 2021, 2022))
    currency = "EUR" if country == "hr" and year >= 2023 else CURRENCIES[country]
    scale = SCALE[currency]
    buyer = body(random, country)
    firms = [firm(random, country, buyer.town) for _ in range(random.randint(4, 9))]
    thing = random.choice(data("subjects")["subject"])
    unit = "unit" in thing or random.random() < 0.04
    many = "lots" in thing and random.random() < 0.55
    names = random.sample(thing["lots"], random.randint(2, len(thing["lots"]))) if many else [thing["name"]]
    total = random.uniform(*thing["range"]) * scale
    lots = []
    for number, name in enumerate(names, start=1):
        estimate = rounded(random, total / len(names) * random.uniform(0.4, 1.6))
        if unit:
            estimate = round(random.uniform(0.4, 15) * scale, 2 if random.random() < 0.5 else 0)
        lots.append(
            _lot(
                random,
                number,
                name,
                firms[: random.randint(1, 4) if random.random() < 0.85 else 4],
                estimate,
                random.random() < 0.16,
                unit,
            )
        )
        lots[-1]["many"] = many
        if lots[-1]["group"] is False and len(firms) > 5 and random.random() < 0.12:
            lots[-1]["members"] = [lots[-1]["won"]["firm"], firms[-1]]
            lots[-1]["won"]["members"] = lots[-1]["members"]
            lots[-1]["group"] = True
    taking_part = {id(who) for lot in lots for bid in lot["bids"] for who in bid["members"]}
    outside = [who for who in firms if id(who) not in taking_part] + [
        firm(random, country, buyer.town) for _ in range(4)
    ]
    values = {
        "thing": thing,
        "unit": unit,
        "many": many,
        "year": year,
        "outside": outside,
        "others": [body(random, country) for _ in range(3)],
        "items": _things(random, random.randint(3, 14), scale),
        "estimate": round(sum(lot["estimate"] for lot in lots), 2),
        "award": round(sum(lot["award"] for lot in lots), 2),
    }
    return World(country, currency, buyer, values, timeline(random, year), lots)
