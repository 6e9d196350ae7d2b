"""The firms to whom sentences say that a contract was given, or whose bid was turned down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain

from indexer.facts import firms
from indexer.facts.firms import Firm, end_of
from indexer.facts.lots import ANY_LOT
from indexer.facts.text import DocumentText, TextMatch, any_of, compiled
from indexer.facts.vendors.parties import NamedVendor
from indexer.gazetteer import table

CONCLUDED = "vendor.concluded-with"
"""The rule of decisions that a contract or framework agreement is concluded with; letters conclude minutes, too."""

AWARDED_WITHIN = 300
"""Maximum characters between the verb of an award and who gets it: the subject of the contract stands there."""


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    """Return the patterns that precede the name of a winner, the most reliable first."""
    words = table("awards")
    given, bidder, other, with_ = (any_of(words[key]) for key in ("given", "to_bidder", "to_other", "to_with"))
    form = rf"{any_of(words['form_heading'])}\W*{any_of(words['form_name'])}[:\s]*"
    joint = rf"{any_of(words['joint'])}(?:\W(?:[^\W\d]+\W+){{0,3}}?{any_of(words['handed_in'])})?"
    numbered = r"(?:\s(?:br|broj)\W{1,2}[\w./-]*\d[\w./-]*(?:\sod\s[\d. ]{6,13})?,?(?:\sponud\w+)?)?"
    group = firms.named_group()
    # A heading ("o dodeli ugovora") gives to the name on its line; a verb, whatever stands between.
    sentence = rf"(?<!\bo\s){given}(?:[^.;]|(?<=\d)\.){{0,{AWARDED_WITHIN}}}?\s"
    given = rf"(?:{given}[^\n.;]{{0,160}}?\n?\s?|{sentence})"
    lot = rf"{ANY_LOT}\W*(?:\([^()]*\))?\W*"
    return (
        ("vendor.form", re.compile(form), 0.97),
        ("vendor.award-lot", re.compile(rf"{lot}{bidder}[:\s]+"), 0.93),
        ("vendor.awarded-to-group", re.compile(rf"{lot}{group}[:\s]+"), 0.93),
        ("vendor.awarded-to-bidder", re.compile(rf"{given}{bidder}[:\s]+"), 0.92),
        ("vendor.awarded-to", re.compile(rf"{given}{other}[:\s]+"), 0.9),
        (CONCLUDED, re.compile(rf"{given}{with_}[:\s]+"), 0.9),
        ("vendor.awarded-to-group", re.compile(rf"{given}(?:{joint}|{group})[:\s]+"), 0.9),
        ("vendor.award-label", re.compile(rf"{any_of(words['labelled'])}\s?:\s*"), 0.9),
        ("vendor.award-label", re.compile(rf"\n\W*(?:\d{{1,2}}[.)]\W*)?{any_of(words['line_labels'])}\s?:\s*"), 0.9),
        ("vendor.chosen", re.compile(rf"{any_of(words['chosen'])}{numbered}[:\s]+"), 0.9),
    )


def awarded(text: DocumentText) -> list[NamedVendor]:
    """Return every mention of a firm as the one that gets the contract."""
    return text.once("awarded", lambda: _awarded(text))


def _awarded(text: DocumentText) -> Iterator[NamedVendor]:
    for rule, pattern, confidence in _rules():
        for found in text.find(pattern):
            is_of_two = rule == "vendor.chosen" and _SENTENCE_BEFORE.search(found.match[0]) is not None
            if is_of_two or _is_just_denied(text, found.match.start()):
                continue
            start = text.word_at(found.match.end())
            if rule == "vendor.form":
                named = firms.in_field(text, start)
            elif rule == "vendor.awarded-to-group" or re.compile(firms.group_of_bidders()).match(
                text.folded, text.starts[start]
            ):
                named = list(firms.in_a_row(text, start, of_group=True))
            else:
                named = [firm for firm in [firms.read(text, start)] if firm is not None]
            is_of_bid = found.match[0].rstrip(": \n").endswith("ponuda")
            if not named and not is_of_bid and (bare := firms.read_bare(text, start)) is not None:
                yield NamedVendor(bare, "vendor.awarded-bare", 0.75)
            role = "consortium_member" if len(named) > 1 else "supplier"
            yield from (NamedVendor(firm, rule, confidence, role) for firm in named)


@cache
def _contracted() -> tuple[re.Pattern[str], ...]:
    """Return what stands before the firm that a contract was concluded with: with the verb, or without it; the verb
    after its name; contract, verb and "with", where the date of the contract may stand between them; the verb and
    "with", if the contract follows the name; "bought from"; "contract 12/24 with"; "is maintained by"; "paid to", "was
    entrusted to"; "from the firm", and the verb after its name."""
    words = table("awards")
    number = r"(?:br\w*\W{1,2})?[\w./-]*\d[\w/-]*"
    concluded, contract, supplier = (any_of(words[key]) for key in ("concluded", "contract", "with_supplier"))
    return (
        re.compile(rf"{concluded}[^.;]{{0,60}}?{contract}[^.;]{{0,60}}?\ssa?\s(?:istim\s)?{supplier}\W+"),
        re.compile(rf"\ssa?\s(?:{supplier}\W+|(?=[\"“”„«»]))"),
        re.compile(rf"\W+[^.;]{{0,30}}?{concluded}[^.;]{{0,20}}?{contract}"),
        re.compile(
            rf"{contract}[^;]{{0,160}}?{concluded}(?:[^.;]|(?<=\d)\.){{0,40}}?\s(?:sa?|so|with)\s(?:istim\s)?(?:{supplier}\s)?\W*"
        ),
        re.compile(rf"{concluded}[^.;]{{0,30}}?\ssa?\s{supplier}\W+"),
        re.compile(rf"{any_of(words['bought'])}(?:[^.;]|(?<=\d)\.){{0,80}}?\s(?:od|from)\b\W*"),
        re.compile(
            rf"{contract}\s(?:(?:{number}\s)?sa?\s(?:istim\s)?(?:{supplier}\s)?\W*"
            rf"|{number}(?:\sod\s[\d. ]{{6,12}})?,\s(?=[\w\"“”„«»]))"
        ),
        re.compile(rf"{any_of(words['does'])}\s(?:(?:ga|ih|je|su|nam|za\snas)\s){{0,2}}(?:firma\s|preduzece\s)?\W*"),
        re.compile(rf"{any_of(words['paid'])}[^.;]{{0,40}}?\s{any_of(words['to_other'])}\W(?:[^.;()]{{3,40}}\()?\W*"),
        re.compile(
            rf"{any_of(words['supplies'])}(?:(?:\s(?:po|za|u|na|iz)(?:\s\w+){{1,3}}?)?(?P<told>(?:\s(?:je|bi[ol]a?|was|is))+))?"
            r"(?: (?=\S)|\n(?=[\"“”„«»]))"
        ),
        re.compile(r"\bod\s(?:firm|preduzec|poduzec|dobavljac|drustv|isporucio|preduzetni)\w*\s\W*"),
        re.compile(rf"\W+[^.;]{{0,20}}?{any_of(words['bought'])}"),
    )


