"""Whose a bank account is, in texts in plain Latin letters (:mod:`archive.masking.places`).

The accounts of firms and public bodies are public. Those of natural persons and sole traders are not, and neither is
one of which nothing tells whose it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.masking.numbers import one_of


def _any_of(words: str, more: str = "") -> re.Pattern[str]:
    """Return an expression for any of some beginnings of words; those that end with ``!`` are whole words. ``_`` is a
    space."""
    beginnings = re.sub(r"!(?=\||$)", r"(?!\\w)", one_of(words)).replace("_", " ")
    return re.compile(rf"\b(?:{beginnings}{more})", re.IGNORECASE)


_LEGAL_FORM = (
    r"j?\.? ?d\. ?o\. ?o|j?doo\b|a\. ?d\.|ad\b|d\. ?d\.|dd\b|sh\. ?p\. ?k|shpk\b|ltd\b|llc\b|gmbh\b|kft\b|zrt\b"
)
_LEGAL = re.compile(rf"\b(?:{_LEGAL_FORM})", re.IGNORECASE)
_FIRM = _any_of(
    r"""
    ju! os! zz! fk! kk! kud! mz! (?:opstin|opcin|grad(?:a|u|om|ska)?(?!\w)|zupanij|kanton|republik|komun)(?!\w*_?:)
    ministarstv pokrajin budz?et prorac sud! tuzilas uprav[aeiu]! poresk trezor skol[aeiu]! gimnazij fakultet
    univerzitet dom[au]?_(?:zdravlj?|kultur|ucenik) bolnic ustanov zavod fond\w{0,2}! institut bibliotek muzej
    centar_za preduzec poduzec kompanij drustv[aou]! udruzenj? udrug savez klub zadrug zajednic crkv eparhij
    manastir fondacij zaduzbin crven\w+_k(?:rst|riz) zgrad[ae]! sindikat municipalit association
    company shoq[ae] investitor vrtic
    """,
    rf"|{_LEGAL_FORM}|(?:j\.? ?k?|k\.? ?j)\.? ?p\b",
)
_PERSON = _any_of(
    r"""
    pr! preduzetni poduzetni s(?:z|t|u|zt|tt|zk|g)r\b(?!\.) samostaln radnj[aeiu]! obrt vl\. vlasni gazdinstv advoka
    adv\. odvjetni notar belj?eznik biljeznik izvrsitelj ordinacij jmbg?! licn privatn zaposlen\w*_(?:u|kod)!
    s\._?p\. e\._?v\. s\._?[ztu]\._?(?:[ztu]\._?)?r! sole_trader self-employed radi_(?:u|kod)! spis(?:ak|ka|ku)!
    isplatn ime_i_prez na_ime! prezime
    """,
    r"|p\. ?r\.|(?<![0-9-])[0-3][0-9][01][0-9][09][0-9]{8}(?![0-9-])",
)
"""What tells that an account is of a natural person or a sole trader, wherever it stands in the part of a party."""

_PAID = _any_of(r"""
    zaposlen radni[kc] autor stipend studen ucenik ucenic vj?estak svj?edok ostecen roditelj majk supru penzi zarad
    plat[aeu]! honorar naknad najam najm zakup alimentac izdrzavanj pomoc molb zalb izjav komisij zahtj?ev prijav
    podnosi porodic obitelj stanar deteta?! dj?ecak volonter konsultant punomocni nj?egov nj?en moj svoj mi! nam!
    consultant employee fee! salary
