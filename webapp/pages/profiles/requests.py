"""The information requests to a municipality: dates, days until the answer, and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archive.findings.precedence import Proof
from archive.findings.records import Shown
from archive.model import Span
from archive.procedures.papers import Paper
from archive.profiles.place import IN_TIME, OUTCOMES, PlaceProfile, RequestStory
from webapp.languages.translation import gettext, plural, said, short_date
from webapp.links import document_url, evidence_url
from webapp.pages.parts import Link
from webapp.pages.wording import value_label
from webapp.state import SearchState

MOST_REQUESTS = 50
"""Maximum requests on the page of a municipality, the newest."""

RequestWords = Mapping[Span, Shown]
"""The facts on the dates and outcomes of requests, by their spans."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request: its documents, the days until its answer with their evidence, and its outcome."""

    papers: tuple[Link, ...]
    days: str | None
    between: tuple[Link, ...]
    time: str | None
    outcome: Link | None


def request_proofs(profile: PlaceProfile) -> list[Proof]:
    """Return the facts whose evidence the page shows."""
    return [proof for one in profile.requests[-MOST_REQUESTS:] for proof in (*one.proofs, *one.told[:1])]


def present_requests(profile: PlaceProfile, words: RequestWords) -> tuple[RequestRow, ...]:
    """Return the newest requests, oldest first."""
    labels = {name: profile.tables[name].definition.labels for name in (IN_TIME, OUTCOMES) if name in profile.tables}
    return tuple(_row(one, words, labels) for one in profile.requests[-MOST_REQUESTS:])


def _row(one: RequestStory, words: RequestWords, labels: Mapping[str, Mapping[str, str]]) -> RequestRow:
    days = None
    if one.days is not None:
        count = int(one.days)
        days = (
            plural("%(count)s day from sending", "%(count)s days from sending", count)
            if one.is_sent
            else plural("%(count)s day from receipt", "%(count)s days from receipt", count)
        )
    ended = labels.get(OUTCOMES, {}).get(one.outcome or "", one.outcome)
    time = labels.get(IN_TIME, {}).get(one.time or "", one.time)
    return RequestRow(
        papers=tuple(map(_paper, one.unit.papers)),
        days=days,
        between=tuple(_words(proof, words) for proof in one.proofs),
        time=said(time) if time else None,
        outcome=None if ended is None else Link(said(ended), _url(one.told[0], words) if one.told else ""),
    )


def _paper(paper: Paper) -> Link:
    when = short_date(paper.date) if paper.date else gettext("no date")
    kind = value_label("kind", paper.kind) if paper.kind else gettext("Unknown kind")
    return Link(kind, document_url(paper.id, SearchState()), note=when)


def _words(proof: Proof, words: RequestWords) -> Link:
    shown = _shown(proof, words)
    quote = shown.evidence.quote if shown and shown.evidence else proof.fact.value if proof.fact else ""
    return Link(quote, _url(proof, words))


def _shown(proof: Proof, words: RequestWords) -> Shown | None:
    return words.get(proof.fact.span) if proof.fact and proof.fact.span else None


def _url(proof: Proof, words: RequestWords) -> str:
    """Return the URL of the page with the words of a fact, or of the document if a person gave the fact."""
    shown = _shown(proof, words)
    if shown is None or shown.evidence is None or proof.fact is None or proof.fact.span is None:
        return document_url(proof.document, SearchState())
    return evidence_url(proof.fact.span, shown.evidence.page.number, SearchState())