CONTRACT_WITHIN = 30
"""Characters after a firm's name in which the contract is named: "zaključila je sa dobavljačem X ugovor"."""


@cache
def _contract() -> re.Pattern[str]:
    return re.compile(any_of(table("awards")["contract"]))


DENIED_WITHIN, DENIED_AFTER = 24, 12
"""Characters of its clause before "bought from", and after the firm, in which it is denied."""


@cache
def _denied() -> re.Pattern[str]:
    return re.compile(r"\b(?:ne|niti|nije|nisu|nismo|not|nece|nema|nemamo|nikakv\w*)\b")


FORMER_WITHIN = 20
"""Characters before a supplier in which it is said to be one of before."""


@cache
def _former() -> re.Pattern[str]:
    """Return the pattern of what makes a supplier one of before, or of another: "dosadašnji dobavljač X"."""
    return compiled(table("awards")["former"])


@cache
def _just_denied() -> re.Pattern[str]:
    return re.compile(rf"{_denied().pattern}[^\w.;:]+(?:\w+[^\w.;:]+)?$")


def _is_just_denied(text: DocumentText, start: int) -> bool:
    """Return whether the verb of an award is denied right before it: "nije izabran", "ne može se dodeliti"."""
    return _just_denied().search(text.folded, max(0, start - DENIED_WITHIN), start) is not None


def _is_former(text: DocumentText, found: TextMatch) -> bool:
    return _former().search(text.folded, max(0, found.match.start() - FORMER_WITHIN), found.match.start()) is not None


def _is_denied(text: DocumentText, found: TextMatch, firm: Firm, verb: re.Match[str] | None = None) -> bool:
    """Return whether a contract is denied: before its words, up to the verb that follows the firm, or right after it:
    "ugovor sa X ne postoji"."""
    start, end = found.match.start(), end_of(text, firm.last)
    clause = re.split("[.,;:]", text.folded[max(0, start - DENIED_WITHIN) : start])[-1]
    if _denied().search(text.folded, start - len(clause), found.match.end()):
        return True
    if verb is not None:
        return _denied().search(text.folded, end, verb.end()) is not None
    return _denied().match(text.folded, end + 1, end + DENIED_AFTER) is not None


NO_CONTRACT_WITHIN = 100
"""Characters before a firm's name in which a contract with it is denied: "nije zaključila ugovor sa X"."""


def is_without_contract(text: DocumentText, first: int) -> bool:
    """Return whether the words before a name, in its sentence, deny a contract with it."""
    start = text.starts[first]
    clause = re.split(r"[.;:]\s", text.folded[max(0, start - NO_CONTRACT_WITHIN) : start])[-1]
    denied = _denied().search(clause)
    return denied is not None and _no_contract().search(clause, denied.end()) is not None


