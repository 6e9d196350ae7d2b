"""The buyer: the contracting authority or author of an act, with its identifiers from letterhead or party block.

A public body counts only in a position of its own: after the label of the buyer, as the paying party, in the
letterhead, beside the verb of the act. Review bodies, vendors' towns and complainants appear elsewhere. A contract
between private parties has no buyer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from archive.model import Fact
from indexer.facts import identifiers
from indexer.facts.bodies import Body, bodies
from indexer.facts.firms import QUOTES, canonical, legal_forms
from indexer.facts.text import DocumentText, any_of, compiled, letters
from indexer.facts.vendors.parties import customers, hereinafter, supplier_after
from indexer.gazetteer import kinds_with, table

LETTERHEAD_WORDS = 150
TOP_WORDS = 60
"""Maximum distance of a letterhead from the top; forms and minutes (the former limit) may begin with a heading."""

ISSUER_WORDS = 300
"""The authority that decides is named before the decision, within this many words."""

CONTRACT_HEAD_WORDS = 450
BEFORE = 180
"""Number of characters before a name in which its label is searched."""

ROLE_WITHIN = 420
"""Number of characters after a party in which its role is given, after address, numbers and representative."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """A candidate: its name and words, with the rule and its confidence."""

    name: str
    first: int
    last: int
    rule: str
    confidence: float
    body: Body | None = None


@cache
def _roles() -> re.Pattern[str]:
    """Return the pattern of the buyer's role, given in brackets after the party."""
    role = any_of(table("bodies")["buyer_roles"])
    named = rf"(?:{any_of(table('roles')['called'])}\s)*"
    return re.compile(
        rf"(?:{hereinafter()}|\bdalje\b)[^\w()]*{named}\W*{role}"
        rf"|\(\W*(?:the\s|kao\s)?\W*{role}\W*\)|\bkao\s{role}|\s[-–—]\s?{role}"
    )


@cache
def _any_role() -> re.Pattern[str]:
    """Return the pattern of what ends the description of one party."""
    return re.compile(rf"{hereinafter()}|\(\W*the\s|\n\W*\d{{1,2}}[.)]\s|\n\W*i\s*\n|\)\s*i\s|\)\W+and\s")


def party(text: DocumentText, named: Sequence[Body]) -> Iterator[Buyer]:
    """Yield the public body in the role of the buyer of a contract."""
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    parties = [body for body in named if body.first < end and text.is_capitalised(body.first)]
    for body in parties:
        start = text.starts[body.first]
        if _party_label().search(text.folded, max(0, start - BEFORE), start):
            yield of_body(body, "contract-label", 0.95)
            return
        if is_called_buyer(text, body.last):
            yield of_body(_nearest_to_role(text, parties, body), "contract-role", 0.95)
            return
    if any(text.find(supplier_after(), 0, end)):
        yield from (of_body(body, "contract-role", 0.85) for body in parties if _is_called(text, body.last))


def _is_called(text: DocumentText, last: int) -> bool:
    """Return whether a party whose name ends at word ``last`` is given a role, and not that of the one who is paid."""
    after = text.starts[last]
    role = _any_role().search(text.folded, after, after + ROLE_WITHIN)
    if role is None or "\n" in role[0]:
        return False
    return supplier_after().match(text.folded, role.start()) is None


_BEGINS_PARTY = re.compile(r"(?:\bizmed\w+|\bbetween|\n\W*\d{1,2}[.)])\W*$")


def _nearest_to_role(text: DocumentText, parties: Sequence[Body], body: Body) -> Body:
    """Return the last body that begins a party's description before the role that ``body`` seems to be given: a
    letterhead stands above the parties."""
    later = [
        other
        for other in parties
        if other.first > body.last
        and _BEGINS_PARTY.search(text.folded, max(0, text.starts[other.first] - 40), text.starts[other.first])
        and is_called_buyer(text, other.last)
    ]
    return later[0] if later else body


@cache
def _party_label() -> re.Pattern[str]:
    label, name = any_of(table("bodies")["buyer_roles"]), any_of(table("bodies")["label_names"])
    return re.compile(rf"(?:\n|\bi\s|izmed\w+\W+)\W*(?:\d\W+)?{label}(?:\s?:|\W{{0,3}}\n\W*{name}\s?:)\W*$")


def is_called_buyer(text: DocumentText, last: int) -> bool:
    """Return whether a party whose name ends at word ``last`` has the role of the buyer."""
    after = text.starts[last]
    boundary = _any_role().search(text.folded, after, after + ROLE_WITHIN)
    role = _roles().search(text.folded, after, after + ROLE_WITHIN)
    return role is not None and (boundary is None or role.start() <= boundary.start())


