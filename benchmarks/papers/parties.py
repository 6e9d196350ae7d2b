"""Buyers and firms: names in four cases, addresses, register numbers with their check digits.

Firms and people are invented, municipalities are real (``indexer/gazetteer``).
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import indexer.gazetteer
from indexer.gazetteer.declension import forms

CASES = ("nom", "gen", "dat", "ins")

Names = tuple[str, str, str, str]


@cache
def data(name: str) -> dict[str, Any]:
    """Return one of the data files of this package."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def towns(country: str) -> list[str]:
    """Return the towns of a country: its register of municipalities, or a list of names."""
    if country in data("names")["towns"]:
        return list(data("names")["towns"][country])
    path = Path(indexer.gazetteer.__file__).with_name(f"municipalities.{country}.csv")
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    if country == "xk":
        return [row["aliases"].split(";")[0] for row in rows if row["aliases"]]
    return [row["name"] for row in rows if " na " not in row["name"] and "-" not in row["name"]]


@cache
def town_case(town: str, case: str) -> str:
    """Return a town in the genitive or the locative."""
    if town in data("names")["town_cases"]:
        return str(data("names")["town_cases"][town][case == "loc"])
    endings = ("u", "i", "ima", "oj") if case == "loc" else ("a", "e")
    found = [form for form in sorted(forms(town) - {town}) if form.endswith(endings)]
    return found[0] if found else town


def _mod_11_10(digits: str) -> str:
    rest = 10
    for digit in digits:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return digits + str((11 - rest) % 10)


def _mod_11(digits: str) -> str:
    """Return the digits with the check digit of a matični broj (eight in all) or of a JIB (thirteen)."""
    weights = (2, 7, 6, 5, 4, 3, 2) if len(digits) == 7 else (7, 6, 5, 4, 3, 2) * 2
    weighed = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return digits + str(-weighed % 11 % 10)


def register_numbers(country: str, random: Random) -> dict[str, str]:
    """Return random register numbers of a firm or body, by their kinds."""
    mb = _mod_11(random.choice("0122") + f"{random.randint(0, 999999):06d}")
    match country:
        case "rs":
            return {"PIB": _mod_11_10(str(random.randint(10000000, 11300000))), "MB": mb}
        case "ba":
            return {"JIB": _mod_11(f"{random.choice((42, 44, 40))}{random.randint(0, 10**7 - 1):07d}000")}
        case "hr":
            return {"OIB": _mod_11_10(str(random.randint(10**9, 10**10 - 1))), "MB": mb}
        case "me":
            return {"PIB": f"0{random.randint(2000000, 3999999)}"}
        case "xk":
            return {"NUI": f"8{random.randint(10000000, 19999999)}"}
        case _:
            return {}


@dataclass(frozen=True, slots=True)
class Party:
    """A body or a firm.

    A firm has a ``core`` ("„Veltan“") and a legal ``form`` besides its names. ``latin``: it stays in Latin script in
    Cyrillic documents.
    """

    body: bool
    names: Names
    short: str
    town: str
    address: str
    zip: str
    ids: dict[str, str]
    person: str
    officer: str
    core: str = ""
    form: str = ""
    national: bool = False
    latin: bool = False

    @property
    def name(self) -> str:
        """The name in the nominative."""
        return self.names[0]


def person(random: Random, country: str) -> str:
    """Return the name of an invented person."""
    names = data("names")
    if country in {"us", "xk"}:
        return str(random.choice(names["people_en" if country == "us" else "people_sq"]))
    first = random.choice(names["people_m"] if random.random() < 0.6 else names["people_f"])
    return f"{first} {random.choice(names['surnames'])}"


def _address(random: Random, country: str) -> str:
    if country == "us":
        return f"{random.randint(10, 9900)} {random.choice(data('names')['streets_us'])}"
    street: str = random.choice(data("names")["streets"])
    if "bb" in street:
        return street
    number = random.choice(
        (f"{random.randint(1, 150)}", f"br. {random.randint(1, 60)}", "bb", f"{random.randint(1, 60)}a")
    )
    return f"{random.choice(('', '', 'ul. ', 'ulica '))}{street} {number}"