""")
"""What is paid to persons, and roles of persons: a firm that is named before is no holder."""

_PARTS = re.compile(
    r"[;:•|]|\bdaljem tekstu[^)]{0,40}\)?|\b(?:i|and|te) [0-9]\. |\b(?:protiv|priman?|ili na|odnosno na|or by)\b"
    r"|\bizmed\w*"
    r"|(?P<pays>(?<!za )\b(?:(?:up|isp|nap)la[ct]|pla(?:c[aeu]|ti)|doznac|prenos|preba[cs]|vrac[ae])\w*|\bpaid\b)",
    re.IGNORECASE,
)
"""What parts one party from another."""

_OF_ROLE = _any_of(
    r"racun\w*_(?:izvrsi|prodav|zakupodav|najmodav|izvoda|dobavlj|ponuda|pruza|podnosi|poverio|primao|korisni|vlasni)"
)
"""The account of a party that is told by its role alone: nobody knows here whether it is a firm."""

_PAYER = re.compile(
    r"\b(?:od|from|by)\b[^,]*$|\b(?:iz|kod|u(?! korist)|na teritoriji)(?: [„“\"]?[\w-]+[“”\"]?)? $"
    r"|\b(?:zaposlen|radni[kc]|ucenik|ucenic|studen|direktor|vlasni|clan|penzioner|osiguranik|profesor|nastavni|lekar)\w*"
    r"(?: \w+){0,2} $",
    re.IGNORECASE,
)
"""Before who pays, where somebody lives, works or learns."""

_BANK = re.compile(
    r"(?:\b(?:kod|in) )?\b(?:(?:[\w-]+ )?\w*ban[kc]\w*"
    r"|(?:pbz|otp|nlb|erste|unicredit|intesa|aik|raiffeisen|addiko|hpb|zaba)\b)"
    r"(?: [A-Z][\w-]+)?(?: (?:a\.? ?d|d\.? ?d)\.?(?!\w))?",
    re.IGNORECASE,
)
"""The bank of an account is not its holder."""

_SENTENCE = re.compile(r"(\w+)[.!?] (?=[A-Z„\"(])")
_SHORTENED = re.compile(
    one_of("br ul sv dr mr st str tel fax faks mob tek dipl ing inz prof adv god cl ph ekon prav grad gra [a-z]"),
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:[\w.]+ ){0,3}(?:racun|iban|t\. ?r)\w*(?: \w+){0,2}[ :.]{0,3}(?:br(?:oj)?\b[ :.]*)?", re.IGNORECASE
)
"""A label alone: the account is of whom the sentence before names."""

_REPRESENTED = re.compile(
    r"\b(?:zastup|represented|kontakt|contact|(?:lice|osoba) za|perfaqes)[^;.]{0,60}$", re.IGNORECASE
)
_HEADS = re.compile(
    r"\b(?:direktor|pred?sj?edni|nacelni|gradonacelni|rukovod|upravni|odgovorn|ovlas|poslovod|dekan|minist|sekretar"
    r"|ravnatelj|director|mayor)[^;.]{0,60}$",
    re.IGNORECASE,
)
"""Who acts for a firm that is named before."""

_BUYER = re.compile(
    r"\b(?:kup(?:ac|c)|korisni|potrosac|platil|narucil|za:|prima(?:lac|telj)|bill to|to:|customer)\w*", re.IGNORECASE
)
_BUYS = re.compile(rf"{_BUYER.pattern}[^;.]{{0,20}}$", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"\b(?:adres|sedist|sjedist|mest|mjest|ulic|tel|faks|fax|mail|post|pib|mb|mat|oib|sifr|direktor|zastup|kontakt|racun|iban"
    r"|web|banc|bank|narucil|ponuda|izvoda|dobavlj|prodav|primalac|rok|svrha|poziv)\w*\.?(?: \w+){0,2} ?$",
    re.IGNORECASE,
)
"""A label before a colon that is of the party that is named already, or of one that mostly is a firm."""

_NAMED = re.compile(r"\b(?!(?:Racun|Tekuci|Broj|Iban|Ziro|Uplat|Poziv|Model)\w*)[A-Z][a-z]{2,}")
_ZIRO = re.compile(r"\bziro[ -]?(?:racun\w*)?[^0-9]{0,40}$", re.IGNORECASE)
_INVOICE = re.compile(
    r"\b(?:PREDRACUN|FAKTURA|RACUN|INVOICE)\b"
    r"|(?:(?i:predracun|faktura|invoice)|\bRacun)(?i:[ -]otpremnica)? ?(?i:br\b|broj|no\b|#)"
)
_TREASURY = re.compile(r"(?:(?:RS|ME) ?[0-9]{2} ?)?(?:840|832)(?:[ -]|[0-9])")
"""Of Serbia and of Montenegro."""

_OWN = re.compile(
    r"[ ,(-]*(?:otvoren\w*[ ,]*)?(?:vlasni|account holder|na ime\b|ime i prez|jmbg?\b|koji glasi)", re.IGNORECASE
)
_RECEIVES = r"(?:primalac|primatelj|korisnik|titular|u korist)\w*(?: racuna)?[ :]{0,2}"
_OWNED = re.compile(
    rf"[ ,(-]*(?:{_RECEIVES}|(?:zaposlen|radni[kc]|izvrsi|izvodac|zakupodav|najmodav|prodav|autor|dostavlja)\w*[ :]*)?",
    re.IGNORECASE,
)
_RECEIVER = re.compile(rf"[ ,(-]*{_RECEIVES}", re.IGNORECASE)
_CALLED = re.compile(r"[ „“”\"(-]*(?:[A-Z][\w-]*[“”\"]? ){0,3}")
_BEFORE, _AFTER, _HEAD, _ISSUER, _FIRST = 240, 70, 120, 400, 1000


@dataclass(frozen=True, slots=True)
class _Paper:
    """A text, and where the names of persons begin, in order; whether it is a bill, and one that a firm issued."""

    text: str
    persons: Sequence[int]
    is_bill: bool
    is_of_firm: bool

    def named(self, first: int, last: int) -> Sequence[int]:
        """Return where the names begin that begin in a part of the text."""
        return self.persons[bisect_left(self.persons, first) : bisect_left(self.persons, last)]


def public_accounts(
    text: str, accounts: Iterable[tuple[int, int]], persons: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield those of the ``accounts`` that are of firms or public bodies, as the words around them say. ``persons`` are
    the places of names."""
    begins = sorted(begin for begin, _ in persons)
    is_bill = _INVOICE.search(text, 0, _HEAD) is not None
    paper = _Paper(text, begins, is_bill, is_bill and _is_issued_by_firm(text, begins))
    yield from (account for account in accounts if _is_public(paper, *account))