def letterhead(text: DocumentText, own: Sequence[Body], kind: str | None) -> Iterator[Buyer]:
    """Yield the body whose name begins a line of the letterhead."""
    within = LETTERHEAD_WORDS if kind in kinds_with("procurement") or kind == "form" else TOP_WORDS
    for body in own:
        if body.first > within or body.case != "nominative":
            continue
        if _begins_letterhead_line(text, body.first) and not _runs_on(text, body):
            yield of_body(_institution_below(text, own, body) or body, "letterhead", 0.88)
            return


BELOW_WORDS = 8
"""Maximum distance in words from a municipality that heads a letter to the institution that writes it."""


def _institution_below(text: DocumentText, own: Sequence[Body], above: Body) -> Body | None:
    """Return the institution with a name of its own that stands in the letterhead below its municipality, and again
    in the text: "OPŠTINA UB / BIBLIOTEKA „PRIMER”"."""
    for body in own if above.is_local else ():
        is_named = any(mark in body.name for mark in QUOTES) and not body.is_local and not body.is_oversight
        if is_named and 0 < body.first - above.last <= BELOW_WORDS and text.begins_line(body.first):
            return body if sum(same(each, body) for each in own) > 1 else None
    return None


def _begins_letterhead_line(text: DocumentText, word: int) -> bool:
    """Return whether ``word`` begins a line that continues no sentence, or follows only the name of the state."""
    if not text.begins_line(word):
        return _after_state(text, word)
    wrapped = word > 0 and text.words[word - 1][:1].islower() and text.words[word - 1][-1:].isalpha()
    return not (wrapped and text.continues_block(word))


_STATE = re.compile(
    r"\n\W*(?:\d+\s?/\s?\d+\s)?(?:obrazac\s\d+\s)?(?:(?:republika\ssrbija|ap\svojvodina|bosna\si\shercegovina)\W*)*$"
)


def _after_state(text: DocumentText, word: int) -> bool:
    """Return whether only the name of the state, a page or form number precedes ``word`` on its line."""
    start = text.starts[word]
    return _STATE.search(text.folded, max(0, start - BEFORE), start) is not None


def _runs_on(text: DocumentText, body: Body) -> bool:
    """Return whether a sentence continues after the name; the body is then only mentioned, unless a verb follows."""
    following = body.last + 1
    if following >= len(text.words) or text.begins_line(following) or text.words[body.last][-1:] in ",;:.":
        return False
    return text.words[following][:1].islower() and text.bare[following] not in {"ul", "ulica", "br", "broj", "tel"}


