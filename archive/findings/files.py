"""The definition files of findings: those shipped with Dosije, and the owner's in ``HOME/findings``."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from archive.errors import UnknownFinding, UsageError, sentences
from archive.findings.definition import (
    GROUPS,
    LAST,
    MISSING,
    PROCEDURE,
    VALUE,
    CountedUnit,
    Definition,
    FactSelection,
    Measure,
    NumberRange,
    PictureKind,
    Subject,
    VatBasis,
)
from archive.findings.derived import DERIVED
from archive.findings.rates import CURRENCY, read_rates
from archive.findings.sentences import read_sentences
from archive.findings.toml_sections import Section
from archive.model import KINDS
from archive.model.fields import FIELDS
from archive.search.filter_values import fixed_error
from archive.search.query_language.parser import parse
from archive.search.request import FACETS, SearchRequest, excluded_facet, excluding
from archive.system.files import replace_text

SHIPPED = Path(__file__).parent / "definitions"

_NAME = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_NAMES = "Use small letters, digits and hyphens: cameras-by-year"

_TEMPLATE = """\
# A finding: what is counted, and over which documents. What each line means: docs/findings.md
title = "{title}"
about = "What this table is for, in a sentence."
counts = "procedures"            # or "purchases", "municipalities", "requests" (for information), "documents"
group = ["municipality"]         # rows: {groups}
cannot = ["What this table cannot know."]

# Only what a search finds; leave this out to count the whole archive.
# [request]
# query = "kamere"
# year = ["2020", "2021"]

[facts]
field = "watch"                  # {fields}
columns = ["value", "state"]     # columns: the value, or what is told beside it

[labels]
denied = "(denied)"
"""


def definitions(home: Path) -> dict[str, Path]:
    """Return the file of every finding by name; the owner's override shipped ones of the same name.

    Invalid names are included, and refused by :func:`read`.
    """
    return {file.stem: file for folder in (SHIPPED, home / "findings") for file in sorted(folder.glob("*.toml"))}


def load(home: Path, name: str) -> Definition:
    """Load the finding with this name.

    :raises UnknownFinding: there is none.
    :raises UsageError: its file, or that of rates, is wrong; the error names the line.
    """
    files = definitions(home)
    if name not in files:
        raise UnknownFinding(
            "There is no finding %(name)s.", "Findings are: %(names)s.", name=repr(name), names=", ".join(sorted(files))
        )
    return _with_rates(_once(files[name]), home)


def _with_rates(definition: Definition, home: Path) -> Definition:
    return definition if definition.convert is None else replace(definition, rates=read_rates(home))


def _once(file: Path) -> Definition:
    """Read a file as it is now; what comes with Dosije, which stays as it is, once a process."""
    return _shipped(file) if file.parent == SHIPPED else read(file)


def readable(home: Path) -> tuple[list[Definition], dict[str, str]]:
    """Return every finding whose file is valid, by name, and the errors of the others."""
    found, wrong = [], {}
    for name, file in sorted(definitions(home).items()):
        try:
            found.append(_with_rates(_once(file), home))
        except UsageError as error:
            wrong[name] = str(error)
    return found, wrong


def scaffold(home: Path, name: str) -> Path:
    """Write the file of a new finding as a starting point for the owner; returns its path.

    :raises UsageError: the name is invalid or taken.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("%(name)s cannot name a finding.", _NAMES, name=repr(name))
    if name in definitions(home) or name in ("new", "report"):
        raise UsageError("There is a finding %(name)s already.", "Choose another name.", name=repr(name))
    file = home / "findings" / f"{name}.toml"
    file.parent.mkdir(exist_ok=True)
    title = name.replace("-", " ").capitalize()
    fields = ", ".join((*FIELDS, *DERIVED, MISSING))
    replace_text(file, _TEMPLATE.format(title=title, groups=", ".join(GROUPS), fields=fields))
    return file


