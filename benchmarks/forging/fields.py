"""Forgeries of the fields of a citation.

Each takes a true citation and returns a text, or None if the citation does not have the field.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from archive.citing.annotation import as_annotation
from archive.citing.copying import COPIES
from archive.citing.formats import FORMATS, csl_citation, csl_item
from archive.citing.prose import as_markdown, as_text, source
from archive.citing.styles import STYLES, CitationStyle
from benchmarks.forging.samples import Sample

Forge = Callable[[Sample, random.Random], str | None]

_HEX = re.compile(r"[0-9a-f]{64}")
_SOURCE_END = {style: f": {rules.quotation[0]}" for style, rules in STYLES.items()}


def _other_number(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) + 1}"


def _in_source(pattern: str, put: Callable[[re.Match[str]], str] = _other_number) -> Forge:
    """Return a forgery of the first match of a pattern before the quotation, in text or in Markdown."""

    def forge(sample: Sample, chance: random.Random) -> str | None:
        text = as_text(sample.citation, sample.style)
        source, mark, rest = text.partition(_SOURCE_END[sample.style])
        changed = re.sub(pattern, put, source, count=1)
        return changed + mark + rest if changed != source else None

    return forge


def _in_copy(form: str, pattern: str, put: Callable[[re.Match[str]], str] = _other_number) -> Forge:
    """Return a forgery of the first match of a pattern in the source of a copy."""

    def forge(sample: Sample, chance: random.Random) -> str | None:
        told = source(sample.copy.citation, sample.style)
        changed = re.sub(pattern, put, told, count=1)
        text = COPIES[form](sample.copy, sample.style)
        return _replaced_last(text, _shown(form, told), _shown(form, changed)) if changed != told else None

    return forge


def _shown(form: str, text: str) -> str:
    return escape(text) if form == "html" else text


def _replaced_last(text: str, old: str, new: str) -> str | None:
    before, found, behind = text.rpartition(old)
    return f"{before}{new}{behind}" if found else None


def _copy(form: str, forged: Callable[[str, Sample, random.Random], str | None]) -> Forge:
    """Return a forgery of another part of a copy."""

    def forge(sample: Sample, chance: random.Random) -> str | None:
        text = COPIES[form](sample.copy, sample.style)
        changed = forged(text, sample, chance)
        return changed if changed != text else None

    return forge


def _heading_of_copy(text: str, sample: Sample, chance: random.Random) -> str | None:
    heading = escape(sample.copy.heading)
    changed = _altered(heading, chance) if heading else None
    return text.replace(heading, changed, 1) if changed else None


def _letters_of_link(text: str, sample: Sample, chance: random.Random) -> str | None:
    link = sample.copy.link
    at = len(link) - 1 - chance.randrange(6)
    return _replaced_last(text, link, f"{link[:at]}{'2' if link[at] != '2' else '3'}{link[at + 1 :]}")


def _link_to_others(text: str, sample: Sample, chance: random.Random) -> str | None:
    return _replaced_last(text, sample.copy.link, sample.other_copy.link)


def _behind_the_link(text: str, sample: Sample, chance: random.Random) -> str | None:
    return text.replace(escape(sample.copy.citation.permalink), escape(sample.other_copy.citation.permalink), 1)


def _source_of_others(text: str, sample: Sample, chance: random.Random) -> str | None:
    told, other = (escape(source(one.citation, sample.style)) for one in (sample.copy, sample.other_copy))
    return _replaced_last(text, told, other)


def _other_title(sample: Sample, chance: random.Random) -> str | None:
    title, other = sample.citation.described.title, sample.other.described.title
    text = as_text(sample.citation, sample.style)
    return text.replace(title, other, 1) if title in text and title != other else None


def _letter_in_title(sample: Sample, chance: random.Random) -> str | None:
    title = sample.citation.described.title
    text = as_text(sample.citation, sample.style)
    at = chance.randrange(len(title))
    changed = title[:at] + ("q" if title[at] != "q" else "w") + title[at + 1 :]
    return text.replace(title, changed, 1) if text.startswith(title) else None


def _word_before_title(sample: Sample, chance: random.Random) -> str:
    return f"Poništeni {as_text(sample.citation, sample.style)}"


def _sha(sample: Sample, chance: random.Random) -> str | None:
    """Change one digit of the hash in the text, not in the permalink."""
    text = as_text(sample.citation, sample.style)
    place = text.find("SHA-256 ")
    if place < 0:
        return None
    at = place + len("SHA-256 ") + chance.randrange(64)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def _provenance(pattern: str) -> Forge:
    def forge(sample: Sample, chance: random.Random) -> str | None:
        text = as_text(sample.citation, sample.style)
        at = text.rfind("SHA-256 ")
        changed = re.sub(pattern, _other_number, text[at:], count=1) if at >= 0 else text[at:]
        return text[:at] + changed if at >= 0 and changed != text[at:] else None

    return forge


def _other_link(sample: Sample, chance: random.Random) -> str:
    """Put the permalink of other words behind the quotation."""
    return as_text(sample.citation, sample.style).replace(sample.citation.permalink, sample.other.permalink)


def _other_words(sample: Sample, chance: random.Random) -> str:
    """Put words of another document before the permalink."""
    return f"„{sample.other.quote}” {sample.citation.permalink}"


def _led_in_by_another(sample: Sample, chance: random.Random) -> str:
    """Lead words of another document in by the permalink."""
    return chance.choice(["{} „{}”", "Ugovor ({}) kaže: „{}”", "{}:\n\n„{}”", "{}\n„{}”"]).format(
        sample.citation.permalink, sample.other.quote
    )


def _hash_in_link(sample: Sample, chance: random.Random) -> str:
    link = sample.citation.permalink
    at = len(link) - 1 - chance.randrange(32)
    return link[:at] + ("0" if link[at] != "0" else "1") + link[at + 1 :]


def _words_in_link(sample: Sample, chance: random.Random) -> str:
    span = sample.citation.span
    words = f"/{span.first}-{span.last}"
    return sample.citation.permalink.replace(words, f"/{span.first + 1}-{span.last + 1}")


def _markdown_page(sample: Sample, chance: random.Random) -> str | None:
    text = as_markdown(sample.citation, sample.style)
    quote, mark, source = text.partition("\n> — [")
    changed = re.sub(r"((?:str|pp?)\\?\. )([0-9]+)", _other_number, source, count=1)
    return quote + mark + changed if changed != source else None


def _false_before(sample: Sample, chance: random.Random) -> str:
    return f"„Naručilac ove reči nikada nije napisao u ugovoru”\n\n{as_text(sample.citation, sample.style)}"


def _false_after(sample: Sample, chance: random.Random) -> str:
    return f"{as_text(sample.citation, sample.style)}\n\nTamo stoji i: „Ove reči niko nikada nije napisao u spisu”."


def _false_on_the_line(sample: Sample, chance: random.Random) -> str:
    return f"Piše „kišobrani nisu predmet ove nabavke”. {as_text(sample.citation, sample.style)}"


def _one_of_three(sample: Sample, chance: random.Random) -> str:
    forged = as_text(sample.other, CitationStyle.SR_LONG).replace(sample.other.words[3], "kišobran")
    return f"Prvo:\n{as_text(sample.citation, sample.style)}\n\nDrugo:\n{forged}\n\n{sample.citation.permalink}"


def _loose(words: str, *, level: str) -> Forge:
    """Return a free-form sentence around a true quotation, with a wrong number of a clause or a page (``right`` is the
    true one); the link is where the sentence has it, or at the end."""

    def forge(sample: Sample, chance: random.Random) -> str | None:
        if level == "page":
            number = str(sample.citation.pages[1] + 1)
        else:
            found = [clause for clause in sample.citation.clauses if clause.level == level]
            if not found or not (match := re.search(r"_([0-9]+)(?:-[0-9]+)?$", found[-1].eid)):
                return None
            number = str(int(match[1]) + 1)
        link = sample.citation.permalink
        told = words if "{link}" in words else words + chance.choice(["", " {link}"])
        return told.format(number=number, right=int(number) - 1, quote=sample.citation.quote, link=link)

    return forge


def _struck_through(text: str, sample: Sample, chance: random.Random) -> str | None:
    """Strike a word of the quotation through, which the text still has."""
    word = escape(chance.choice(sample.copy.citation.quote.split()[1:-1] or [""]))
    return _replaced_last(text, f" {word} ", f" <s>{word}</s> ") if word else None


def _eid(sample: Sample) -> str:
    return sample.citation.clauses[-1].eid if sample.citation.clauses else ""


def _regrouped(sample: Sample, chance: random.Random) -> str | None:
    """Move the full stop in the number of a section: 12.0 for 1.20."""
    found = (
        re.search(r"sec_([0-9]+)\.([0-9]{2,})$", sample.citation.clauses[-1].eid) if sample.citation.clauses else None
    )
    if found is None:
        return None
    return f"Section {found[1]}{found[2][0]}.{found[2][1:]}: “{sample.citation.quote}” {sample.citation.permalink}"


def _other_letter(sample: Sample, chance: random.Random) -> str | None:
    """Put another letter in brackets behind the number of a section: 7.2(z)."""
    found = (
        re.search(r"sec_([0-9.]+)__point_[a-y]$", sample.citation.clauses[-1].eid) if sample.citation.clauses else None
    )
    return found and f"Section {found[1]}(z): “{sample.citation.quote}” {sample.citation.permalink}"


_RIS_TAGS = {"title": "TI", "author": "AU", "date": "DA", "number": "IS", "page": "SP", "sha": "AN", "note": "N1"}
_CSL_NAMES = {"title": "title", "number": "number", "page": "page", "sha": "archive_location", "note": "note"}
_BIB_NAMES = {
    "title": "title", "author": "author", "date": "date", "number": "number", "page": "pages", "sha": "howpublished",
    "note": "note", "year": "year",
}  # fmt: skip


def _altered(value: str, chance: random.Random) -> str | None:
    """Change one digit of a value, or one letter if it has no digits."""
    places = [at for at, sign in enumerate(value) if sign.isdigit()] or [
        at for at, sign in enumerate(value) if sign.isalpha()
    ]
    if not places:
        return None
    at = chance.choice(places)
    other = str((int(value[at]) + 1) % 10) if value[at].isdecimal() else "q"
    return value[:at] + other + value[at + 1 :] if other != value[at] else None


def _bibtex(field: str) -> Forge:
    def forge(sample: Sample, chance: random.Random) -> str | None:
        text = FORMATS["bibtex"](sample.citation, sample.style)
        found = re.search(rf"^  {_BIB_NAMES[field]} = \{{(.*)\}},$", text, re.MULTILINE)
        value = found and _altered(found[1], chance)
        return text[: found.start(1)] + value + text[found.end(1) :] if found and value else None

    return forge


def _ris(field: str) -> Forge:
    def forge(sample: Sample, chance: random.Random) -> str | None:
        text = FORMATS["ris"](sample.citation, sample.style)
        found = re.search(rf"^{_RIS_TAGS[field]}  - (.*?)\r$", text, re.MULTILINE)
        value = found and _altered(found[1], chance)
        return text[: found.start(1)] + value + text[found.end(1) :] if found and value else None

    return forge


def _csl(field: str) -> Forge:
    def forge(sample: Sample, chance: random.Random) -> str | None:
        item = csl_item(sample.citation, sample.style)
        value = _altered(str(item.get(_CSL_NAMES[field], "")), chance)
        return json.dumps([item | {_CSL_NAMES[field]: value}], ensure_ascii=False) if value else None

    return forge


def _csl_citation(field: str) -> Forge:
    def forge(sample: Sample, chance: random.Random) -> str | None:
        cited = csl_citation(sample.citation, sample.style)
        item = cited["citationItems"][0]
        told = item if field in item else item["itemData"]
        told[field] = _altered(str(told.get(field, "")), chance)
        return json.dumps(cited, ensure_ascii=False) if told[field] else None

    return forge


def _csl_date(sample: Sample, chance: random.Random) -> str | None:
    item = csl_item(sample.citation, sample.style)
    if "issued" not in item:
        return None
    first, *rest = item["issued"]["date-parts"][0]
    return json.dumps([item | {"issued": {"date-parts": [[first + 1, *rest]]}}], ensure_ascii=False)


def _annotation(put: Callable[[dict[str, Any], Sample, random.Random], bool]) -> Forge:
    def forge(sample: Sample, chance: random.Random) -> str | None:
        value = as_annotation(sample.citation, sample.style)
        return json.dumps(value, ensure_ascii=False) if put(value, sample, chance) else None

    return forge


def _first_target(value: dict[str, Any]) -> dict[str, Any]:
    target = value["target"]
    one: dict[str, Any] = target[0] if isinstance(target, list) else target
    return one


def _selector(name: str, key: str) -> Callable[[dict[str, Any], Sample, random.Random], bool]:
    def put(value: dict[str, Any], sample: Sample, chance: random.Random) -> bool:
        for selector in _first_target(value)["selector"]["refinedBy"]:
            if selector["type"] == name and key in selector:
                before = selector[key]
                selector[key] = before + 1 if isinstance(before, int) else _altered(before, chance)
                return bool(selector[key])
        return False

    return put


def _body(value: dict[str, Any], sample: Sample, chance: random.Random) -> bool:
    changed = _altered(value["body"]["value"].partition(sample.citation.permalink)[0], chance)
    value["body"]["value"] = f"{changed}{sample.citation.permalink}"
    return changed is not None


def _body_other(value: dict[str, Any], sample: Sample, chance: random.Random) -> bool:
    value["body"]["value"] = as_text(sample.other, sample.style)
    return True


def _page_fragment(value: dict[str, Any], sample: Sample, chance: random.Random) -> bool:
    _first_target(value)["selector"]["value"] = f"page={sample.citation.pages[1] + 1}"
    return True


def _source_of(value: dict[str, Any], sample: Sample, chance: random.Random) -> bool:
    source = _first_target(value)["source"]
    source["id"] = _HEX.sub(sample.other.document.id, source["id"])
    return True


def _plain(key: str) -> Callable[[dict[str, Any], Sample, random.Random], bool]:
    def put(value: dict[str, Any], sample: Sample, chance: random.Random) -> bool:
        changed = _altered(str(value[key] or ""), chance)
        value[key] = changed
        return changed is not None

    return put


def _exact(value: dict[str, Any], sample: Sample, chance: random.Random) -> bool:
    return _selector("TextQuoteSelector", "exact")(value, sample, chance)


_Put = Callable[[re.Match[str]], str]

_IN_SOURCE: Mapping[str, tuple[str, _Put]] = {
    "article": (r"(član |čl\. |чл\. |Article |\bart\.? )([0-9]+)", _other_number),
    "stav": (r"(stav |st\. |ст\. |paragraph |¶ |art [0-9]+\()([0-9]+)", _other_number),
    "point": (
        r"((?:tačka |tač\. |тач\. |point |clause |\bcl |§ |, pt\. )(?:[0-9]+\.)*)([0-9]+)",
        _other_number,
    ),
    "page": (r"((?:str|стр|pp?)\. |, at |, )([0-9]+)(?=(?:–[0-9]+)?$)", _other_number),
    "date": (
        r"((?:od|од|no\. \S+,) |\(|[a-z]+, |\. )([0-9]+)(?=\. [0-9]| [A-Z][a-z]+ [0-9]{4})",
        _other_number,
    ),
    "month": (r"(\b)(May|June|July|Apr\.|Mar\.)(?= [0-9])", lambda match: "Jan."),
    "year": (r"((?:[a-z]|[0-9]\.|, )\s?)((?:19|20)[0-9]{2})(?=[.,)])", _other_number),
    "number": (r"((?:br|бр|no|No)\.? \D*)([0-9]+)", _other_number),
    "place": (r"(zaključen u |закључен у )(\w+)", lambda match: f"{match[1]}Kladuši"),
    "court": (r"(sud )(u )(\w+)", lambda match: f"{match[1]}u Kladuši"),
    "party": (
        r"(naručilac: |наручилац: |buyer: |izvršilac: |извршилац: |supplier: )(\S)",
        lambda match: f"{match[1]}q{match[2]}",
    ),
}

_IN_COPIES: Mapping[str, Callable[[str, Sample, random.Random], str | None]] = {
    "heading": _heading_of_copy,
    "letters of the link": _letters_of_link,
    "link to others": _link_to_others,
    "behind the link": _behind_the_link,
    "source of others": _source_of_others,
}

WAYS: Mapping[str, Forge] = {
    **{name: _in_source(*way) for name, way in _IN_SOURCE.items()},
    **{f"{name} in a copy as {form}": _in_copy(form, *way) for name, way in _IN_SOURCE.items() for form in COPIES},
    **{f"{name} in a copy as {form}": _copy(form, way) for name, way in _IN_COPIES.items() for form in COPIES},
    "title of another document": _other_title,
    "letter in the title": _letter_in_title,
    "word before the title": _word_before_title,
    "SHA": _sha,
    "reading": _provenance(r"((?:čitanje|reading) )([0-9]+)"),
    "numbers of the words": _provenance(r"((?:reči|words) )([0-9]+)"),
    "link to other words": _other_link,
    "words of another document": _other_words,
    "led in by another link": _led_in_by_another,
    "hash in the link": _hash_in_link,
    "words in the link": _words_in_link,
    "page in Markdown": _markdown_page,
    "false quotation before": _false_before,
    "false quotation after": _false_after,
    "false quotation on the line": _false_on_the_line,
    "one of three": _one_of_three,
    "article in a sentence": _loose("U članu {number}. piše: „{quote}”", level="article"),
    "stav behind it": _loose("„{quote}” (stav {number})", level="paragraph"),
    "page behind it": _loose("„{quote}”, str. {number}.", level="page"),
    "article without diacritics": _loose("U clanu {number} pise: „{quote}”", level="article"),
    "article in other characters": _loose("U c\u030clanu\u200b {number}. pis\u030ce: „{quote}”", level="article"),
    "article before its name": _loose("„{quote}” ({number}. član ugovora)", level="article"),
    "article behind the link": _loose("„{quote}” {link} (čl. {number})", level="article"),
    "stav before its name": _loose("„{quote}” ({number}. stav)", level="paragraph"),
    "page on the next line": _loose("„{quote}” {link}\n(str {number})", level="page"),
    "page before its name": _loose("Na {number}. strani: „{quote}”", level="page"),
    "page turned around": _loose("„{quote}” {link}, str. \u202e{number}\u202c", level="page"),
    "article behind a colon": _loose("Član: {number} „{quote}”", level="article"),
    "article in square brackets": _loose("Član [{number}]: „{quote}”", level="article"),
    "article spaced out": _loose("č l a n {number}: „{quote}”", level="article"),
    "article in Albanian": _loose("Neni {number}: „{quote}”", level="article"),
    "article by its ordinal": _loose("u članu pod rednim brojem {number}: „{quote}”", level="article"),
    "another article in brackets": _loose("Član {right}: „{quote}” (čl. {number})", level="article"),
    "page, shortened": _loose("pg. {number}: “{quote}”", level="page"),
    "section regrouped": _regrouped,
    "letter in brackets": _other_letter,
    "word struck through": _copy("html", _struck_through),
    "page in a sentence": _loose("On page {number} it says: “{quote}”.", level="page"),
    **{f"BibTeX {field}": _bibtex(field) for field in _BIB_NAMES},
    **{f"RIS {field}": _ris(field) for field in _RIS_TAGS},
    **{f"CSL {field}": _csl(field) for field in _CSL_NAMES},
    "CSL date": _csl_date,
    **{f"CSL citation {field}": _csl_citation(field) for field in ("locator", "label", "title", "page", "note")},
    "annotation body": _annotation(_body),
    "annotation body of another": _annotation(_body_other),
    "annotation exact": _annotation(_exact),
    "annotation prefix": _annotation(_selector("TextQuoteSelector", "prefix")),
    "annotation suffix": _annotation(_selector("TextQuoteSelector", "suffix")),
    "annotation position": _annotation(_selector("TextPositionSelector", "start")),
    "annotation box": _annotation(_selector("FragmentSelector", "value")),
    "annotation page": _annotation(_page_fragment),
    "annotation source": _annotation(_source_of),
    "annotation file name": _annotation(_plain("dosije:filename")),
    "annotation locator": _annotation(_plain("dosije:locator")),
    "annotation clause": _annotation(_plain("dosije:clause")),
    "annotation id": _annotation(_plain("id")),
}
