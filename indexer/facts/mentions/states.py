"""The state of a mention: asserted, asked, denied, or conditional (possible, wanted, planned).

The scope of a negation is its clause, that of a question the words after "da li" or before the question mark; it ends
where an answer begins. Requests and appeals ask; they assert nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from archive.model.words import Break
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import kinds_with, table


class MentionState(StrEnum):
    """What a document states about a thing that it mentions."""

    ASSERTED = "asserted"
    ASKED = "asked"
    DENIED = "denied"
    CONDITIONAL = "conditional"


def detail_of(state: MentionState) -> dict[str, str]:
    """Return the detail ``state`` of a fact; {} if it is asserted."""
    return {} if state is MentionState.ASSERTED else {"state": str(state)}


REACH = 40
"""Number of words of a sentence that are considered before and after a mention."""

_OWN_CLAUSE = re.compile(
    r"[;:–—]\s|[;:]$|,\s(?=(?:ali|a|vec|nego|dok|koj\w+|sto|te|pa|jer|kako|iako|odnosno|pri|gde|gdje|sa|s|uz|ako|ukoliko|"
    r"but|which|while|with|and|who|whose)\b)|\bi\s(?=(?:nije|nisu|nema|nemaju|je|su|ne)\b)|\b(?:ali|vec|nego|dok|iako|but|while|although)\s"
)
_ABBREVIATED = re.compile(
    r"\w|cl|st|tac|br|gl|sl|dr|mr|ul|str|tel|fax|no|art|npr|tzv|odn|inz|dipl|mil|god|d\.o\.o|a\.d"
)
_NUMBERED = re.compile(r"question|answer|pitanje|odgovor|\d{1,2}[.)]\)?")
"""Words that begin both a line and a sentence: "question", "answer", or a number."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The sentence around a mention, folded: the text before it, the mention, the text after it, the next words."""

    before: str
    mention: str
    after: str
    following: str

    @property
    def clause_before(self) -> str:
        """The text before the mention within its clause."""
        ends = [match.end() for match in _OWN_CLAUSE.finditer(self.before)]
        return self.before[ends[-1] :] if ends else self.before

    @property
    def clause_after(self) -> str:
        """The text after the mention within its clause."""
        end = _OWN_CLAUSE.search(self.after)
        return self.after[: end.start()] if end else self.after


@cache
def _cue(name: str) -> re.Pattern[str]:
    return re.compile(any_of(table("states")[name]))


_NOT_GOT = re.compile(
    r"\b(?:nije|nisu|nece|was not|were not)\s(?:\w+\s)?(?:nabav|kup|ugra|postav|isporuc|predvi|bought|installed)"
)
"""What denies, after it, that so many are there: "24 kamere nisu nabavljene", but not "24 kamere nisu u funkciji"."""


_AGREED = re.compile(r"\b(?:ugovor|aneks|sporazum)(?:om|ima)\s(?:(?:je|su)\s)?(?:o\s)?(?:\w+\s)?predvidj?en\w*")
"""What is foreseen by a contract is agreed, and no plan: "ugovorom su predviđene 52 kamere"."""


def state_of(text: DocumentText, first: int, last: int, kind: str | None, *, is_quantity: bool = False) -> MentionState:
    """Return the state of the mention in words ``first`` to ``last`` of a document of this kind; a quantity is denied
    by what stands before it, or by who says that they were not got."""
    around = _around(text, first, last)
    clause = f"{_last(around.clause_before)}{around.mention}{_first(around.clause_after)}"
    answer = _answered(around)
    if answer is not None:
        return answer
    if _is_asked(around):
        return MentionState.ASKED
    if (of_kind := state_of_kind(kind)) is MentionState.ASKED:
        return of_kind
    if _cue("if").search(around.clause_before + around.mention):
        return MentionState.CONDITIONAL
    denying = around.clause_after if not is_quantity or _NOT_GOT.search(around.clause_after) else ""
    if _is_denied(f"{_last(around.clause_before)}{around.mention}", denying):
        return MentionState.DENIED
    is_agreed = kind in kinds_with("contract") or (is_quantity and kind in kinds_with("awards"))
    wanted = "open_in_contract" if is_agreed else "wanted"
    return MentionState.CONDITIONAL if _cue(wanted).search(_AGREED.sub("", clause)) else of_kind


def state_of_kind(kind: str | None) -> MentionState:
    """Return the state of what stands in no sentence, as in a table of a document of this kind."""
    if kind in kinds_with("asks"):
        return MentionState.ASKED
    return MentionState.CONDITIONAL if kind in kinds_with("plans") else MentionState.ASSERTED


