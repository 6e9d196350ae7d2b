"""What stands around a name: titles, labels, kinship, the head of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.masking.listed_names import NameToken
from archive.masking.name_words import any_of, is_kin
from archive.text.folding import to_latin

AROUND = 40
"""Most characters before or after a name that are looked at."""

GAP = re.compile(r"[ \n_]{1,2}| ?\| ?|[ \n]?[(][ ]?|[ ]?[)][ \n]?")
"""Between the words of a name."""

AFTER_INITIAL = re.compile(r"\.[ \n]?(?:[)][ ]?)?")
GOES_ON = re.compile(r" (?:je|se|su|nije|ce|će|bi|iz|sa|koj\w+|је|се|су|није|ће|би|из|са|кој\w+)(?!\w)")
"""A verb or preposition after the subject of a sentence."""

SAYS = re.compile(
    r" (?:izjav|izjašnj|iznos|navod|nave|kaž|kaza|reka?[ol]|traži|predl[ao]ž|pita|odgovar|odgovor|smatra|tvrd|potpis"
    r"|moli|dobi[jo]|ima(?!\w)|živi|radi(?!\w)|said|ask|told|repl|wrote|sign)"
)
"""What a person does, in Latin letters."""

AND = re.compile(r"\.? (?:i|и|and|te|те) ")

_TITLED = re.compile(
    rf"(?:\b(?:{any_of('titles')})\w*(?:(?<!\w{{6}})\.)?(?: [^\W\d_]+){{0,2}}|/s/"
    rf"|(?<!poslovno )\b(?:{any_of('labels')})\w*(?: za \w+)? ?:) ?(?:_{{2,}} ?)?$",
    re.IGNORECASE,
)
_TITLE = re.compile(rf"(?<!\w)(?:{any_of('titles')})\w* $", re.IGNORECASE)
_HEAD = re.compile(r"(?:[.!?…]|^)[\s„“”\"»«(–-]*$")
_MOST_SIGNS = 6


def is_at_head(text: str, begin: int) -> bool:
    """Return whether a sentence begins there, where every word has a capital."""
    return _HEAD.search(text[max(0, begin - _MOST_SIGNS) : begin]) is not None


def is_after_title(text: str, begin: int) -> bool:
    """Return whether a title or label stands before, with up to two words between."""
    return _TITLED.search(to_latin(text[max(0, begin - AROUND) : begin])) is not None


def is_after_role(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether a word of kinship, a title or a label stands before a token."""
    return is_kin(tokens[at - 1]) or is_after_title(text, tokens[at].begin)


def is_right_after_role(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether the very word before a token is one of kinship or a title."""
    before = to_latin(text[max(0, tokens[at].begin - AROUND) : tokens[at].begin])
    return is_kin(tokens[at - 1]) or _TITLE.search(before) is not None


def has_capital_after(text: str, tokens: Sequence[NameToken], at: int) -> NameToken | None:
    """Return the next word if it has a capital and stands right after a token."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after if after and after.is_capital and text[tokens[at].end : after.begin] == " " else None
