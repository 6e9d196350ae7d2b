"""The review queue, and the page that corrects a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.facts.doubts import FLAGS
from archive.facts.review import Doubt
from archive.facts.values import FOI_OUTCOMES, PROCEDURE_TYPES
from archive.model import KINDS, Description, Fact, FactStatus, Reading, Words
from archive.model.decisions import DecisionAction, Recorded, of_field
from archive.model.fields import FIELDS, is_list
from archive.store.documents import Known
from archive.store.events import Event
from webapp.languages.translation import gettext, marked, number, percent, plural, said
from webapp.links import correct_url, document_url, doubted_values_url, doubts_url, evidence_url, image_url, review_url
from webapp.page_images import PAGE_WIDTH
from webapp.pages.parts import Context, Crop, Link, Mark, Piece, SaidByPerson, crop
from webapp.pages.wording import about, day, detail, details_of, fact_value, field_label, shown_title, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ProofPicture:
    """The evidence of a value: a clip of the page image, or text where there is no image."""

    crop: Crop | None
    text: tuple[Piece, ...]
    place: Link
    language: str | None


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """The form for a decision on a field.

    ``old`` is the value in question, None where the field has none, and ``shown`` the same as displayed. ``words`` are
    the numbers of the words that prove it, empty if they cannot be cited; ``proves`` says that they also prove the
    corrected value. ``options`` are the allowed values of a field with a fixed list; ``hidden`` are fields that
    remember the page the reader came from.
    """

    document_id: str
    field: str
    label: str
    old: str | None
    shown: str
    value: str
    words: str
    proves: bool
    quote: str
    page: str
    by: str
    options: tuple[Link, ...]
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The last decision.

    ``event`` is None where it can no longer be undone; ``later`` says that the search index is not up to date yet;
    ``also`` is the number of decisions that are undone with it.
    """

    text: str
    document_id: str
    event: int | None
    later: bool
    also: int


@dataclass(frozen=True, slots=True)
class OtherPaper:
    """Another document with the same doubtful value; preselected if its buyer is the same."""

    id: str
    paper: Link
    about: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class DoubtShown:
    """A doubt with its evidence and form.

    ``others`` are other documents with the same doubtful value, ``decide_all`` the label of the checkbox that decides
    them too, and ``all_of_value`` the URL of the table of all of them.

    Where there is no evidence, ``first_page`` is the image of the document's first page, if there is one.
    """

    document: Link
    language: str | None
    about: tuple[str, ...]
    label: str
    value: str | None
    reasons: tuple[str, ...]
    proof: ProofPicture | None
    first_page: str | None
    pages: Link
    form: DecisionForm
    others: tuple[OtherPaper, ...]
    decide_all: str
    all_of_value: str


