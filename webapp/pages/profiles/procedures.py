"""The procedures behind a number of a vendor's profile: their results and the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from archive.errors import UsageError
from archive.findings.records import Shown
from archive.profiles.bids import BidCount, BiddingFirm
from archive.profiles.vendor import BidResult, BidStory, FirmProcedure, VendorProfile
from archive.search.request import UNKNOWN
from webapp.languages.translation import gettext, marked
from webapp.links import document_url, place_url, vendor_procedures_url, vendor_url
from webapp.pages.facts import present_evidence
from webapp.pages.findings.cell import ProofRow, proof_text
from webapp.pages.findings.wording import group_value
from webapp.pages.parts import Context, Link, part_links
from webapp.pages.profiles.figures import procedures_text
from webapp.pages.wording import shown_title
from webapp.state import SearchState

PROCEDURES_SHOWN = 40
"""Procedures of a vendor per page."""


@dataclass(frozen=True, slots=True)
class ProcedureFilter:
    """A filter of a vendor's procedures; an empty value matches all.

    ``rival`` is the id or name of another bidder, ``other`` the result of that bidder; ``bids`` may be ``known``.
    """

    result: str = ""
    bids: str = ""
    town: str = ""
    year: str = ""
    rival: str = ""
    other: str = ""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> ProcedureFilter:
        """Read the parameters of a URL.

        :raises archive.errors.UsageError: a value is not one of those allowed.
        """
        asked = {name: arguments.get(name, "").strip() for name in cls.__slots__}
        for name, allowed in (
            ("result", (*BidResult,)),
            ("bids", (*BidCount, "known")),
            ("other", (BidResult.WON, BidResult.LOST)),
        ):
            if asked[name] and asked[name] not in allowed:
                raise UsageError(
                    gettext("There is no %(name)s %(value)s.", name=name, value=repr(asked[name][:40])),
                    gettext("It may be: %(names)s.", names=", ".join(allowed)),
                )
        return cls(**asked)

    @property
    def asked(self) -> dict[str, str]:
        """The values that are not empty, by name."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}

    def chosen(self, profile: VendorProfile) -> list[FirmProcedure]:
        """Return the procedures that match, the newest first."""
        has_rival_won = self.other == BidResult.WON if self.other else None
        return [one for one in reversed(profile.procedures(self.rival, has_rival_won)) if self._has(one)]

    def _has(self, one: FirmProcedure) -> bool:
        return (
            self.result in ("", one.result)
            and (self.bids in ("", one.bids) or (self.bids == "known" and one.bids is not BidCount.UNKNOWN))
            and self.town in ("", one.municipality or UNKNOWN)
            and self.year in ("", UNKNOWN if one.year is None else str(one.year))
        )


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A procedure of a vendor: its name, its result, the other bidders, and the facts that prove it."""

    name: str
    result: str
    about: tuple[Link, ...]
    rivals: tuple[Link, ...]
    proofs: tuple[ProofRow, ...]


@dataclass(frozen=True, slots=True)
class ProceduresContext(Context):
    """The filtered procedures of a vendor. ``asked`` are the filters in words, each linked to the list without it."""

    title: str
    back: Link
    count: str
    asked: tuple[Link, ...]
    rows: tuple[ProcedureRow, ...]
    parts: tuple[Link, ...]


_RESULTS = {
    BidResult.WON: marked("won"),
    BidResult.LOST: marked("lost"),
    BidResult.UNKNOWN: marked("no document says who won"),
}
_BIDS = {
    BidCount.ONE: marked("one bid"),
    BidCount.SEVERAL: marked("several bids"),
    BidCount.UNKNOWN: marked("number of bids unknown"),
    "known": marked("number of bids known"),
}
_OF_RIVAL = {
    "": marked("with %(rival)s"),
    "won": marked("with %(rival)s, who won"),
    "lost": marked("with %(rival)s, who did not win"),
}


def present_procedures(
    profile: VendorProfile,
    asked: ProcedureFilter,
    chosen: list[FirmProcedure],
    first: int,
    shown: Callable[[Iterable[BidStory]], Mapping[str, list[Shown]]],
) -> ProceduresContext:
    """Return the procedures ``chosen``, from number ``first`` on.

    ``shown`` returns the evidence of their facts, by unit.
    """
    vendor = profile.vendor
    listed = profile.stories(chosen[first - 1 : first - 1 + PROCEDURES_SHOWN])
    words = shown(listed)

    def part(start: int) -> str:
        more = {"first": str(start)} if start > 1 else {}
        return vendor_procedures_url(vendor.id, **asked.asked, **more)

    return ProceduresContext(
        title=vendor.name,
        back=Link(vendor.name, vendor_url(vendor.id)),
        count=procedures_text(len(chosen)),
        asked=tuple(_filter_links(profile, asked)),
        rows=tuple(_row(one, words.get(one.unit.id, [])) for one in listed),
        parts=part_links(len(chosen), PROCEDURES_SHOWN, first, part),
    )


def _filter_links(profile: VendorProfile, asked: ProcedureFilter) -> Iterator[Link]:
    for name, text in _in_words(profile, asked):
        others = {other: value for other, value in asked.asked.items() if other != name}
        if name == "rival":
            others.pop("other", None)
        yield Link(text, vendor_procedures_url(profile.vendor.id, **others))


def _in_words(profile: VendorProfile, asked: ProcedureFilter) -> Iterator[tuple[str, str]]:
    if asked.result:
        yield "result", gettext(_RESULTS[BidResult(asked.result)])
    if asked.bids:
        yield "bids", gettext(_BIDS[asked.bids])
    if asked.town:
        yield "town", group_value("municipality", None if asked.town == UNKNOWN else asked.town)
    if asked.year:
        yield "year", gettext("no year") if asked.year == UNKNOWN else asked.year
    if asked.rival:
        firms = (one.firm for one in profile.rivals)
        name = next((firm.name for firm in firms if asked.rival == (firm.id or firm.name)), asked.rival)
        yield "rival", gettext(_OF_RIVAL[asked.other], rival=name)


def _row(story: BidStory, proofs: list[Shown]) -> ProcedureRow:
    unit = story.unit
    known = next(iter(unit.papers)).known
    number = next((paper.known.reference for paper in unit.papers if paper.known.reference), None)
    about = []
    if unit.municipality:
        about.append(Link(group_value("municipality", unit.municipality), place_url(unit.municipality)))
    elif unit.buyer:
        about.append(Link(unit.buyer, ""))
    about += [Link(number, "")] if number and unit.subject else []
    about.append(Link(str(story.year) if story.year else gettext("no year"), ""))
    about.append(Link(gettext(_BIDS[story.bids]), ""))
    return ProcedureRow(
        name=unit.subject.value if unit.subject else number or known.title,
        result=gettext(_RESULTS[story.result]),
        about=tuple(about),
        rivals=tuple(_rival(firm, story) for firm in story.rivals),
        proofs=tuple(map(_proof, proofs)),
    )


def _rival(firm: BiddingFirm, story: BidStory) -> Link:
    note = gettext("won") if firm in story.winners else None
    return Link(firm.name, vendor_url(firm.id) if firm.id else "", note=note)


def _proof(one: Shown) -> ProofRow:
    state, fact = SearchState(), one.proof.fact
    document = Link(shown_title(one.known).text, document_url(one.proof.document, state))
    evidence = None if fact is None else present_evidence(fact, one.evidence, state)
    return ProofRow(document, proof_text(one), evidence, None)
