"""The sentences of a finding as they are copied: with where and when they were counted, and links to their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.findings.sentences import ToldSentence
from archive.findings.table import Table
from webapp.languages.translation import gettext, said
from webapp.pages.findings.wording import SentencePart, sentence_parts
from webapp.pages.wording import day
from webapp.state import FindingState


@dataclass(frozen=True, slots=True)
class CopiedSentence:
    """The sentences of a finding with their source: as rich text, whose ``parts`` are links, and as plain ``text``.
    All addresses lead to the state of the archive that was counted, whatever comes later."""

    parts: tuple[SentencePart, ...]
    source: str
    address: str
    base: str

    @property
    def text(self) -> str:
        """All of it without formatting."""
        return f"{''.join(part.text for part in self.parts)}\n{self.source}\n{self.address}"


def copied_sentence(
    table: Table, sentences: Sequence[ToldSentence], state: FindingState, base: str
) -> CopiedSentence | None:
    """Return what is copied of a finding, with addresses that begin with ``base``; None where it says nothing."""
    if not sentences:
        return None
    then = FindingState(state.name, as_of=str(table.as_of.event), vat=state.vat, convert=state.convert)
    space = SentencePart(" ")
    parts = tuple(part for one in sentences for part in (*sentence_parts(one, then), space))[:-1]
    when = table.as_of.at
    moment = "" if when is None else day(when)
    source = gettext(
        "Dosije, finding “%(title)s”, counted from the archive at event %(event)s, %(day)s.",
        title=said(table.definition.title),
        event=table.as_of.event,
        day=moment,
    )
    return CopiedSentence(tuple(replace(part, clip=None) for part in parts), source, f"{base}{then.url}", base)
