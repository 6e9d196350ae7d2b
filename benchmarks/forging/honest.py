"""Honest alterations of a true quotation, as a careful lawyer makes them.

Each takes a true citation and returns a text, or None if it does not apply.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from archive.citing.copying import COPIES
from archive.citing.formats import FORMATS
from archive.citing.prose import as_text
from archive.citing.styles import CitationStyle
from archive.model import ClauseLevel
from archive.text.folding import script_of, to_cyrillic, to_latin
from benchmarks.forging.samples import Sample

Way = Callable[[Sample, random.Random], str | None]

_LETTERS = re.compile(r"[^\W\d_]{6,}")


def _quoted(sample: Sample, words: Sequence[str], chance: random.Random) -> str:
    """Return the words in quotation marks, with or without a permalink."""
    begin, end = chance.choice([("„", "”"), ("„", "“"), ("“", "”"), ('"', '"'), ("»", "«")])
    link = chance.choice(["", "", f" {sample.citation.permalink}", f"\n{sample.citation.permalink}"])
    return f"{begin}{' '.join(words)}{end}{link}"


def _ellipsis(mark: str) -> Way:
    def leave_out(sample: Sample, chance: random.Random) -> str | None:
        words = sample.citation.words
        third = len(words) // 3
        if third < 4 or len(words) > 100:
            return None
        return _quoted(sample, [*words[:third], mark, *words[-third:]], chance)

    return leave_out


def _two_ellipses(sample: Sample, chance: random.Random) -> str | None:
    words = sample.citation.words
    fifth = len(words) // 5
    if fifth < 4 or len(words) > 100:
        return None
    given = [*words[:fifth], "[…]", *words[2 * fifth : 3 * fifth], "…", *words[-fifth:]]
    return _quoted(sample, given, chance)


def _ellipses_outside(sample: Sample, chance: random.Random) -> str | None:
    words = sample.citation.words
    return _quoted(sample, ["[…]", *words, "..."], chance) if len(words) <= 100 else None


def _bracketed_letter(sample: Sample, chance: random.Random) -> str | None:
    first, *rest = sample.citation.words
    if not (first[0].isalpha() and len(rest) <= 100):
        return None
    return _quoted(sample, [f"[{first[0].swapcase()}]{first[1:]}", *rest], chance)


def _first_letter(sample: Sample, chance: random.Random) -> str | None:
    first, *rest = sample.citation.words
    if not (first[0].isalpha() and len(rest) <= 100):
        return None
    return _quoted(sample, [first[0].swapcase() + first[1:], *rest], chance)


def _inner_marks(sample: Sample, chance: random.Random) -> str | None:
    quote = sample.citation.quote
    if not any(mark in quote for mark in '„“”"«»') or len(sample.citation.words) > 100:
        return None
    changed = re.sub('[„“”"«»]', "’", quote)
    return changed if chance.random() < 0.5 else f"„{changed}” {sample.citation.permalink}"


def _hyphenated(sample: Sample, chance: random.Random) -> str | None:
    words = list(sample.citation.words)
    places = [at for at, word in enumerate(words) if _LETTERS.fullmatch(word)]
    if not places or len(words) > 100:
        return None
    at = chance.choice(places)
    words[at] = f"{words[at][:3]}-\n{words[at][3:]}"
    return _quoted(sample, words, chance)


def _source_behind(sample: Sample, chance: random.Random) -> str | None:
    citation = sample.citation
    if len(citation.words) > 100:
        return None
    first, last = citation.pages
    page = str(first) if first == last else f"{first}–{last}"
    behind = chance.choice([f"({citation.described.title}, str. {page})", f"— {citation.described.title}, str. {page}"])
    return f"„{citation.quote}“ {behind}"


def _source_behind_bare(sample: Sample, chance: random.Random) -> str | None:
    citation = sample.citation
    return f"{citation.quote} ({citation.described.title})" if len(citation.words) <= 100 else None


def _by_word(sample: Sample, chance: random.Random) -> str:
    """Replace quotation marks and spaces as Word does."""
    text = as_text(sample.citation, sample.style)
    turned = str.maketrans("„”“", chance.choice(["““”", '"""']))
    changed = text.translate(turned)
    return changed.replace(". ", ".\u00a0", 3)


def _no_break_spaces(sample: Sample, chance: random.Random) -> str | None:
    words = sample.citation.words
    joined = "\u00a0".join(words)
    return f"„{joined}“" if len(words) <= 100 else None


def _other_script(sample: Sample, chance: random.Random) -> str | None:
    words, quote = sample.citation.words, sample.citation.quote
    if len(words) > 100 or (sample.citation.described.language or "sr")[:2] == "en":
        return None
    if script_of(quote) == "Cyrl":
        return _quoted(sample, to_latin(quote).split(), chance)
    turned = to_cyrillic(quote)
    return turned if to_latin(turned) == quote and turned != quote else None


def _sic(sample: Sample, chance: random.Random) -> str | None:
    words = list(sample.citation.words)
    if len(words) > 100:
        return None
    at = chance.randrange(1, len(words))
    return _quoted(sample, [*words[:at], "[sic]", *words[at:]], chance)