def read(file: Path) -> Definition:
    """Parse a definition file.

    :raises UsageError: it is invalid.
    """
    if not _NAME.fullmatch(file.stem):
        raise UsageError("%(name)s cannot name a finding.", _NAMES, name=f"{file}: {file.stem!r}")
    top = Section.of_file(file)
    labels = top.section("labels")
    found = Definition(
        name=file.stem,
        title=top.text("title"),
        about=top.text("about"),
        counts=CountedUnit(top.choice("counts", tuple(CountedUnit))),
        group=top.texts("group", GROUPS),
        facts=_facts(top.section("facts")),
        request=_request(top),
        needs=top.texts("needs", KINDS),
        labels={key: labels.text(key) for key in labels.given()},
        per_inhabitants=top.number("per_inhabitants"),
        cannot=top.texts("cannot"),
        absent=top.text("absent", "Unknown"),
        convert=top.text("convert") if "convert" in top.given() else None,
        subject=Subject(top.choice("subject", tuple(Subject), Subject.OTHER)),
        place=top.number("place", LAST) or LAST,
        picture=PictureKind(top.choice("picture", tuple(PictureKind))) if "picture" in top.given() else None,
        draw=top.text("draw") if "draw" in top.given() else "",
        sentences=read_sentences(top),
        asked=top.texts("asked"),
    )
    top.finish()
    _check(top, found)
    return found


_shipped = cache(read)


def _check(top: Section, found: Definition) -> None:
    """Check the consistency of the tables of a file."""
    facts = found.facts
    if not found.group:
        raise top.wrong(
            "group",
            "%(our_where)s: %(our_key)s has to name at least one thing.",
            "It may be: %(names)s.",
            names=", ".join(GROUPS),
        )
    if found.per_inhabitants is not None and (found.per_inhabitants == 0 or "municipality" not in found.group):
        raise top.wrong(
            "per_inhabitants", "%(our_where)s: %(our_key)s has to be at least 1, and needs rows by municipality."
        )
    if facts.field == MISSING and found.counts is not CountedUnit.PROCEDURES:
        raise top.wrong("counts", "%(our_where)s: %(our_key)s has to be procedures where what is missing is counted.")
    if PROCEDURE in found.group and found.counts is not CountedUnit.PROCEDURES:
        raise top.wrong("group", "%(our_where)s: %(our_key)s can be procedure only where procedures are counted.")
    if facts.field in DERIVED and found.counts not in DERIVED[facts.field].may_count:
        raise top.wrong(
            "counts",
            "%(our_where)s: %(our_key)s has to be %(name)s where %(field)s is asked for.",
            name=DERIVED[facts.field].counts,
            field=facts.field,
        )
    rule = DERIVED.get(facts.field)
    if rule and not rule.has_vendors and facts.measure is Measure.SUM and "vendor" in found.group:
        raise top.wrong(
            "group",
            "%(our_where)s: %(our_key)s cannot be vendor where %(field)s is added up: it is not known whose it is.",
            field=facts.field,
        )
    if found.convert is not None and not (CURRENCY.fullmatch(found.convert) and is_of_money(found)):
        raise top.wrong(
            "convert", '%(our_where)s: %(our_key)s has to be a currency, as "EUR", and needs a sum of amounts.'
        )


def is_of_money(found: Definition) -> bool:
    """Return whether a finding sums money, which can be converted."""
    return found.facts.field in ("amount", "price") and found.facts.measure is Measure.SUM


def as_asked(found: Definition, home: Path, vat: str = "", convert: str = "") -> Definition:
    """Return the finding with the price options of a reader; options that are not given are those of the finding.

    :param vat: a :class:`~archive.findings.definition.VatBasis`.
    :param convert: the currency to convert to, by the rates of the archive.
    :raises UsageError: there is no such basis or currency, or the finding has no prices.
    """
    if vat and vat not in tuple(VatBasis):
        names = ", ".join(VatBasis)
        raise UsageError(
            "%(value)s does not say which prices count.", "It may be: %(names)s.", value=repr(vat[:20]), names=names
        )
    if vat and found.facts.field != "price":
        raise UsageError("%(name)s counts no prices.", "Leave out which of them, with or without VAT.", name=found.name)
    if convert and not CURRENCY.fullmatch(convert):
        raise UsageError("%(value)s is not a currency.", "For example: RSD or EUR.", value=repr(convert[:20]))
    if convert and not is_of_money(found):
        raise UsageError("%(name)s adds up no money.", "Leave out the currency to convert to.", name=found.name)
    if vat:
        found = replace(found, facts=replace(found.facts, vat=VatBasis(vat)))
    return _with_rates(replace(found, convert=convert), home) if convert else found


