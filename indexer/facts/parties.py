"""The vendors that a contract or an award names, with their tax and registration numbers.

Bidders, invited firms and complainants are not vendors, so a firm must have the role of a supplier in a contract, be
the other of two parties beside the customer, or be the one to whom a contract is awarded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain

from archive.model import Fact
from indexer.facts import firms, identifiers
from indexer.facts.bodies import bodies
from indexer.facts.firms import Firm, end_of
from indexer.facts.kind import calls_itself
from indexer.facts.lots import ANY_LOT
from indexer.facts.text import DocumentText, TextMatch, any_of, compiled
from indexer.gazetteer import kinds_with, table

TO_BIDDER = frozenset({"vendor.award-lot", "vendor.awarded-bare", "vendor.awarded-to-bidder", "vendor.chosen"})
"""Rules whose words call the winner a bidder."""


@dataclass(frozen=True, slots=True)
class NamedVendor:
    """A firm named as a vendor, with rule, confidence and role."""

    firm: Firm
    rule: str
    confidence: float
    role: str = "supplier"


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
    group = rf"{firms.group_of_bidders()}(?:\skoj[aeiu]\scine)?"
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
            if _is_just_denied(text, found.match.start()):
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


def _told_of_awards(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the winners that a letter or report tells in the words of decisions: "izabran je ponuđač X"."""
    for each in awarded(text):
        if each.firm.formed and each.rule not in {"vendor.award-label", CONCLUDED}:
            yield NamedVendor(each.firm, "vendor.contracted-with", 0.85, each.role)


CONTRACT_HEAD_WORDS = 500
"""The parties of a contract are named within this many words, before its first clause."""

PARTY_WORDS = 60
"""Maximum length of the description of a party in words, with address and representative."""

OPPOSITE_WITHIN_WORDS = 60
IDS_WITHIN_WORDS = 45

NEXT_HEAD_WORDS = 150

_NEXT_CONTRACT = re.compile(r"\n(?:ugovor|predugovor|aneks)\s(?:o|za|br\w*)\s[^.]{0,80}\n[^\n]{0,80}\bzaklju[a-z]+")
_PARTY_START = re.compile(
    r"(?:\bizmed\w+|\bbetween|\bamong"
    # A colon at the end of a line begins the list of parties, unless it ends a label such as "PIB:".
    r"|(?<!pib)(?<!\bmb)(?<!broj)(?<!\bbr):\s*\n)\W*$"
    r"|\n\W*(?:\d{1,2}|[a-z])[.)]\s*$|\n\W*(?:i|and)\s+$|\s(?:i|and)\s*\n\W*$|[),]\s*,?\s(?:i|and)\s$"
)
_LIST_OF_PARTIES = re.compile(r"\b(?:izmed\w+|between)\b")
_NEXT_PARTY = re.compile(r"\n\W*\d{1,2}[.)]\s|\bu\sda(?:lj|ljnj)em\stekstu\b")


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the vendors of a contract, an award or a report on contracts; [] for other kinds."""
    named: list[NamedVendor] = []
    if kind in kinds_with("contract"):
        named = list(_contract_parties(text)) or list(_opposite_the_customer(text)) or list(_opposite_the_body(text))
    elif kind in kinds_with("awards"):
        named = list(awarded(text))
    elif kind in kinds_with("account") | {"correspondence"} or (
        kind in {"other", None} and not calls_itself(text, "order")
    ):
        # Councils allow contracts with whom they name.
        named = [*contracted_with(text), *_told_of_awards(text)]
    elif calls_itself(text, "order"):
        named = list(_ordered_from(text))
    named = named or list(_written_to(text, kind))
    facts: dict[str, Fact] = {}
    for one in named:
        firm = one.firm
        if firm.core not in facts and not is_public_body(text, firm):
            details = ids_after(text, firm.last) | {"role": one.role}
            where = (firm.first, firm.last)
            facts[firm.core] = text.fact("vendor", firm.name, where, one.rule, one.confidence, details=details)
    return list(facts.values())


_OF_CONTRACT = re.compile(
    r"\bugovor(?:om|u|a|en\w*)?\s(?:(?:\w+\s)?br\w*\W{1,2}|(?:\w+\s){0,2}?(?:od|zakljucen\w*)\s)?[\w./-]*\d"
)
_OF_BIDS = re.compile(r"\bponud|\bponistavanj|\bzahtev\w* za zastitu|\bzalb")


LETTER = "vendor.letter"
"""The rule of the firm of a letter."""


def _written_to(text: DocumentText, kind: str | None) -> Iterator[NamedVendor]:
    """Yield the only firm of a letter about a contract by its number or day: one of its two sides, if the other is a
    public body. Letters that speak of bids may be from who lost."""
    if kind not in {None, "correspondence"} or not (_OF_CONTRACT.search(text.folded) and "postovan" in text.folded):
        return
    if _OF_BIDS.search(text.folded):
        return
    starts = (word for word in range(len(text.words)) if text.begins_line(word))
    formed = [firm for firm in map(partial(firms.read, text), starts) if firm is not None and firm.formed]
    private = [firm for firm in formed if not is_public_body(text, firm)]
    if len({firm.core for firm in private}) == 1 and next(bodies(text, 0, len(text.words)), None) is not None:
        yield NamedVendor(private[0], LETTER, 0.8)


def _ordered_from(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the firm that an order or a record of acceptance labels as the supplier, or is sent to."""
    label = re.compile(rf"\n\W*(?:{any_of(table('roles')['supplier'])}\s?:?|(?:za|do|to|prima)\s?:)\s\W*")
    for found in text.find(label):
        firm = firms.read(text, text.word_at(found.match.end()))
        if firm is not None and firm.formed:
            yield NamedVendor(firm, "vendor.contract-label", 0.92)


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