def _insertion(sample: Sample, chance: random.Random) -> str | None:
    words = list(sample.citation.words)
    if len(words) > 100:
        return None
    at = chance.randrange(1, len(words))
    return _quoted(sample, [*words[:at], chance.choice(["[Naručilac]", "[the Supplier]"]), *words[at:]], chance)


def _as_made(form: str) -> Way:
    return lambda sample, chance: FORMATS[form](sample.citation, sample.style)


def _link_alone(sample: Sample, chance: random.Random) -> str:
    return sample.citation.permalink


def _quotation_alone(sample: Sample, chance: random.Random) -> str | None:
    words = sample.citation.words
    return chance.choice(["{}", "„{}“", "“{}”"]).format(sample.citation.quote) if len(words) <= 200 else None


def _mail_of_three(sample: Sample, chance: random.Random) -> str:
    """Put three citations into a letter."""
    one, two = as_text(sample.citation, CitationStyle.SR_LONG), as_text(sample.other, sample.style)
    return f"Poštovani,\n\nDostavljamo:\n\n{one}\n\n{two}\n\n{sample.citation.permalink}\n\nS poštovanjem"


def _led_in(sample: Sample, chance: random.Random) -> str | None:
    """Put the link before a part of its words."""
    words = sample.citation.words[: chance.choice([12, 100])]
    return (
        None if len(sample.citation.words) > 100 else f"Ugovor ({sample.citation.permalink}) kaže: „{' '.join(words)}”"
    )


def _dated_letter(sample: Sample, chance: random.Random) -> str | None:
    """Quote in a letter that has a date, a number and pages of its own."""
    if len(sample.citation.words) > 100:
        return None
    beside = f"Dana 5. maja 2026. primljena je opomena. Piše: „{sample.citation.quote}” {sample.citation.permalink}"
    return f"Beograd, 1. 2. 2026.\nBroj: P-12/2026\n\nPoštovani,\n\n{beside}\n\nS poštovanjem,\nstr. 77, 3. 4. 2025."


def _right_page(sample: Sample, chance: random.Random) -> str | None:
    citation = sample.citation
    if citation.pages[0] != citation.pages[1] or len(citation.words) > 100:
        return None
    return f"Na strani {citation.pages[0]}. piše: „{citation.quote}” {citation.permalink}"


def _right_article(sample: Sample, chance: random.Random) -> str | None:
    found = [clause for clause in sample.citation.clauses if clause.level is ClauseLevel.ARTICLE]
    if not found or len(sample.citation.words) > 100:
        return None
    number = found[-1].eid.rpartition("art_")[2].partition("-")[0]
    return f"U članu {number}. stoji „{sample.citation.quote}“ ({sample.citation.permalink})."


def _final_stop(sample: Sample, chance: random.Random) -> str | None:
    *words, last = sample.citation.words
    if len(words) > 100 or not last[-1].isalpha():
        return None
    return f"„{sample.citation.quote}.“"


def _further_fields(sample: Sample, chance: random.Random) -> str:
    """Add fields as a reference manager does."""
    text = FORMATS["bibtex"](sample.citation, sample.style)
    return text.removesuffix("}") + '  keywords = "nabavke, kamere",\n  file = {spis.pdf:files/spis.pdf},\n}\n'


def _copied(form: str) -> Way:
    return lambda sample, chance: COPIES[form](sample.copy, sample.style)


def _copied_by_word(sample: Sample, chance: random.Random) -> str:
    """Space paragraphs out and surround them with a letter, as when pasted into Word."""
    text = COPIES["quotation"](sample.copy, sample.style)
    return f"Poštovani,\n\n{text.replace(chr(10), chr(10) * 2)}\n\nS poštovanjem"


def _copied_without_heading(sample: Sample, chance: random.Random) -> str | None:
    text = COPIES["quotation"](sample.copy, sample.style)
    return text.partition("\n")[2] if sample.copy.heading else None


WAYS: Mapping[str, Way] = {
    **{f"as made: {form}": _as_made(form) for form in FORMATS},
    **{f"copied: {form}": _copied(form) for form in COPIES},
    "copied, through Word": _copied_by_word,
    "copied, without its heading": _copied_without_heading,
    "ellipsis […]": _ellipsis("[…]"),
    "ellipsis [...]": _ellipsis("[...]"),
    "ellipsis …": _ellipsis("…"),
    "ellipsis (…)": _ellipsis("(…)"),
    "ellipsis ...": _ellipsis("..."),
    "two ellipses": _two_ellipses,
    "ellipses around it": _ellipses_outside,
    "bracketed letter": _bracketed_letter,
    "first letter": _first_letter,
    "inner marks": _inner_marks,
    "hyphen at a line's end": _hyphenated,
    "source behind it": _source_behind,
    "source behind it, no marks": _source_behind_bare,
    "through Word": _by_word,
    "no-break spaces": _no_break_spaces,
    "other script": _other_script,
    "[sic]": _sic,
    "insertion": _insertion,
    "link alone": _link_alone,
    "quotation alone": _quotation_alone,
    "letter with three": _mail_of_three,
    "letter with a date": _dated_letter,
    "link before it": _led_in,
    "right page in a sentence": _right_page,
    "right article in a sentence": _right_article,
    "final stop": _final_stop,
    "further fields": _further_fields,
}