def _facts(section: Section) -> FactSelection:
    name = section.choice("field", (*FIELDS, *DERIVED, MISSING))
    known = DERIVED[name].details if name in DERIVED else FIELDS[name].details if name in FIELDS else ()
    details = section.section("details")
    buckets = [_bucket(one) for one in section.sections("bucket")]
    facts = FactSelection(
        field=name,
        measure=Measure(section.choice("measure", tuple(Measure), Measure.COUNT)),
        speaks=section.texts("speaks", KINDS),
        details={key: details.texts(key) for key in known if key in details.given()},
        lacks=section.texts("lacks", known),
        columns=section.texts("columns", (VALUE, *known)) or (VALUE,),
        buckets=tuple(buckets),
        within=section.number("within"),
        by_paper=section.flag("by_paper"),
        vat=VatBasis(section.choice("vat", tuple(VatBasis), VatBasis.PRINTED)),
    )
    for key in details.given():
        if key not in known:
            raise details.wrong(key, "%(our_where)s: %(our_key)s is not a detail of a %(our_field)s.", our_field=name)
    if facts.measure.is_of_numbers:
        _check_numbers(section, facts)
    if name != "price" and "vat" in section.given():
        raise section.wrong("vat", "%(our_where)s: %(our_key)s does not apply to %(field)s.", field=name)
    if name in DERIVED:
        _check_derived(section, facts)
    elif facts.within is not None:
        raise section.wrong("within", "%(our_where)s: %(our_key)s does not apply to %(field)s.", field=name)
    section.finish()
    return facts


_SUMS = {"amount": ("currency", "vat"), "quantity": ("what",)}
"""Fields with numeric values, and the details that must be separate columns of a sum."""


def _check_numbers(section: Section, facts: FactSelection) -> None:
    name, is_sum = facts.field, facts.measure is Measure.SUM
    rule = DERIVED.get(name)
    if name not in _SUMS and not (rule and (rule.adds_up if is_sum else rule.has_number)):
        raise section.wrong(
            "measure",
            "%(our_where)s: %(our_key)s cannot be a sum of %(name)s."
            if is_sum
            else "%(our_where)s: %(our_key)s cannot be a range of %(name)s.",
            "Amounts and quantities can be added up.",
            name=name,
        )
    if facts.buckets or VALUE in facts.columns or not (facts.speaks or rule):
        raise section.wrong(
            "measure",
            "%(our_where)s: %(our_key)s can be a sum only with columns of details, and with kinds that speak."
            if is_sum
            else "%(our_where)s: %(our_key)s can be a range only with columns of details, and with kinds that speak.",
        )
    apart = rule.apart if rule else _SUMS[name]
    if lacking := [detail for detail in apart if detail not in facts.columns]:
        raise section.wrong(
            "columns",
            "%(our_where)s: %(our_key)s of a sum of %(name)s have to keep apart: %(names)s."
            if is_sum
            else "%(our_where)s: %(our_key)s of a range of %(name)s have to keep apart: %(names)s.",
            name=name,
            names=", ".join(lacking),
        )


def _check_derived(section: Section, facts: FactSelection) -> None:
    for key in ("speaks", "lacks"):
        if key in section.given() and not (key == "speaks" and DERIVED[facts.field].speaks):
            raise section.wrong(
                key,
                "%(our_where)s: %(our_key)s does not apply to %(field)s, which is made from several facts.",
                field=facts.field,
            )
    if facts.within is not None and not (DERIVED[facts.field].has_limit and 0 < facts.within < 100):
        raise section.wrong(
            "within",
            "%(our_where)s: %(our_key)s has to be percent, 1 to 99, and needs a field with limits: under_limit.",
        )
    if facts.buckets and not DERIVED[facts.field].has_number:
        raise section.wrong(
            "bucket", "%(our_where)s: %(our_key)s needs numbers, and %(field)s has none.", field=facts.field
        )


def _bucket(section: Section) -> NumberRange:
    bucket = NumberRange(section.text("label"), section.number("least") or 0, section.number("most"))
    section.finish()
    return bucket


def _request(top: Section) -> SearchRequest | None:
    section = top.section("request")
    if not section.given():
        return None
    text = section.text("query") if "query" in section.given() else ""
    filters = {name: section.texts(name) for facet in FACETS for name in (facet, excluding(facet))}
    section.finish()
    asked = [(name, excluded_facet(name) or name, value, value) for name, values in filters.items() for value in values]
    # A year in a query may be a range.
    in_text = (value for value in parse(text, False).values if value.field != "year")
    asked += [("query", value.field, value.text, value.typed) for value in in_text]
    for key, facet, value, typed in asked:
        if error := fixed_error(facet, value):
            raise section.wrong(
                key,
                "%(our_where)s: %(our_key)s cannot be %(value)s.",
                sentences(error.message, error.remedy),
                value=repr(typed),
            )
    return SearchRequest(text, {name: values for name, values in filters.items() if values}, excerpts=0)