def _is_public(paper: _Paper, begin: int, end: int) -> bool:
    text = paper.text
    if _TREASURY.match(text, begin):
        return True
    if _is_private_after(paper, end):
        return False
    furthest = max(0, begin - _BEFORE)
    start, *earlier = sorted({furthest, *_sentences(text, furthest, begin)}, reverse=True)
    if earlier and _LABEL.fullmatch(text, start, begin):
        start = earlier[0]
    if _is_of_firms_role(paper, start, begin):
        return True
    last = begin
    for part in reversed([None, *_PARTS.finditer(text, start, begin)]):
        first = part.end() if part else start
        holder = _is_firms(paper, first, last)
        if holder is not None:
            return holder
        is_of_role = _OF_ROLE.search(text, first, last) or (part and _is_of_other(paper, part, last))
        if is_of_role or (part and part["pays"]):
            # Who pays is no holder, and of another party nobody knows what it is.
            break
        last = part.start() if part else start
    return paper.is_of_firm or _is_ziro(paper, start, begin) or _is_firm_after(text, end)


def _is_of_firms_role(paper: _Paper, start: int, begin: int) -> bool:
    """Return whether an account is of a role alone, in which the paper names firms and no person: "račun kupca"."""
    role = _ROLE_ALONE.search(paper.text, start, begin)
    if role is None:
        return False
    named = role[1] or role[2]
    firms = list[bool]()
    for found in re.finditer(_IN_ROLE % named[: max(3, len(named) - _CASE)], paper.text):
        firm = _FIRM.search(paper.text, found.end(), found.end() + _AFTER)
        firms.append(firm is not None and not paper.named(found.end(), firm.end()))
    return any(firms) and all(firms)


_ROLE_ALONE = re.compile(
    r"\bracun\w* (?:(?:izvrsn|javn)\w+ )?([a-z]{5,})(?: (?:broj|br\.?|je))?[ :]*$"
    r"|\b([a-z]{5,})(?:ov|ev|in)(?:[aeiu]|om|og)? racun\w*(?: (?:broj|br\.?|je))?[ :]*$",
    re.IGNORECASE,
)
_IN_ROLE = r"\b(?i:%s)\w{0,4}[ :,]{1,3}(?=[„“\"A-Z])"
_CASE = 2
"""Letters of a role that change by case: kupac, kupca."""