@cache
def _acts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the verb that follows an acting body, and of an officer or statute before its genitive."""
    verbs, officer = any_of(table("bodies")["acts"]), any_of(table("bodies")["officers"])
    return re.compile(rf"[^\n.;]{{0,50}}?\n?[^\n.;]{{0,40}}?{verbs}"), re.compile(rf"{officer}\W*(?:$)")


def issuer(text: DocumentText, own: Sequence[Body]) -> Iterator[Buyer]:
    """Yield the body that decides, publishes or answers, or whose officer or statute is named there."""
    acts, officer = _acts()
    for body in own:
        if body.first > ISSUER_WORDS:
            return
        start, stop = text.starts[body.first], text.starts[min(body.last + 1, len(text.words) - 1)]
        if body.case == "nominative" and acts.match(text.folded, stop, stop + 150):
            yield of_body(body, "issuer", 0.85)
            return
        if body.case == "genitive" and officer.search(text.folded, max(0, start - 40), start):
            yield of_body(body, "officer", 0.82)
            return


def alone_on_line(text: DocumentText, own: Sequence[Body]) -> Iterator[Buyer]:
    """Yield a body whose name is a whole line, as in forms with values after labels."""
    for body in own:
        whole = text.begins_line(body.first) and text.line_end(body.last) == body.last
        if whole and body.case == "nominative" and body.last > body.first:
            yield of_body(body, "line", 0.8)
            return


def only_one(text: DocumentText, own: Sequence[Body]) -> Iterator[Buyer]:
    """Yield the only public body that a procurement document names, in any case."""
    proper = [body for body in own if text.is_capitalised(body.first)]
    if proper and all(same(body, proper[0]) for body in own):
        yield of_body(min(proper, key=lambda body: body.case != "nominative"), "only-one", 0.75)


def same(one: Body, other: Body) -> bool:
    """Return whether two printed names are of one body: one is a prefix of the other, ignoring quotes and case."""
    first, second = (letters(body.name) for body in (one, other))
    return first.startswith(second) or second.startswith(first)


@cache
def _about() -> re.Pattern[str]:
    """Return the pattern of titles directly followed by the name of their subject."""
    return re.compile(rf"{any_of(table('bodies')['titled_by'])}\W+$")


def in_title(text: DocumentText, own: Sequence[Body]) -> Iterator[Buyer]:
    """Yield the municipality in the genitive that the title of a report or regulation names."""
    for body in own:
        start = text.starts[body.first]
        if body.is_local and _about().search(text.folded, max(0, start - 40), start):
            yield of_body(body, "title", 0.85)
            return


_AGAINST = re.compile(r"\b(?:protiv|organ\w*\svlasti|zbog\snepostupanja|odgovorio)\b[^\n]{0,60}$")


@cache
def _silent() -> re.Pattern[str]:
    """Return the pattern of what an authority did that is appealed against."""
    return compiled(table("bodies")["complained"])


def complained_of(text: DocumentText, own: Sequence[Body]) -> Iterator[Buyer]:
    """Yield the authority that an appeal is against: it did not answer, or issued the decision."""
    for body in own:
        if body.is_oversight:
            continue
        start, stop = text.starts[body.first], text.starts[body.last]
        answers = body.case == "nominative" and _silent().search(text.folded, stop, stop + 160)
        if answers or (body.case == "genitive" and _AGAINST.search(text.folded, max(0, start - BEFORE), start)):
            yield of_body(body, "appealed", 0.88)
            return


def addressee(text: DocumentText, own: Sequence[Body]) -> Iterator[Buyer]:
    """Yield the authority that a request is addressed to: at the top, in the nominative or dative, beginning a line."""
    named = [
        body
        for body in own
        if body.first <= LETTERHEAD_WORDS and text.begins_line(body.first) and body.case in {"nominative", "dative"}
    ]
    # Who asks may head the letter, an institute or a centre too.
    chosen = next((body for body in named if body.is_local), named[0] if named else None)
    if chosen is not None:
        yield of_body(chosen, "addressee", 0.88)


def of_body(body: Body, rule: str, confidence: float) -> Buyer:
    """Return a recognized body as a candidate."""
    return Buyer(body.name, body.first, body.last, rule, confidence, body)


@cache
def _label() -> re.Pattern[str]:
    """Return the pattern of a buyer label right before a name, perhaps with a label of the name between them."""
    labels, names = any_of(table("bodies")["labels"]), any_of(table("bodies")["label_names"])
    section = rf"(?:odeljak\si\W{{1,3}})?{labels}(?:\W{{1,3}}i\.1\)[^\n:]{{0,110}})?"
    return re.compile(rf"(?:{section}\W*(?:\(\w+\)\W*)?(?:(?:\d\W+)?{names}\W*)?)$")


@cache
def _free_label() -> re.Pattern[str]:
    """Return the pattern of a buyer label followed by any name up to the end of the line.

    The name may be on the next line if an address label follows it.
    """
    labels = any_of(table("bodies")["free_labels"])
    names = any_of(table("bodies")["label_names"])
    same_line = rf"(?:{labels}\s?:?\W*\n?\s?{names}|{labels})\s?:[ ](?=[^\n]{{5}})"
    return re.compile(rf"\n\W*(?:\d\W+)?(?:{same_line}|{labels}\s?:?\n(?=[^\n:]{{5,120}}\n\W*(?:adres|sedist)\w*))")


def is_labelled(text: DocumentText, word: int) -> bool:
    """Return whether a buyer label directly precedes a word."""
    start = text.starts[word]
    return _label().search(text.folded, max(0, start - BEFORE), start) is not None


def labelled(text: DocumentText, named: Sequence[Body], end: int) -> Iterator[Buyer]:
    """Yield the body, or any name, right after a buyer label."""
    for body in named:
        if body.case == "nominative" and is_labelled(text, body.first):
            yield of_body(body, "label", 0.96)
            return
    yield from _on_label_line(text, end)


@cache
def _under_the_law() -> re.Pattern[str]:
    """Return the pattern of a public procurement: who buys under its law is public, though it be a firm."""
    return compiled(table("bodies")["under_the_law"])


def _on_label_line(text: DocumentText, end: int) -> Iterator[Buyer]:
    """Yield any name right after a buyer label, up to the end of the line or the address."""
    for found in text.find(_free_label(), 0, end):
        first = text.word_at(found.match.end())
        last = _before_address(text, first, min(text.line_end(first), first + 14))
        name = text.in_latin(first, last).strip(" ,;:.–-_")
        name += "." if re.search(r"\w\.\w$", name) else ""
        if text.is_capitalised(first) and last > first and re.fullmatch(r"[^_:@\d]{8,}", name):
            yield Buyer(name, first, last, "label-line", 0.85)
            return


def _before_address(text: DocumentText, first: int, last: int) -> int:
    """Return the last word before the comma between a name and its address: "Vodovod Primer a.d., Duga 2, Ub"."""
    commas = [word for word in range(first, last) if text.words[word].endswith(",")]
    for comma, following in pairwise([*commas, last]):
        if any(text.bare[word] == "bb" or text.bare[word][:1].isdigit() for word in range(comma + 1, following + 1)):
            return comma
    return last


HEAD_PAGES = 4
HEAD_WORDS = 1200
_WHOSE = re.compile(r"\s(?:narucioca|narucitelja|ustanove|skole)(?=\W)")
"""Words of forms between a label and its number that say whose number it is."""

_OF_BUYER = re.compile(
    r"\b(?:pib|p\.\si\.\sb\.?|mb|mat\w{0,5}\W{1,2}br\w*)\s(?:narucioca|narucitelja)\W{0,4}\d[\d\s]{7,12}"
)
"""A number that is labelled as the buyer's, anywhere."""