def is_public_body(text: DocumentText, firm: Firm) -> bool:
    """Return whether a name has a word that only public bodies have; a firm may be called "Comp Grad d.o.o."."""
    return _public_body(firm.formed).search(text.folded[text.starts[firm.first] : end_of(text, firm.last)]) is not None


@cache
def _public_body(formed: bool) -> re.Pattern[str]:
    words = table("roles")["public_body"]
    return compiled(word for word in words if not (formed and word in {"grad", "škol*"}))


@cache
def _roles() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return three patterns: a supplier's role after its name, its label before it, a customer's role after it."""
    roles = table("roles")
    supplying = any_of((*roles["supplier"], *roles["consortium_member"]))
    name = any_of(table("bodies")["label_names"])
    label = rf"(?:\n|\bi\s|izmed\w+\W+)\W*(?:\d[.)]\s)?{supplying}(?:\s?:|\W{{0,3}}\n\W*{name}\s?:)\s?"
    after = rf"{_role_after(supplying)}|(?:\s[-–—]|,)\s?{any_of(roles['consortium_member'])}"
    return re.compile(after), re.compile(label), re.compile(_role_after(any_of(roles["customer"])))


@cache
def _subcontracted() -> re.Pattern[str]:
    return re.compile(_role_after(any_of(table("roles")["subcontractor"])))


def _role_after(role: str) -> str:
    """Return the pattern of a role after the description of a party: "(hereinafter: Supplier)"."""
    said = hereinafter()
    named = rf"(?:{any_of(table('roles')['called'])}\s)*"
    in_brackets = rf"\((?:[^()]{{0,30}}\W)?(?:{said}|dalje)?[^\w()]*{named}\W*{role}(?:\s\w+){{0,2}}[^\w()]*\)"
    called = rf"{said}\W{{1,4}}{named}\W*{role}"
    return rf"{in_brackets}|(?:{said}|dalje)?\W*(?<!\w)kao\s{role}|{called}"


@cache
def supplier_after() -> re.Pattern[str]:
    """Return the pattern of the role of whoever is paid, after the description of a party."""
    return re.compile(_role_after(any_of((*table("roles")["supplier"], *table("roles")["gives"]))))


@cache
def hereinafter() -> str:
    """Return the regular expression of what a contract says before it gives a party its role."""
    return any_of(table("roles")["hereinafter"])


def _heads(text: DocumentText) -> Iterator[tuple[int, int]]:
    """Yield the word ranges in which parties are named: the head of the contract and of further ones in the file."""
    yield 0, min(CONTRACT_HEAD_WORDS, len(text.words))
    for found in text.find(_NEXT_CONTRACT, min(CONTRACT_HEAD_WORDS, len(text.words))):
        heading = text.word_at(found.match.start() + 1)
        if text.is_capitalised(heading):
            yield heading, min(found.last + NEXT_HEAD_WORDS, len(text.words))


def _contract_parties(text: DocumentText) -> Iterator[NamedVendor]:
    for first, end in _heads(text):
        yield from _parties_in(text, first, end)


def _parties_in(text: DocumentText, first: int, end: int) -> Iterator[NamedVendor]:
    """Yield the firms that are given a supplier's role in the words from ``first`` up to ``end``: the subcontractor's
    where nobody is called the customer."""
    after, before, customer = _roles()
    if next(text.find(_subcontracted(), first, end), None) and not next(text.find(customer, first, end), None):
        after = _subcontracted()
    for found in text.find(after, first, end):
        role = found.first
        firm = _named_before(text, role) or _party_before(text, role) or _first_party(text, first, role)
        if firm is not None:
            yield NamedVendor(firm, "vendor.contract-role", 0.92, _role_of(found))
    for found in text.find(before, first, end):
        firm = firms.read(text, found.last + 1)
        if firm is not None:
            yield NamedVendor(firm, "vendor.contract-label", 0.92, _role_of(found))
    for found in text.find(_bare_label(), first, end):
        firm = firms.read(text, text.word_at(found.match.end()))
        # Over signatures "Seller" and "Buyer" stand in one line, and the name of one below.
        is_named = firm is not None and not any(side.match(text.folded, text.starts[firm.first]) for side in _sides())
        if (
            firm is not None
            and is_named
            and firm.formed
            and text.is_capitalised(text.word_at(found.match.start("role")))
        ):
            yield NamedVendor(firm, "vendor.contract-label", 0.88, _role_of(found))


@cache
def _bare_label() -> re.Pattern[str]:
    """Return the pattern of a supplier's role at the beginning of a line, without a colon, in line with its name or
    above it."""
    what = r"(?:\s(?:radova|uslug[ae]|dobara|posla))?"
    return re.compile(rf"\n\W*(?:\d[.)]\s)?(?P<role>{any_of(table('roles')['supplier'])}{what})\s(?=[\w\"“”„«»])")


def _role_of(found: TextMatch) -> str:
    return "consortium_member" if _member().search(found.match[0]) else "supplier"


@cache
def _member() -> re.Pattern[str]:
    return compiled(table("roles")["consortium_member"])


def _named_before(text: DocumentText, role: int) -> Firm | None:
    """Return the firm whose name is all that stands before word ``role`` on its line: "X d.o.o. Niš (član grupe)"."""
    firm = firms.read(text, text.line_start(role - 1)) if role else None
    return firm if firm is not None and firm.formed and firm.last == role - 1 else None


def _party_before(text: DocumentText, role: int) -> Firm | None:
    """Return the firm whose description ends before word ``role``, None if it is a person."""
    firm = firms.read(text, _party_start(text, role))
    return firm if firm is not None and firm.last <= role else None


_NUMBER_LABELS = frozenset({"vat", "tax", "pib", "oib", "jib", "mb", "maticni", "registered"})
"""Words after "and" that begin another number of the same party."""


def _party_start(text: DocumentText, role: int) -> int:
    """Return the first word of the party described before word ``role``.

    "Its heirs, and assigns" is part of a description: in lower case a party begins only where a firm is recognized.
    """
    for word in range(role - 1, max(0, role - PARTY_WORDS), -1):
        is_number = text.fold_of(word) in _NUMBER_LABELS
        if (
            not is_number
            and _begins_party(text, word)
            and (not text.words[word][:1].islower() or firms.read(text, word) is not None)
        ):
            return word
    return role


def _first_party(text: DocumentText, first: int, role: int) -> Firm | None:
    """Return the firm that begins the description before word ``role``, after what the party before is called: it
    begins a line, or stands after a label ("Naziv: X d.o.o."). A bank is named further on."""
    before = [found.last + 1 for found in text.find(_given_role(), first, role)]
    found: Firm | None = None
    for word in range(max([first, role - PARTY_WORDS, *before]), role):
        is_named = (
            word > 0 and _name_label().search(text.folded, text.starts[max(0, word - 4)], text.starts[word]) is not None
        )
        begins = text.begins_line(word) and not text.words[word].startswith("(")
        if is_named or (found is None and begins):
            firm = firms.read(text, word)
            if firm is not None and firm.formed and firm.last < role:
                found = firm
                if is_named:
                    break
    return found


@cache
def _name_label() -> re.Pattern[str]:
    return re.compile(rf"{any_of(table('bodies')['label_names'])}\s?:\W*$")


@cache
def _given_role() -> re.Pattern[str]:
    """Return the pattern of the role that a party is given, whatever it is: "(u daljem tekstu: Posrednik"; one that
    is known may stand alone in brackets."""
    sides = any_of(word for name in ("customer", "takes", "supplier", "gives") for word in table("roles")[name])
    said = rf"{hereinafter()}\W{{1,4}}(?:{any_of(table('roles')['called'])}\W+)*"
    return re.compile(rf"(?:{said}|\((?={sides}\)))(?P<role>\w+(?:\s\w+)?)")


@cache
def _sides() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of roles of those who pay, and of those who are paid."""
    roles = table("roles")
    return compiled((*roles["customer"], *roles["takes"])), compiled((*roles["supplier"], *roles["gives"]))