@dataclass(frozen=True, slots=True)
class ReviewContext(Context):
    """The review queue at one doubt.

    ``doubt`` is None where none is left; ``fields`` link to the doubts on one field; ``from_start`` links back to
    skipped doubts.
    """

    count: str
    ways: tuple[Link, ...]
    position: str
    fields: tuple[Link, ...]
    doubt: DoubtShown | None
    skip: str | None
    from_start: str | None
    done: Done | None
    by: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A current value of a field; ``choose`` links to the form for it."""

    text: str
    about: tuple[str, ...]
    choose: Link


@dataclass(frozen=True, slots=True)
class CorrectContext(Context):
    """The page that corrects a field of a document. ``problem`` is the error message of the submitted form."""

    title: str
    document: Link
    language: str | None
    fields: tuple[Link, ...]
    label: str
    values: tuple[KnownValue, ...]
    add: str | None
    proof: ProofPicture | None
    form: DecisionForm
    standing: tuple[SaidByPerson, ...]
    done: Done | None
    problem: str | None


AROUND = 25
"""Words shown before and after the evidence on a flowing page."""

_OPTIONS = {"kind": KINDS, "foi_outcome": FOI_OUTCOMES, "procedure_type": PROCEDURE_TYPES}
_STATE = SearchState()
_CHECK = "check failed"
_STATUS = {FactStatus.CONFIRMED: marked("confirmed"), FactStatus.CORRECTED: marked("corrected")}
_DECIDED = {
    DecisionAction.CORRECT: marked("%(by)s, %(day)s: correct %(what)s"),
    DecisionAction.ADD: marked("%(by)s, %(day)s: add %(what)s"),
    DecisionAction.REPLACE: marked("%(by)s, %(day)s: replace %(what)s"),
    DecisionAction.REMOVE: marked("%(by)s, %(day)s: remove %(what)s"),
    DecisionAction.CONFIRM: marked("%(by)s, %(day)s: confirm %(what)s"),
}


@dataclass(frozen=True, slots=True)
class LoadedValue:
    """A field of a document with the value in question.

    ``fact`` is None where the field has none. ``reading`` is the reading of the fact's words, or else the newest;
    ``words`` are those of the page on which they begin, None where there is no such page.
    """

    known: Known
    field: str
    fact: Fact | None
    reading: Reading
    words: Words | None


@dataclass(frozen=True, slots=True)
class LoadedDecision:
    """The last decision: an event of the log.

    ``later`` says that the search index is not up to date yet; ``also`` is the number of following events that decide
    the same of other documents.
    """

    known: Known
    event: Event
    later: bool
    also: int = 0


def ways_of_review(current: str) -> tuple[Link, ...]:
    """Return links to the views of doubts, with the current one marked."""
    ways = (
        ("one", gettext("One at a time"), review_url()),
        ("values", gettext("By value"), doubted_values_url()),
        ("many", gettext("Many at once"), doubts_url()),
    )
    return tuple(Link(label, url, name == current) for name, label, url in ways)


def present_proof(value: LoadedValue) -> ProofPicture | None:
    """Return the evidence of a value; None where it has none."""
    fact, words, language = value.fact, value.words, value.known.description.language
    if fact is None or fact.span is None or words is None:
        return None
    page = value.reading.page_of_word(fact.span.first)
    first = fact.span.first - page.first_word
    last = min(fact.span.last - page.first_word, page.word_count - 1)
    place = Link(gettext("Page %(number)s", number=page.number), evidence_url(fact.span, page.number, _STATE))
    if page.is_flowing:
        parts = words.texts[max(0, first - AROUND) : first], words.texts[first : last + 1]
        before, proof, after = (*parts, words.texts[last + 1 : last + 1 + AROUND])
        text = Piece(f"{' '.join(before)} "), Piece(" ".join(proof), marked=True), Piece(f" {' '.join(after)}")
        return ProofPicture(None, text, place, language)
    proving = " ".join(words.texts[first : last + 1])
    told = gettext("Page %(number)s, at the words: %(words)s", number=page.number, words=proving)
    picture = crop(fact.span, page, words, [Mark(first, last, "", current=True)], told)
    return ProofPicture(picture, (), place, language)


def present_form(
    loaded: LoadedValue, by: str, hidden: tuple[tuple[str, str], ...], typed: Mapping[str, str] | None = None
) -> DecisionForm:
    """Return the form for a field.

    :param typed: the values of a submitted form with an error; they are shown again.
    """
    sent, field, fact, document = typed or {}, loaded.field, loaded.fact, loaded.known.document
    # Words of an older reading cannot prove a new value.
    span = fact.span if fact and fact.span and fact.span.reading == document.reading else None
    value = fact.value if fact else ""
    return DecisionForm(
        document_id=document.id,
        field=field,
        label=field_label(field),
        old=fact.value if fact else None,
        shown=fact_value(field, fact.value) if fact else "",
        value=sent.get("value", value),
        words=f"{span.first}-{span.last}" if span else "",
        proves="prove" in sent,
        quote=sent.get("quote", ""),
        page=sent.get("page", ""),
        by=sent.get("by", by),
        options=field_options(field, sent.get("value", value)),
        hidden=hidden,
    )


def _doubt(doubt: Doubt, loaded: LoadedValue, form: DecisionForm, others: Sequence[OtherPaper]) -> DoubtShown:
    """Return a doubt with its form."""
    described, proof, pages = doubt.known.description, present_proof(loaded), loaded.reading.pages
    has_picture = proof is None and pages and not pages[0].is_flowing
    return DoubtShown(
        document=Link(shown_title(described).text, document_url(doubt.document, _STATE)),
        language=shown_title(described).language,
        about=about(described, is_titled=True),
        label=field_label(doubt.field),
        value=fact_value(doubt.field, doubt.fact.value) if doubt.fact else None,
        reasons=doubt_reasons(doubt),
        proof=proof,
        first_page=image_url(doubt.document, 1, PAGE_WIDTH) if has_picture else None,
        pages=Link(gettext("All its pages"), document_url(doubt.document, _STATE, "pages")),
        form=form,
        others=tuple(others),
        decide_all=plural(
            "The same in %(count)s other paper: decide for both",
            "The same in %(count)s other papers: decide for all",
            len(doubt.same),
        )
        if doubt.same
        else gettext("Decide for the papers chosen below, too"),
        all_of_value=doubts_url(doubt.field, doubt.fact.value if doubt.fact else ""),
    )


def field_options(field: str, chosen: str) -> tuple[Link, ...]:
    """Return the allowed values of a field; ``chosen`` is added if it is not among them."""
    known = _OPTIONS.get(field, ())
    values = known if not known or chosen in known else (chosen, *known)
    return tuple(Link(value_label(field, value), value, value == chosen) for value in values)


def doubt_reasons(doubt: Doubt) -> tuple[str, ...]:
    """Return the reasons of a doubt, followed by the details of its fact, such as a number with a wrong check digit."""
    reasons = tuple(map(_reason, doubt.reasons))
    return (*reasons, *(details_of(doubt.fact, but=FLAGS) if doubt.fact else ()))


def _reason(reason: str) -> str:
    """Return a reason in words. Names of numbers are written as on the page of the document."""
    what, _, value = reason.partition(": ")
    return detail("check_failed", value) if what == _CHECK else said(reason)


def present_review(
    of_field: Mapping[str, int],
    field: str | None,
    at: int,
    shown: tuple[Doubt, LoadedValue] | None,
    done: LoadedDecision | None,
    by: str,
    papers: Sequence[Description] = (),
) -> ReviewContext:
    """Return the review queue at number ``at`` of the doubts on ``field``.

    ``of_field`` are the counts of doubts by field, ``papers`` the other documents with the same doubtful value.
    """
    of_all = sum(of_field.values())
    others = [
        OtherPaper(
            one.id,
            Link(shown_title(one).text, document_url(one.id, _STATE, "facts")),
            about(one, is_titled=True),
            shown is not None and one.id in shown[0].same,
        )
        for one in papers
    ]
    total = of_all if field is None else of_field.get(field, 0)
    every = Link(gettext("All %(count)s", count=number(of_all)), review_url(), current=field is None)
    links = (
        Link(f"{field_label(name)} {number(of_field[name])}", review_url(name), name == field)
        for name in FIELDS
        if name in of_field
    )
    return ReviewContext(
        count=plural("%(count)s doubt", "%(count)s doubts", total),
        ways=ways_of_review("one"),
        position=gettext("Number %(at)s of %(total)s.", at=number(at), total=number(total)),
        fields=(every, *links),
        doubt=_doubt(*shown, present_form(shown[1], by, _queue_place(field, at)), others) if shown else None,
        skip=review_url(field, at + 1) if shown else None,
        from_start=review_url(field) if shown is None and total else None,
        done=present_done(done) if done else None,
        by=by,
        hidden=_queue_place(field, at),
    )


def _queue_place(field: str | None, at: int) -> tuple[tuple[str, str], ...]:
    """Return the position in the queue as hidden fields of a form."""
    return ("queue", field or "all"), ("at", str(at))


def present_done(loaded: LoadedDecision) -> Done:
    """Return the change that an event made to a field; it can be undone until the field changes again."""
    event, described = loaded.event, loaded.known.description
    field, detail = event.detail["field"], event.detail
    what = _change_of(field, detail["before"], detail["after"])
    subject = {"field": field_label(field), "title": shown_title(described).text}
    text = gettext("%(field)s of %(title)s: %(what)s (%(by)s)", **subject, what=what, by=detail["by"])
    if loaded.also:
        text += plural("; the same in %(count)s other paper", "; the same in %(count)s other papers", loaded.also)
    last = max((one.event for one in _in_force(loaded.known, field)), default=None)
    return Done(text, described.id, event.number if last == event.number else None, loaded.later, loaded.also)


def _change_of(field: str, before: Sequence[Mapping[str, object]], after: Sequence[Mapping[str, object]]) -> str:
    """Return what became of the values of a field; those that stay as they were are not named."""
    was, became = (
        " | ".join(fact_value(field, str(fact["value"])) for fact in side if fact not in others)
        for side, others in ((before, after), (after, before))
    )
    if was == became:
        return gettext("%(value)s, confirmed", value=became)
    if before and not was:
        return gettext("%(value)s, added", value=became)
    if after and not became:
        return gettext("%(value)s, removed", value=was)
    return f"{was or gettext('none')} → {became or gettext('none')}"


def _in_force(known: Known, field: str) -> list[Recorded]:
    """Return the decisions on a field that are not undone."""
    return [one for one in known.decisions if one.undone_by is None and one.decision.field == field]


def present_correct(
    loaded: LoadedValue, form: DecisionForm, done: LoadedDecision | None, problem: str | None
) -> CorrectContext:
    """Return the page that corrects a field, for one of its values."""
    described, field, chosen = loaded.known.description, loaded.field, loaded.fact
    decided = _in_force(loaded.known, field)
    return CorrectContext(
        title=gettext("%(field)s of %(title)s", field=field_label(field), title=shown_title(described).text),
        document=Link(shown_title(described).text, document_url(described.id, _STATE, "facts")),
        language=shown_title(described).language,
        fields=tuple(Link(field_label(name), correct_url(described.id, name), name == field) for name in FIELDS),
        label=field_label(field),
        values=tuple(_known_value(described.id, fact, chosen) for fact in of_field(loaded.known.facts, field)),
        add=correct_url(described.id, field, add=True) if is_list(field) and chosen is not None else None,
        proof=present_proof(loaded),
        form=form,
        standing=tuple(_decision_row(one, one is decided[-1]) for one in decided),
        done=present_done(done) if done else None,
        problem=problem,
    )


def _known_value(document_id: str, fact: Fact, chosen: Fact | None) -> KnownValue:
    known: tuple[str, ...]
    if fact.status is FactStatus.EXTRACTED:
        sure = gettext("%(share)s sure", share=percent(fact.confidence))
        known = gettext("rule %(name)s", name=fact.method), sure
    else:
        known = (gettext(_STATUS[fact.status]),)
    link = Link(gettext("Decide on this"), correct_url(document_id, fact.field, fact.value), fact == chosen)
    return KnownValue(fact_value(fact.field, fact.value), known, link)


def _decision_row(recorded: Recorded, is_last: bool) -> SaidByPerson:
    decision = recorded.decision
    values = " | ".join(fact_value(decision.field, fact.value) for fact in decision.facts)
    old = "" if decision.old is None else fact_value(decision.field, decision.old)
    what = " → ".join(dict.fromkeys(filter(None, (old, values)))) or gettext("none")
    text = gettext(_DECIDED[decision.action], by=decision.by, day=day(recorded.at), what=what)
    return SaidByPerson(text, recorded.event if is_last else None)
