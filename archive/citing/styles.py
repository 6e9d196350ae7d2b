"""Citation styles, as data: the details of a source, their order and wording.

Sources of the rules:

* ``sr-long``, ``sr-short``: Jedinstvena metodološka pravila za izradu propisa (Službeni glasnik RS, 21/2010).
* ``sr-legal``, ``sr-cyrl``: the same abbreviations with the full stop of an ordinal, as courts print them: čl. 10. st.
  1. tač. 2. Parties, court and place are as printed, so that nothing needs inflection.
* ``oscola``: Oxford University Standard for the Citation of Legal Authorities, 4th edition: no full stops in
  abbreviations (1.3), pinpoints at the end, page numbers alone (3.1.4), names of cases and laws of other countries as
  these print them (2.8, 2.9), addresses in angle brackets with the day of access (3.1.5).
* ``bluebook``: The Bluebook, 21st edition: rules 3.2 and 3.3 (pages with "at", sections, paragraphs), 17 (unpublished
  sources), 18.2 (addresses, "last visited"), 20 (foreign materials); table T12 (months).
* ``iso-690``: ISO 690:2021: creators, title, number, place, date, pages, "Available from", "viewed".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from archive.citing.mentions import Detail
from archive.model import ClauseLevel


class CitationStyle(StrEnum):
    """The citation styles."""

    SR_LONG = "sr-long"
    SR_SHORT = "sr-short"
    EN = "en"
    SR_LEGAL = "sr-legal"
    SR_CYRL = "sr-cyrl"
    OSCOLA = "oscola"
    BLUEBOOK = "bluebook"
    ISO_690 = "iso-690"


class SourcePart:
    """One detail of a source: the first of ``forms`` whose fields are all known is printed, else nothing."""

    __slots__ = ("detail", "forms")

    def __init__(self, detail: Detail, *forms: str) -> None:
        self.detail, self.forms = detail, forms


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Details in their own brackets, with ``joiner`` between the known ones."""

    opening: str
    joiner: str
    closing: str
    parts: tuple[SourcePart, ...]


SourceForm = tuple[SourcePart | SourceGroup, ...]


@dataclass(frozen=True, slots=True)
class StyleRules:
    """The rules of a style.

    ``language`` is that of its own words (BCP 47), ``quotation`` the template with quotation marks. ``levels`` are
    templates of clause numbers, ``joiner`` separates those that do not begin with a bracket. ``page`` are the templates
    of one page and of several. ``day`` is a format of :data:`archive.citing.prose.DAYS`. ``roles`` are the words for
    the buyer, one supplier and several. ``sources`` has a form for each kind of document; None for all others.
    ``reading`` and ``words`` are for the provenance. ``link`` is the text before and after the permalink.
    """

    language: str
    quotation: str
    levels: Mapping[ClauseLevel, str]
    joiner: str
    repeated: str
    page: tuple[str, str]
    day: str
    roles: tuple[str, str, str]
    sources: Mapping[str | None, SourceForm]
    reading: str
    words: str
    link: tuple[str, str] = ("", "")
    local: str = ""
    tells_provenance: bool = True
    in_cyrillic: bool = False

    def source(self, kind: str | None) -> SourceForm:
        """Return the form of a kind of document."""
        return self.sources.get(kind, self.sources[None])


def _levels(*names: str) -> Mapping[ClauseLevel, str]:
    return MappingProxyType(dict(zip(ClauseLevel, names, strict=True)))


_TITLE = SourcePart(Detail.TITLE, "{title}")
_CITY_AND_DATE = (SourcePart(Detail.PLACE, "{city}"), SourcePart(Detail.DATE, "{date}", "{year}"))


def _plain(number: str, date: str) -> Mapping[str | None, SourceForm]:
    """Return one form for every kind of document, with these words before number and date."""
    numbered, dated = SourcePart(Detail.NUMBER, number + "{number}"), SourcePart(Detail.DATE, date + "{date}")
    return {None: (_TITLE, numbered, dated, SourcePart(Detail.PARTIES, " ({parties})"))}


def _serbian(number: str, date: str, made: str) -> Mapping[str | None, SourceForm]:
    """Return the forms of Serbian legal citations, with these words before number, date and place."""
    numbered, dated = SourcePart(Detail.NUMBER, number + "{other_number}"), SourcePart(Detail.DATE, date + "{date}")
    parties = SourcePart(Detail.PARTIES, " ({parties})")
    contract = (_TITLE, numbered, dated, SourcePart(Detail.PLACE, made + "{place}", " ({city})"), parties)
    judgment = (SourcePart(Detail.COURT, "{court}, "), _TITLE, SourcePart(Detail.NUMBER, " {case}"), dated)
    return {
        None: (_TITLE, numbered, dated, parties),
        "contract": contract,
        "contract_annex": contract,
        "judgment": judgment,
        "regulation": (_TITLE, numbered, dated, SourcePart(Detail.GAZETTE, ", {gazette}")),
    }


_JUDGMENT = (
    SourcePart(Detail.COURT, "{court}, "),
    SourcePart(Detail.NUMBER, "{case}", "{title}"),
    SourcePart(Detail.DATE, " ({date})"),
)
_REGULATION = (_TITLE, SourcePart(Detail.GAZETTE, ", {gazette}"), SourcePart(Detail.DATE, " ({date})", " ({year})"))