def _zip(random: Random, country: str) -> str:
    return str(random.randint(*data("names")["zips"].get(country, (10000, 70000))) // 10 * 10)


def _core(random: Random, country: str) -> str:
    """Return the invented core of a firm's name."""
    names = data("names")
    made = "".join(random.choice(names["syllables"]) for _ in range(random.choice((2, 2, 3)))).capitalize()
    if country == "us":
        return f"{made} {random.choice(names['last_en'])}"
    last, surname = random.choice(names["last"]), random.choice(names["surnames"])
    core: str = random.choice(
        (
            random.choice(names["first"]) + made.lower(),
            f"{made}{random.choice('- ')}{last}",
            made + last,
            f"{surname.removesuffix('ić')}{random.choice(('ić', 'a', 'ex'))} {made.lower()}",
            f"{made} {random.choice(names['syllables']).capitalize()}",
            "".join(random.choice("ABDEGIKLMNOPRSTV") for _ in range(3)) + f" {made}",
            made,
            made,
        )
    ) + random.choice(names["tails"])
    return core.upper() if random.random() < 0.25 else core


def _firm_names(random: Random, country: str, core: str, form: str, town: str) -> tuple[str, Names]:
    """Return the core in its quotes, and the whole name in all cases."""
    names = data("names")
    if country in {"us", "xk"}:
        quoted = f'" {core} "' if country == "xk" and random.random() < 0.3 else core
        return quoted, (f"{quoted}{'' if form.startswith(',') else ' '}{form}",) * 4
    quoted = core.join(random.choice(names["quotes"]))
    tail = random.choice((f" {form}", f" {form} {town}", f" {form}, {town}", f" {form} {town}"))
    draw = random.random()
    if country == "rs" and draw < 0.12:
        quoted = f"{random.choice(names['forms']['before'])} {quoted}"
        return quoted, (f"{quoted}{random.choice((', ', ' '))}{town}",) * 4
    if country == "rs" and draw < 0.16:
        return quoted, (f"{person(random, country)} PR, {random.choice(names['trades'])} {quoted} {town}",) * 4
    if country in {"rs", "me", "ba"} and draw < 0.42:
        first, second, third, fourth = random.choice(names["descriptions"]["rs"])
        named = f" {quoted}{tail}"
        return quoted, (first + named, second + named, third + named, fourth + named)
    return quoted, (quoted + tail,) * 4


def firm(random: Random, country: str, home: str) -> Party:
    """Return an invented firm; one in three is in the town ``home``."""
    names, known = data("names"), towns(country)
    town = random.choice((home, random.choice(names["big_towns"].get(country, known)), random.choice(known)))
    core, form = _core(random, country), random.choice(names["forms"][country])
    quoted, cases = _firm_names(random, country, core, form, town)
    return Party(
        body=False,
        names=cases,
        short=core,
        town=town,
        address=_address(random, country),
        zip=_zip(random, country),
        ids=register_numbers(country, random),
        person=person(random, country),
        officer=random.choice(names["officers"]),
        core=quoted,
        form=form,
        latin=random.random() < 0.35,
    )


def body(random: Random, country: str) -> Party:
    """Return a public body of the country."""
    names = data("names")
    kinds = [entry for entry in names["bodies"] if country in entry["in"]]
    kind = random.choices(kinds, [entry.get("weight", 1) for entry in kinds])[0]
    town = random.choice(towns(country))
    opening, closing = random.choice(names["quotes"])
    values = {
        "{patron}": random.choice(names["patrons"]),
        "{works}": random.choice(names["works"]),
        "{town}": town,
        "{town.gen}": town_case(town, "gen"),
        "{town.loc}": town_case(town, "loc"),
        "„": opening,
        "“": closing,
    }

    def filled(text: str) -> str:
        for key, value in values.items():
            text = text.replace(key, value)
        return text.strip()

    first, second, third, fourth = (filled(f"{head} {kind['tail']}") for head in kind["head"])
    if "organ" in kind and random.random() < 0.25:
        organs = kind["organ"]
        first, third, fourth = f"{first}, {organs[0]}", f"{organs[2]} {second}", f"{organs[3]} {second}"
        second = f"{organs[1]} {second}"
    national = kind.get("national", False)
    title = "" if country in {"us", "xk"} else random.choice(names["titles"])
    return Party(
        body=True,
        names=(first, second, third, fourth),
        short=filled(kind.get("short", f"{kind['head'][0]} {kind['tail']}")),
        town=names["seats"].get(country, town) if national else town,
        address=_address(random, country),
        zip=_zip(random, country),
        ids=register_numbers(country, random),
        person=title + person(random, country),
        officer=random.choice(kind["officer"]),
        national=national,
    )