@cache
def _no_contract() -> re.Pattern[str]:
    return re.compile(rf"{_contract().pattern}(?:\s\w+){{0,2}}\s(?:sa?|so|with)\W+$")


CONTRACTED_WITHIN = 80
"""Characters after a firm's name in which a contract with it is said to be concluded."""


def contracted_with(text: DocumentText) -> list[NamedVendor]:
    """Return every mention of a firm that an authority is said to have contracted."""
    return text.once("contracted", lambda: _contracted_with(text))


def _contracted_with(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the X of "The municipality concluded a contract with the supplier X", or "with the supplier X concluded a
    contract": an authority tells whom it contracted."""
    after, before, concluded, told, between, *dealt, supplies, from_whom, bought = _contracted()
    # With a capital it may be the head of a column, and what follows the next head.
    subjects = (each for each in text.find(supplies) if each.match["told"] or not text.is_capitalised(each.first))
    for found in (*(each for pattern in (told, *dealt) for each in text.find(pattern)), *subjects):
        firm = firms.read(text, text.word_at(found.match.end()))
        if firm is not None and firm.formed and not _is_former(text, found) and not _is_denied(text, found, firm):
            yield NamedVendor(firm, "vendor.contracted-with", 0.85)
    sellers = (firm for firm in _with_verb(text, from_whom, bought.match, CONTRACT_WITHIN) if firm.formed)
    yield from (NamedVendor(firm, "vendor.contracted-with", 0.85) for firm in sellers)
    for found in text.find(after):
        firm = firms.read(text, text.word_at(found.match.end()))
        if firm is not None and not _is_denied(text, found, firm):
            yield NamedVendor(firm, "vendor.contracted-with", 0.88)
    others = chain(
        _with_verb(text, between, _contract().search, CONTRACT_WITHIN),
        _with_verb(text, before, concluded.match, CONTRACTED_WITHIN),
    )
    yield from (NamedVendor(firm, "vendor.contracted-with", 0.85) for firm in others)


def _with_verb(
    text: DocumentText, before: re.Pattern[str], verb: Callable[[str, int, int], re.Match[str] | None], within: int
) -> Iterator[Firm]:
    """Yield the firms after a pattern that have a verb within some characters after their name, and not denied."""
    for found in text.find(before):
        firm = firms.read(text, text.word_at(found.match.end()))
        if firm is not None:
            end = end_of(text, firm.last)
            said = verb(text.folded, end, end + within)
            if said is not None and not _is_denied(text, found, firm, said):
                yield firm


def told_of_awards(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the winners that a letter or report tells in the words of decisions: "izabran je ponuđač X"."""
    for each in awarded(text):
        is_told = each.rule not in {"vendor.award-label", CONCLUDED} and not is_just_proposed(text, each.firm.first)
        if each.firm.formed and is_told:
            yield NamedVendor(each.firm, "vendor.contracted-with", 0.85, each.role)


_JUST_PROPOSED = re.compile(r"\bpredl\w+[^.;\n]{0,60}?\bda\sse\s[^.;]{0,80}$")


def is_just_proposed(text: DocumentText, first: int) -> bool:
    """Return whether an award to the firm that begins at a word is a proposal: "Predlog da se ugovor dodeli X"."""
    start = text.starts[first]
    return _JUST_PROPOSED.search(text.folded, max(0, start - TURNED_DOWN_WITHIN), start) is not None


TURNED_DOWN_WITHIN = 160
"""Characters before a name in which its bid is said to be turned down."""

_SENTENCE_BEFORE = re.compile(r"[;!?]\s|[a-z)\"”“]{4,}\.\s|\n\W*(?:\d{1,2}[.)]|[-–•])\s")


def is_turned_down(text: DocumentText, first: int) -> bool:
    """Return whether the bid of the firm whose name begins at a word is turned down: "Odbija se ponuda ponuđača X"."""
    start = text.starts[first]
    low = max(0, start - TURNED_DOWN_WITHIN)
    before = _SENTENCE_BEFORE.split(text.folded[low:start])[-1]
    said = _turned_down().search(before)
    if said is not None and firms.legal_forms()[0].search(before, said.end()) is None:
        return True
    return _whose_was_turned_down().match(text.folded, start, start + TURNED_DOWN_WITHIN) is not None


@cache
def _whose_was_turned_down() -> re.Pattern[str]:
    """Return the pattern of what follows a name: "X d.o.o. Ub, čija je ponuda odbijena"."""
    rejected = any_of(table("offers")["rejected"])
    return re.compile(rf"[^.;]{{3,60}}?(?:\.[^.;]{{0,30}}){{0,3}},\s(?:cij\w+|whose)\s[^.;,]{{0,40}}?{rejected}")


@cache
def _turned_down() -> re.Pattern[str]:
    bid = any_of(["ponud*", *table("roles")["bidder"], "tender", "bid"])
    return re.compile(
        rf"{any_of(table('offers')['turned_down'])}[^.;]*?{bid}|{bid}[^.;]*?{any_of(table('offers')['turned_down'])}"
    )
