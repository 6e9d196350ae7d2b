"""Vendors in table cells, where the whole cell is about one vendor: name, number and address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.text.folding import fold, to_latin
from archive.text.known_words import SERBIAN, is_folded_word
from indexer.facts import firms
from indexer.facts.awards.lines import AwardPart
from indexer.facts.firms import Firm, canonical
from indexer.facts.identifiers import TAX_REGISTERS, is_valid
from indexer.facts.text import DocumentText, compiled, letters

NARROW = 10
"""Maximum line length of a cell, in characters, at which words may be broken across lines."""

OWNER_WORDS = 3
"""Maximum number of words in the name of an owner after "vl."."""

_LABEL = re.compile(r"(?:pib|oib|jib|mb|mbs|id|adresa|sediste|sjediste|ul|ulica|av|avenija|trg|tel)$")
_OWNER = frozenset({"vl", "vlasnik", "vlasnica", "vlasnika"})


@dataclass(frozen=True, slots=True)
class CellVendor:
    """The vendor of a cell, and the tax number beside its name."""

    firm: Firm
    number: tuple[str, AwardPart] | None


def number_in(text: DocumentText, words: Sequence[int]) -> tuple[str, AwardPart] | None:
    """Return the tax number in a cell, perhaps broken across lines, with its register."""
    for at, word in enumerate(words):
        digits, end = "", at
        while end < len(words) and text.bare[words[end]].isdecimal() and len(digits) < 13:
            digits += text.bare[words[end]]
            end += 1
            register = TAX_REGISTERS.get(len(digits))
            if register is not None and is_valid(register, digits):
                return register, AwardPart(digits, word, words[end - 1])
    return None


def vendor_in(text: DocumentText, words: Sequence[int]) -> CellVendor | None:
    """Return the vendor that a cell names, up to the number or address; None if there is none."""
    number = number_in(text, words)
    own = _name_words(text, words, number[1].first if number else None)
    if not own:
        return None
    name = canonical(to_latin(_unbroken(text, own)))
    if sum(map(str.isalpha, name)) < _LEAST_LETTERS or compiled(_TOTALS).match(fold(name)):
        return None
    formed = any(firms.form_at(text, word) is not None for word in own)
    quoted = re.search("„([^”]+)”", name)
    core = letters(quoted[1] if quoted else firms.legal_forms()[0].sub(" ", fold(name)))
    if not core:
        return None
    last = own[0]
    for word in own:
        if word not in (last, last + 1):  # The words of a cell may be those of several lines, in any order.
            break
        last = word
    return CellVendor(Firm(name, own[0], last, core, formed, ""), number)


_LEAST_LETTERS = 3
_TOTALS = ("ukupno", "svega", "total")


def _name_words(text: DocumentText, words: Sequence[int], number: int | None) -> list[int]:
    """Return the words of the name: up to the number, the address, or the end of the legal form and its description."""
    own: list[int] = []
    for word in words:
        if word == number or (own and _LABEL.match(text.bare[word])):
            break
        if own or any(map(str.isalpha, text.words[word])):
            own.append(word)
    for at, word in enumerate(own):
        end = firms.form_at(text, word) if at or firms.closes_quote(text.words[word]) else None
        if end is not None:
            form = [each for each in own[: at + 1] if each <= end] + [each for each in own[at + 1 :] if each <= end]
            return form + _described(text, own[len(form) :])
        if text.bare[word] in _OWNER:
            return own[:at] + _described(text, own[at:])
    street = next((at for at, word in enumerate(own) if at and _ends_address(text, word)), None)
    if street is None:
        return own
    comma = next((at for at in range(street - 1, 0, -1) if text.words[own[at]].endswith(",")), street - 1)
    return own[: comma + 1]


def _ends_address(text: DocumentText, word: int) -> bool:
    return text.words[word][:1].isdigit() or text.bare[word] == "bb"


def _described(text: DocumentText, words: Sequence[int]) -> list[int]:
    """Return the words after a legal form that belong to the name: "za limarske usluge", "vl. Petar Petrović"."""
    if not words or (text.bare[words[0]] not in _OWNER and text.bare[words[0]] != "za"):
        return []
    found: list[int] = []
    owner: int | None = None
    for word in words:
        is_owner = text.bare[word] in _OWNER
        if owner is None and not is_owner and text.is_capitalised(word):
            break
        found.append(word)
        owner = len(found) if is_owner else owner
        if owner is not None and not is_owner and (text.words[word].endswith(",") or len(found) == owner + OWNER_WORDS):
            break
    return found


def _unbroken(text: DocumentText, words: Sequence[int]) -> str:
    """Return the words with those joined that a narrow cell broke: "Industrij a"."""
    lines: list[list[int]] = []
    for word in words:
        if lines and not text.breaks[word]:
            lines[-1].append(word)
        else:
            lines.append([word])
    printed = [" ".join(text.words[word] for word in line) for line in lines]
    if max(map(len, printed)) > NARROW:
        return " ".join(printed)
    name = printed[0]
    for line, before, after in zip(printed[1:], lines, lines[1:], strict=False):
        name += ("" if _is_broken(text, before[-1], after[0]) else " ") + line
    return name


def _is_broken(text: DocumentText, before: int, after: int) -> bool:
    """Return whether the end of a line and the beginning of the next form one word."""
    left, right = text.words[before], text.words[after]
    if not left[-1:].isalpha() or not right[:1].isalpha() or firms.form_at(text, after) is not None:
        return False
    if is_folded_word(text.bare[before] + text.bare[after], SERBIAN):
        return not (is_folded_word(text.bare[before], SERBIAN) and is_folded_word(text.bare[after], SERBIAN))
    same = right[0].islower() or (left.isupper() and right.isupper() and len(right) == 1)
    return same and not is_folded_word(text.bare[before], SERBIAN) and not is_folded_word(text.bare[after], SERBIAN)