def _english(
    form: SourceForm, judgment: SourceForm = _JUDGMENT, regulation: SourceForm = _REGULATION
) -> Mapping[str | None, SourceForm]:
    return {None: form, "judgment": judgment, "regulation": regulation}


_SR_LONG = StyleRules(
    language="sr-Latn",
    quotation="„{}”",
    levels=_levels(
        "glava {}", "član {}.", "tačka {}", "prilog {}", "stav {}.", "tačka {})", "podtačka ({})", "alineja {}"
    ),
    joiner=" ",
    repeated="{} ({}. po redu)",
    page=("str. {}", "str. {}"),
    day="numbers",
    roles=("naručilac", "izvršilac", "izvršioci"),
    sources=_plain(" br. ", " od "),
    reading="čitanje {} od {}",
    words="reči",
    local="veza radi samo na ovom računaru",
)
_SR_LEGAL = replace(
    _SR_LONG,
    levels=_levels("gl. {}", "čl. {}.", "tač. {}", "pril. {}", "st. {}.", "tač. {}", "podtač. ({})", "al. {}"),
    sources=_serbian(" br. ", " od ", ", zaključen "),
)
_EN = StyleRules(
    language="en",
    quotation="“{}”",
    levels=_levels(
        "Part {}", "Article {}", "clause {}", "Schedule {}", "paragraph {}", "point {}", "sub-point {}", "indent {}"
    ),
    joiner=", ",
    repeated="{} (no. {} of this number)",
    page=("p. {}", "pp. {}"),
    day="month",
    roles=("buyer", "supplier", "suppliers"),
    sources=_plain(", no. ", ", "),
    reading="reading {} of {}",
    words="words",
    local="this link works on this machine only",
)

STYLES: Mapping[CitationStyle, StyleRules] = MappingProxyType(
    {
        CitationStyle.SR_LONG: _SR_LONG,
        CitationStyle.SR_SHORT: replace(
            _SR_LONG,
            levels=_levels("gl. {}", "čl. {}", "tač. {}", "pril. {}", "st. {}", "tač. {}", "podtač. {}", "al. {}"),
            sources={
                None: (
                    SourcePart(Detail.TITLE, "{numbered_kind}", "{title}"),
                    SourcePart(Detail.NUMBER, " br. {number}"),
                )
            },
            tells_provenance=False,
        ),
        CitationStyle.EN: _EN,
        CitationStyle.SR_LEGAL: _SR_LEGAL,
        CitationStyle.SR_CYRL: replace(
            _SR_LEGAL,
            language="sr-Cyrl",
            levels=_levels("гл. {}", "чл. {}.", "тач. {}", "прил. {}", "ст. {}.", "тач. {}", "подтач. ({})", "ал. {}"),
            repeated="{} ({}. по реду)",
            page=("стр. {}", "стр. {}"),
            roles=("наручилац", "извршилац", "извршиоци"),
            sources=_serbian(" бр. ", " од ", ", закључен "),
            reading="читање {} од {}",
            words="речи",
            local="веза ради само на овом рачунару",
            in_cyrillic=True,
        ),
        CitationStyle.OSCOLA: replace(
            _EN,
            levels=_levels("pt {}", "art {}", "cl {}", "sch {}", "({})", "({})", "({})", "indent {}"),
            joiner=" ",
            repeated="{} (no {} of this number)",
            page=("{}", "{}"),
            sources=_english(
                (
                    SourcePart(Detail.PARTIES, "{names}, "),
                    SourcePart(Detail.TITLE, "‘{title}’"),
                    SourceGroup(" (", ", ", ")", (SourcePart(Detail.NUMBER, "no {other_number}"), *_CITY_AND_DATE)),
                )
            ),
            link=(" <", "> accessed {accessed}"),
        ),
        CitationStyle.BLUEBOOK: replace(
            _EN,
            levels=_levels("pt. {}", "art. {}", "§ {}", "sched. {}", "¶ {}", "pt. {}", "sub-pt. {}", "indent {}"),
            page=("at {}", "at {}"),
            day="abbreviated",
            sources=_english(
                (
                    SourcePart(Detail.PARTIES, "{names}, "),
                    _TITLE,
                    SourcePart(Detail.NUMBER, ", No. {other_number}"),
                    SourceGroup(" (", ", ", ")", _CITY_AND_DATE),
                )
            ),
            link=("", " (last visited {accessed})"),
        ),
        CitationStyle.ISO_690: replace(
            _EN,
            sources=_english(
                (
                    SourcePart(Detail.PARTIES, "{makers}. "),
                    _TITLE,
                    SourcePart(Detail.NUMBER, ". No. {other_number}"),
                    SourceGroup(". ", ", ", "", _CITY_AND_DATE),
                ),
                (
                    SourcePart(Detail.COURT, "{capital_court}. "),
                    _TITLE,
                    SourcePart(Detail.NUMBER, ". {case}"),
                    SourcePart(Detail.DATE, ". {date}"),
                ),
                (_TITLE, SourcePart(Detail.GAZETTE, ". {gazette}"), SourcePart(Detail.DATE, ". {date}", ". {year}")),
            ),
            link=(" Available from:", " [viewed {accessed}]"),
        ),
    }
)
"""The rules of each style."""