NEAR = 14
"""Maximum distance in words between a mention and a negation or wish that applies to it."""


def _last(words: str) -> str:
    return " ".join([*words.split()[-NEAR:], ""])


def _first(words: str, most: int = NEAR) -> str:
    return " ".join(words.split()[:most])


_LONGEST = 5
"""Words of the longest phrase with a negation that denies something else."""


def _is_denied(before: str, after: str) -> bool:
    """Return whether a clause denies, by its words up to the end of the mention and those near after it."""
    # A phrase may end farther away: "bez" may go on with "PDV".
    others = [match.span() for match in _cue("not_denied").finditer(before + _first(after, NEAR + _LONGEST))]
    return any(
        not any(low <= match.start() < high for low, high in others)
        for match in _cue("denied").finditer(before + _first(after))
    )


def _is_asked(around: _Surroundings) -> bool:
    if around.after.rstrip().endswith("?") or around.mention.rstrip().endswith("?"):
        return True
    if _cue("asked").search(around.clause_before + around.mention) or re.search(
        r"\w+\sli\s", around.clause_before + around.mention
    ):
        return True
    asked = [match.end() for match in _cue("requested").finditer(around.before)]
    return (
        bool(asked)
        and _cue("answers").search(around.before, asked[-1]) is None
        and not _ANSWERS.search(around.before[asked[-1] :])
    )


_ANSWERS = re.compile(r":|^\s*(?:br\w*\.?\s)?(?:\d{1,2}\.?\s?)?[–—-]\s")
"""What leads from a question to its answer: "na pitanje 1 – u upotrebi je 27 kamera"."""


def _answered(around: _Surroundings) -> MentionState | None:
    """Return the state by the answer right after a question ("Da li ima? Ne."), None without one."""
    _, mark, answer = f"{around.mention}{around.after}".partition("?")
    said = answer.split() or (around.following.split() if mark else [])
    if not mark or not said:
        return None
    word = said[0].strip(".,;:!()")
    if _cue("not_applicable").match(" ".join(said)):
        return MentionState.ASKED
    # "Nema podataka" answers neither yes nor no; "Da li ..." is the next question.
    if word in table("states")["no"]:
        return MentionState.DENIED
    is_next_question = len(said) > 1 and said[1] in ("li", "je")
    return MentionState.ASSERTED if word in table("states")["yes"] and not is_next_question else None


def _around(text: DocumentText, first: int, last: int) -> _Surroundings:
    low = sentence_start(text, first)
    high = last
    while high + 1 < len(text.words) and high - last < REACH and not _ends_sentence(text, high):
        high += 1
    return _Surroundings(
        _folded(text, low, first - 1),
        _folded(text, first, last),
        _folded(text, last + 1, high),
        _folded(text, high + 1, min(len(text.words) - 1, high + 3)),
    )


def sentence_start(text: DocumentText, word: int) -> int:
    """Return the first word of the sentence of a word, at most :data:`REACH` words before it."""
    low = word
    while low > 0 and word - low < REACH and not _ends_sentence(text, low - 1):
        low -= 1
    return low


def _folded(text: DocumentText, first: int, last: int) -> str:
    if last < first:
        return ""
    end = text.starts[last + 1] if last + 1 < len(text.words) else len(text.folded)
    return text.folded[text.starts[first] : end].replace("\n", " ")


def _ends_sentence(text: DocumentText, word: int) -> bool:
    """Return whether a sentence ends with a word: by punctuation, or before a new paragraph or numbered question."""
    following = word + 1
    if following >= len(text.words):
        return True
    printed = text.words[word].rstrip("”“\"')»")
    if text.breaks[following] == Break.BLOCK and not _goes_on(printed, text.words[following]):
        return True
    if printed.endswith(("?", "!", ";")):
        return True
    if text.begins_line(following) and _NUMBERED.fullmatch(text.words[following].lower()):
        return True
    if not printed.endswith(".") or _ABBREVIATED.fullmatch(text.bare[word]):
        return False
    return text.is_capitalised(following) or not text.words[following][0].isalpha()


def _goes_on(printed: str, following: str) -> bool:
    """Return whether a sentence goes on in another block of the page: many programs write each line as one."""
    return (printed[-1:].isalnum() or printed.endswith(",")) and following[0].islower()


def sentences(text: DocumentText) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a document, each by its first and last word."""
    first = 0
    for word in range(len(text.words)):
        if _ends_sentence(text, word):
            yield first, word
            first = word + 1