IDS_WITHIN = 400
_NEXT_PARTY = re.compile(
    r"\n\W*\d{1,2}[.)]\s(?!vrsta|adresa|pib|mat)|\bu\sdaljem\stekstu\b"
    r"|\b(?:ponu[dj]+[ac]c?\w*|izvrsi\w+|izvo[dj]+ac\w*|dobavljac\w*|isporucilac|isporucio[ct]\w*|prodava?c\w*|poslodava?c\w*"
    r"|contractor|supplier)\b"
)
"""The end of the block of a party."""


def find(text: DocumentText, kind: str | None) -> tuple[list[Fact], Body | None]:
    """Return the buyer with its identifiers as facts, and its public body if the name was recognized as one."""
    if kind in kinds_with("no_author") or not text.words:
        return [], None
    end = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    named = list(bodies(text, 0, end))
    buyer = next(_candidates(text, named, kind, end), None)
    if buyer is None:
        return [], None
    details = _identifiers(text, buyer, named)
    fact = text.fact(
        "buyer",
        canonical(buyer.name),
        (buyer.first, buyer.last),
        f"buyer.{buyer.rule}",
        buyer.confidence,
        details=details,
    )
    return [fact], buyer.body


def _candidates(text: DocumentText, named: Sequence[Body], kind: str | None, end: int) -> Iterator[Buyer]:
    """Yield candidates, the most reliable rule first."""
    if kind in kinds_with("contract"):
        yield from party(text, named)
        if _under_the_law().search(text.folded):
            yield from (Buyer(each.name, each.first, each.last, "contract-role", 0.85) for each in customers(text))
            yield from _on_label_line(text, end)
        return
    own = [body for body in named if not body.is_oversight or kind in kinds_with("any_body")]
    yield from labelled(text, named, end)
    if kind == "foi_appeal":
        yield from complained_of(text, own)
        yield from addressee(text, own)
    elif kind == "foi_request":
        yield from addressee(text, own)
    else:
        yield from letterhead(text, own, kind)
        yield from issuer(text, own)
        if kind in kinds_with("form"):
            yield from alone_on_line(text, own)
        elif kind in {"report", "regulation"}:
            yield from in_title(text, own)
        if kind in kinds_with("procurement"):
            yield from only_one(text, own)


def _identifiers(text: DocumentText, buyer: Buyer, named: Sequence[Body]) -> dict[str, str]:
    """Return the identifiers in the first block below the buyer's name that has any."""
    proper = (body for body in named if text.is_capitalised(body.first))
    own = [buyer.last, *(body.last for body in proper if buyer.body and same(body, buyer.body))]
    for last in own:
        start = text.starts[last]
        over = _NEXT_PARTY.search(text.folded, start, start + IDS_WITHIN)
        stop = over.start() if over else start + IDS_WITHIN
        # Numbers after the name of another firm belong to that firm.
        firm = legal_forms()[0].search(text.folded, start, stop)
        stop = firm.start() if firm else stop
        found = identifiers.printed(_WHOSE.sub("", text.folded[start:stop]))
        if found:
            return found
    said = _OF_BUYER.findall(text.folded, 0, text.starts[min(HEAD_WORDS, len(text.words) - 1)])
    return identifiers.printed(_WHOSE.sub("", "\n".join(said)))
