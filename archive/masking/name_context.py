"""What stands around a name: titles, labels, kinship, the head of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.masking.listed_names import NameToken
from archive.masking.name_words import any_of, is_kin, is_occupation
from archive.text.folding import fold, to_latin

AROUND = 40
"""Most characters before or after a name that are looked at."""

GAP = re.compile(r"[ \n_]{1,2}| ?\| ?|[ \n]?[(][ ]?|[ ]?[)][ \n]?")
"""Between the words of a name."""

AFTER_INITIAL = re.compile(r"\.[ \n]?(?:[)][ ]?)?")
STREET_GOES_ON = re.compile(r"(?: [^\W\d_]+)?,? ?(?:[0-9]|bb\b|бб\b)")
"""After a word of a street, and perhaps another."""

HOUSE_FOLLOWS = re.compile(r" (?:[1-9][0-9]{0,2}[a-zа-ш]?|bb|бб)(?![\w.:/]| [a-zčćžšđа-џ])")
"""The number of a house after a word that may be a street or a village."""

_GOES_ON = re.compile(
    r" (?:(?:mu|joj|im|mi|nam|му|јој|им|ми|нам) )?(?:je|se|su|nije|ce|će|bi|iz|sa|је|се|су|није|ће|би|из|са)(?!\w)"
)
"""A verb or preposition after the subject of a sentence."""

_SAYS = re.compile(
    r" (?:(?:je|su|se|nije|nisu|će) )?(?:izjav|izjašn|iznos|navod|nave|kaž|kaza|reka|rekl|traž|predl|pita|odgovar"
    r"|odgovor|smatra|tvrd|potpis|moli|vodi(?!\w)|drži(?!\w)|nosi(?!\w)|čuva(?!\w)|stoji(?!\w)|sedi(?!\w)|sjedi(?!\w)|uzima|daje(?!\w)|obja[vš]|obavešt|obavijest|dobi[jol]|ima(?!\w)|nema(?!\w)|živi|radi(?!\w)|doš[al]|dola|otiš|izaš|prisu|glasa|prista|odbi|prihvat|obeć|preda"
    r"|primi|plat[iu]|plać|kupi|proda|zna[ol]|poginu|umr|saslu|svj?edo|objasn|napis|piše|posla|javi|žali|dogovor|said|ask|told|repl"
    r"|wrote|sign|denie|agree|met(?!\w)|confirm|state|claim|argu|present|submit|propos|chair|thank|report|second|tabl|explain|refus|paid|call"
    r"|[^\W\d_]+(?:ao|io|eo|la|li|le) (?:je|su)(?!\w)|[^\W\d_]{2,}(?:uje|aje|ira)(?!\w))"
)
"""What a person does, in Latin letters: verbs of saying and giving, and any participle before "je"."""

AND = re.compile(r"\.? (?:i|и|and|te|те) ")

_TITLED = re.compile(
    rf"(?:\b(?:{any_of('titles')})\w*(?:(?<!\w{{6}})\.)?(?: [^\W\d_]+){{0,2}}|/s/"
    rf"|(?<!poslovno )\b(?:{any_of('labels')})\w*(?: za \w+)? ?:) ?(?:_{{2,}} ?)?$",
    re.IGNORECASE,
)
_LOOSELY = re.compile(rf"\b(?:{any_of('titles')})\w*(?: [^\W\d_]+){{0,2}}[:,] $", re.IGNORECASE)
_TITLE = re.compile(rf"(?<!\w)(?:{any_of('titles')})\w*:? $", re.IGNORECASE)
_HEAD = re.compile(r"(?:[.!?…]|^)[\s„“”\"»«(–-]*$")
_MOST_SIGNS = 6


def is_at_head(text: str, begin: int) -> bool:
    """Return whether a sentence begins there, where every word has a capital."""
    return _HEAD.search(text[max(0, begin - _MOST_SIGNS) : begin]) is not None


def is_after_title(text: str, begin: int) -> bool:
    """Return whether a title or label stands before, with up to two words between."""
    return _TITLED.search(to_latin(text[max(0, begin - AROUND) : begin])) is not None


def is_after_apposition(text: str, begin: int) -> bool:
    """Return whether a title and a colon or comma stand before, after which there may also be a firm."""
    return _LOOSELY.search(to_latin(text[max(0, begin - AROUND) : begin])) is not None


def is_after_role(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether a word of kinship, a title or a label stands before a token."""
    return is_kin(tokens[at - 1]) or is_after_title(text, tokens[at].begin)


def is_right_after_role(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether the very word before a token is one of kinship or a title."""
    before = to_latin(text[max(0, tokens[at].begin - AROUND) : tokens[at].begin])
    return is_kin(tokens[at - 1]) or _TITLE.search(before) is not None


_AND_NAME = r"(?: (?:i|te|и|те|and) [^\W\d_]+ [^\W\d_]+)?"
_SAID_BEFORE = re.compile(
    r"(?<!\w)(?:(?:je|su|nije|nisu|ima|imaju)(?: i)? (?:[^\W\d_]+(?:ao|io|eo|la|li|le) )?"
    r"|[^\W\d_]+(?:ao|io) je(?: i)? )$"
)
_SAID_AFTER = re.compile(rf"{_AND_NAME}{_SAYS.pattern}")
_NEXT_WORD = re.compile(r", ([^\W\d_A-Z]{3,})")


def is_subject(text: str, end: int) -> bool:
    """Return whether a verb or preposition stands after a word that ends there, as after the subject of a sentence."""
    return (_GOES_ON.match(text, end) or _SAYS.match(to_latin(text[end : end + AROUND]))) is not None


def is_acting(text: str, begin: int, end: int) -> bool:
    """Return whether what stands there is told to do what persons do, or has an occupation after it."""
    after = to_latin(text[end : end + 2 * AROUND])
    job = _NEXT_WORD.match(after)
    if _SAID_AFTER.match(after) or (job and is_occupation(fold(job[1]))):
        return True
    return _SAID_BEFORE.search(to_latin(text[max(0, begin - AROUND) : begin])) is not None


def has_capital_after(text: str, tokens: Sequence[NameToken], at: int) -> NameToken | None:
    """Return the next word if it has a capital and stands right after a token."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after if after and after.is_capital and text[tokens[at].end : after.begin] == " " else None