def _is_of_other(paper: _Paper, part: re.Match[str], last: int) -> bool:
    """Return whether a part that names neither person nor firm names somebody after a role: "Nalogoprimac: Nuo"."""
    is_attribute = part[0] != ":" or _ATTRIBUTE.search(paper.text, max(0, part.start() - _AFTER), part.start())
    is_named = _NAMED.search(paper.text, part.end(), last) is not None
    return is_named and not is_attribute and not paper.named(part.end(), last)


def _is_ziro(paper: _Paper, start: int, begin: int) -> bool:
    """Return whether an account is called as those of firms are, in a sentence of firms."""
    sentence = paper.text[start:begin]
    is_persons = _PAID.search(sentence) or _PERSON.search(sentence) or paper.named(start, begin)
    return not is_persons and _ZIRO.search(sentence) is not None


def _is_firms(paper: _Paper, first: int, last: int) -> bool | None:
    """Return whether the party in a part of a sentence is a firm; None if the part names none."""
    if paper.is_bill and _BUYS.search(paper.text, max(0, first - _AFTER), first):
        return None
    part = _without_banks(paper.text[first:last])
    firms = list(_firms(part))
    paid = [found.end() for found in _PAID.finditer(part)]
    if _PERSON.search(part) or (paid and not (firms and firms[-1] > paid[-1])):
        return False
    firm = first + firms[0] if firms else last
    if not all(_is_other(paper, begin, firm) for begin in paper.named(first, last)):
        return False
    return True if firms else None


def _firms(part: str) -> Iterator[int]:
    """Yield where words of firms and bodies end, other than those of who pays and of where somebody works."""
    passed = -_NAME
    for found in _FIRM.finditer(part):
        if found.start() - passed < _NAME or _PAYER.search(part, 0, found.start()):
            # Its legal form is of the same firm.
            passed = found.end()
        else:
            yield found.end()


_NAME = 30


def _is_other(paper: _Paper, person: int, firm: int) -> bool:
    """Return whether a person is no holder, but acts for the firm that was named by offset ``firm``, or buys by a
    bill."""
    before = paper.text[max(0, person - _AFTER) : person]
    heads = _HEADS.search(before)
    return (
        _REPRESENTED.search(before) is not None
        or (heads is not None and firm <= person - len(before) + heads.start())
        or (paper.is_bill and _BUYS.search(before) is not None)
    )


def _sentences(text: str, begin: int, end: int) -> Iterator[int]:
    """Yield where the sentences begin that begin in a part of a text."""
    for found in _SENTENCE.finditer(text, begin, end):
        if not _SHORTENED.fullmatch(found[1]):
            yield found.end()


def _without_banks(text: str) -> str:
    return _BANK.sub(lambda found: " " * len(found[0]), text)


def _is_private_after(paper: _Paper, end: int) -> bool:
    """Return whether a person stands right after an account, as its holder: "na ime Ana Perić", "(Ana Perić)"."""
    last = min([end + _AFTER, *_sentences(paper.text, end, end + _AFTER)])
    after = _without_banks(paper.text[end:last])
    is_named = any(_OWNED.fullmatch(after[: begin - end]) for begin in paper.named(end, last))
    return is_named or _OWN.match(after) is not None


def _is_firm_after(text: str, end: int) -> bool:
    """Return whether a firm or body stands right after an account, as its holder."""
    after = _without_banks(text[end : end + _AFTER])
    receives = _RECEIVER.match(after)
    begin = receives.end() if receives else 0
    firm = _FIRM.search(after, begin)
    return firm is not None and _CALLED.fullmatch(after, begin, firm.start()) is not None


def _is_issued_by_firm(text: str, persons: Sequence[int]) -> bool:
    """Return whether a firm, and no sole trader or other person, issued a bill: its legal form is before the buyer."""
    buyer = _BUYER.search(text, 0, _ISSUER)
    firm = _LEGAL.search(text, 0, buyer.start() if buyer else _ISSUER)
    is_other = firm is None or _PERSON.search(_without_banks(text[:_FIRST])) is not None
    return not is_other and not any(begin < firm.start() for begin in persons[:1] if firm)