def _opposite_the_body(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the firm that stands opposite a public body in a contract of two parties, whatever they are called, unless
    their roles say that the firm pays."""
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    marks = list(text.find(_given_role(), 0, end))
    if len(marks) != 2:
        return
    pays, is_paid = _sides()
    parties = []
    for low, mark in ((0, marks[0]), (marks[0].last + 1, marks[1])):
        firm = _party_before(text, mark.first) or _first_party(text, low, mark.first)
        body = next(bodies(text, max(low, mark.first - PARTY_WORDS), mark.first), None)
        parties.append((firm, body if firm is None or (body and body.first <= firm.first) else None))
    for (firm, other), (_, body), own, its in zip(parties, parties[::-1], marks, marks[::-1], strict=True):
        is_turned = pays.search(own.match["role"]) or is_paid.search(its.match["role"])
        if firm is not None and firm.formed and other is None and body is not None and not is_turned:
            yield NamedVendor(firm, "vendor.opposite-customer", 0.85)


def customers(text: DocumentText) -> Iterator[Firm]:
    """Yield the firms that a contract calls its customer."""
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    for found in text.find(_roles()[2], 0, end):
        firm = _party_before(text, found.first) or _first_party(text, 0, found.first)
        if firm is not None and firm.formed:
            yield firm


def _begins_party(text: DocumentText, word: int) -> bool:
    return _PARTY_START.search(text.folded, max(0, text.starts[word] - 40), text.starts[word]) is not None


def _opposite_the_customer(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the other of two parties, if one is called the customer and the role of the other is unknown or misread."""
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    opening = next(text.find(_LIST_OF_PARTIES, 0, end), None)
    customers = list(text.find(_roles()[2], opening.last, end)) if opening else []
    if opening is None or len(customers) != 1:
        return
    customer = customers[0]
    own = _party_start(text, customer.first)
    sides = ((customer.last + 1, customer.last + OPPOSITE_WITHIN_WORDS), (opening.last + 1, own))
    for first, stop in sides:
        parties = list(_parties_between(text, first, min(stop, end)))
        if len(parties) == 1:
            yield NamedVendor(parties[0], "vendor.opposite-customer", 0.85)
        if parties:
            return


def _parties_between(text: DocumentText, first: int, stop: int) -> Iterator[Firm]:
    """Yield the firms with a legal form that begin where a party may begin, from word ``first`` up to ``stop``."""
    for word in range(first, stop):
        if word >= first and (_begins_party(text, word) or text.fold_of(word - 1) in {"i", "and"}):
            firm = firms.read(text, word)
            if firm is not None and firm.formed and firm.last < stop:
                yield firm
                first = firm.last + 1


def ids_after(text: DocumentText, last: int, before: int | None = None) -> dict[str, str]:
    """Return the identifiers printed after a name, before the description of the next party and before a word."""
    stop = end_of(text, min(last + IDS_WITHIN_WORDS, len(text.words) - 1, *([] if before is None else [before - 1])))
    passage = _NEXT_PARTY.split(text.folded[end_of(text, last) : stop], maxsplit=1)[0]
    return identifiers.at_once(passage) or identifiers.printed(passage)
