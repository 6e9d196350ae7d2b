"""The repositories."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    union,
)

from archive.access.records import Sharing, Token, User
from archive.access.roles import Role, Scope
from archive.annotations import Annotation, Target
from archive.annotations import Change as AnnotationChange
from archive.decisions import Change, Decision, Recorded, grounded, of_field, settled
from archive.description import Description
from archive.errors import UnknownDocument, UnknownVendor, UsageError
from archive.failpoints import passing
from archive.jobs import Collection as CollectionSummary
from archive.jobs import Job, JobFile
from archive.model import Clause, Document, Fact, Reading
from archive.store import (
    alert_checks,
    counts,
    coverage,
    decisions,
    describing,
    documents,
    doubts,
    events,
    facts,
    failures,
    history,
    index_records,
    inspecting,
    jobs,
    keys,
    members,
    past,
    policies,
    poor_pages,
    readings,
    saved_searches,
    sharing,
    signatures,
    superseded,
    tasks,
    users,
    vendor_rulings,
    vendors,
)
from archive.store import annotations as annotation_queries
from archive.store import clauses as clause_queries
from archive.store import signed as signed_queries
from archive.store.alert_checks import CheckAnswer
from archive.store.counts import Counts
from archive.store.coverage import Coverage, LastEvent, PageCounts
from archive.store.decisions import Carried
from archive.store.describing import Known
from archive.store.documents import Source
from archive.store.events import Entry, Event, EventName
from archive.store.facts import insert_facts, replace_facts, rule_facts
from archive.store.failures import Failure
from archive.store.history import FAILED_READING, History
from archive.store.inspecting import Inspected
from archive.store.members import Member, Membership
from archive.store.past import READ_BY, Past
from archive.store.poor_pages import PoorPage
from archive.store.saved_searches import SavedHit, SavedSearch
from archive.store.signatures import Likeness, Signature
from archive.store.signed import Signed
from archive.store.sql import tables
from archive.store.sql.database import BATCH, Database, batches
from archive.store.sql.locks import Claims
from archive.store.sql.postgres.claims import next_task
from archive.store.sql.tables import events as event_rows
from archive.store.sql.tables import events as events_table
from archive.store.sql.tables import meta
from archive.store.sql.tables import vendors as vendor_rows
from archive.tasks import FailedTask, Outcome, QueueState, Task
from archive.text.carrying import Finder
from archive.vendors.candidates import Candidate, alike, candidates
from archive.vendors.entities import Entity, named
from archive.vendors.names import words
from archive.vendors.rulings import Action, Anchor, RecordedRuling, Ruling
from archive.words import Words


@dataclass(frozen=True, slots=True)
class Attempt:
    """A log-in that was counted as failed ``at`` a moment, and when the one ``before`` it failed, under each key."""

    at: datetime
    before: Mapping[str, datetime | None]


def _tried(connection: Connection, wanted: Sequence[Decision]) -> list[tuple[Decision, Change | UsageError]]:
    """Each decision, grounded, with what it does to the facts as those before it leave them, or why it cannot."""
    ids = {decision.document for decision in wanted}
    known = decisions.facts_by_document(connection, ids)
    standing = decisions.holding(connection, ids)
    decided = {(id_, one.decision.field) for id_, of_document in standing.items() for one in of_document}
    tried: list[tuple[Decision, Change | UsageError]] = []
    for decision in wanted:
        before = known.get(decision.document, ())
        try:
            firm = grounded(decision, before)
        except UsageError as error:
            tried.append((decision, error))
            continue
        after = known[decision.document] = settled(before, [firm])
        of_before, of_after = of_field(before, decision.field), of_field(after, decision.field)
        # That a field is empty is news as long as nobody has said so: rules might find something in it one day.
        is_news = of_before != of_after or (not of_after and (decision.document, decision.field) not in decided)
        decided.add((decision.document, decision.field))
        tried.append((firm, Change(decision.document, decision.field, of_before, of_after, is_news)))
    return tried


@dataclass(frozen=True, slots=True)
class RulingChange:
    """What a ruling does to the vendors that it is about. ``event`` is the number of its record, None where it says
    only what is known already: it is not recorded."""

    before: tuple[Entity, ...]
    after: tuple[Entity, ...]
    event: int | None


def _of_documents(found: Iterable[Entity], ids: Collection[str]) -> tuple[Entity, ...]:
    told = ((one, [mention for mention in one.mentions if mention.document in ids]) for one in found)
    return tuple(named(one.id, one.name, mentions) for one, mentions in told if mentions)


def _same(connection: Connection, vendor: Entity) -> Entity:
    """A vendor that was found a moment ago, with all of its documents."""
    found = vendors.load(connection, [vendor.id])
    if not found:
        raise UnknownVendor(f"No vendor is called {vendor.name!r} any more.", "See: dosije vendors")
    return found[0]


def _rule(connection: Connection, ruling: Ruling, before: tuple[Entity, ...]) -> RulingChange:
    event = vendor_rulings.record(connection, ruling)
    vendors.lay(connection, ruling)
    return RulingChange(before, _become_of(connection, before), event)


def _become_of(connection: Connection, before: Iterable[Entity]) -> tuple[Entity, ...]:
    """The vendors that the mentions of earlier ones are of now."""
    mentions = {mention for one in before for mention in one.mentions}
    now = _printed_as(connection, {mention.name for mention in mentions})
    return tuple(one for one in now if not mentions.isdisjoint(one.mentions))


def _printed_as(connection: Connection, names: Iterable[str]) -> tuple[Entity, ...]:
    found = vendors.ids_by_key(connection, names)
    return tuple(vendors.load(connection, sorted({id_ for ids in found.values() for id_ in ids})))


def _one(connection: Connection, text: str) -> Entity:
    found = vendors.load(connection, vendors.ids_by_key(connection, [text]).get(text, []))
    exact = [one for one in found if text in (one.id, one.name)]
    found = exact or found
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"{one.name} [{one.id}]" for one in found)
        raise UsageError(f"{len(found)} vendors are printed as {text!r}: {several}.", "Name one by its id.")
    known = list(connection.scalars(select(vendor_rows.c.name)))
    near = alike(text, known)
    hint = f"Did you mean: {', '.join(near)}?" if near else "See: dosije vendors"
    raise UnknownVendor(f"No vendor is called {text!r}.", hint)


def _are_apart(connection: Connection, ruling: Ruling) -> bool:
    """Whether somebody has said already that these two are two."""
    asked = {ruling.one, ruling.other}
    said = (recorded.ruling for recorded in vendor_rulings.standing(connection))
    return any(known.action is Action.APART and {known.one, known.other} == asked for known in said)


def _is_split(connection: Connection, vendor: Entity, form: tuple[str, ...]) -> bool:
    """Whether somebody has said already that a name is none of a vendor's."""
    said = (recorded.ruling for recorded in vendor_rulings.standing(connection))
    return any(
        ruling.action is Action.SPLIT and words(ruling.other.name) == form and ruling.one.name in vendor.names
        for ruling in said
    )


MOST_FAULTS = 20


"""Faults that the database names before it stops looking."""


def _carry_over(connection: Connection, reading: Reading, words: Sequence[Words]) -> Carried:
    finder = Finder([of_page.texts for of_page in words])
    facts = decisions.carry_over(connection, reading, finder)
    count, left = annotation_queries.carry_over(connection, reading, finder)
    return Carried(facts.count + count, facts.left, left)


def refuse_contradictions(
    reading: Reading, words: Sequence[Words], facts: Sequence[Fact], clauses: Sequence[Clause]
) -> None:
    """Nothing half-true may enter: what is stored is never changed afterwards.

    :raises ValueError: words, facts or clauses are not those of the reading.
    """
    if reading.created_at.tzinfo is None:
        raise ValueError(f"the moment of reading {reading.number} of {reading.document} needs its time zone")
    if [page.word_count for page in reading.pages] != [len(of_page) for of_page in words]:
        raise ValueError(f"{reading.document} has other words on its pages than its reading says")
    named = (reading.document, reading.number)
    spans = [(fact.field, fact.span) for fact in facts] + [(clause.eid, clause.span) for clause in clauses]
    for what, span in spans:
        if span and ((span.document, span.reading) != named or span.last >= reading.word_count):
            raise ValueError(f"the {what} of {reading.document} points outside of its reading")
    if len({clause.eid for clause in clauses}) < len(clauses):
        raise ValueError(f"two clauses of {reading.document} have the same eid")


Links = Mapping[str, list[Likeness]]


@dataclass(frozen=True, slots=True)
class Present:
    """One state of the catalog. ``revisions`` are those of all documents, ``changed`` is known of those that were asked
    for at another revision, ``links`` are documents that say nearly the same."""

    event: LastEvent | None
    revisions: Mapping[str, int]
    changed: Mapping[str, Known]
    links: Links


_TABLES = (tables.facts, tables.decided_facts)


Condition = Callable[[Column[str]], ColumnElement[bool]]


def _said(fields: Collection[str], condition: Condition) -> CompoundSelect[Any]:
    """The values of these fields that meet a condition, and the documents of which a rule or a person said so."""
    return union(
        *(
            select(table.c.value, table.c.document).where(table.c.field.in_(fields), condition(table.c.value))
            for table in _TABLES
        )
    )


def _documents(field: str, condition: Condition) -> Select[Any]:
    return select(_said((field,), condition).subquery().c.document)


class Repository:
    """Queries of one subject."""

    def __init__(self, database: Database) -> None:
        self._database = database


class Users(Repository):
    """users"""

    def all(self) -> list[User]:
        """All users, by name."""
        with self._database.reading() as connection:
            return users.every(connection)

    def get(self, name: str) -> User:
        """The user of this name.

        :raises archive.errors.UnknownUser: there is none.
        """
        with self._database.reading() as connection:
            return users.one(connection, name)

    def add(self, name: str, role: Role, password: str | None, by: str) -> User:
        """Make a user.

        :raises archive.errors.UsageError: the name is taken, or was.
        """
        with self._database.writing() as connection:
            return users.add(connection, name, role, password, by)

    def remove(self, name: str, by: str) -> None:
        """Take a user's rights away for good; what they decided stays.

        :raises archive.errors.UnknownUser: there is no such user.
        :raises archive.errors.UsageError: they are the only admin.
        """
        with self._database.writing() as connection:
            users.remove(connection, name, by)

    def set_role(self, name: str, role: Role, by: str) -> User:
        """Give a user another role. Errors as for removing."""
        with self._database.writing() as connection:
            return users.set_role(connection, name, role, by)

    def password(self, name: str) -> str | None:
        """What is kept of a user's password; None if there is no such user, or they have none."""
        with self._database.reading() as connection:
            return users.password_of(connection, name)

    def set_password(self, name: str, password: str, by: str | None) -> None:
        """Give a user another password and end all sessions of theirs; ``by`` None if it is the same one, kept anew.

        :raises archive.errors.UnknownUser: there is no such user.
        """
        with self._database.writing() as connection:
            users.set_password(connection, name, password, by)


class LogIns(Repository):
    """log_ins"""

    def attempt(self, keys_of_attempt: Mapping[str, int], rest: timedelta, forget: timedelta) -> Attempt | timedelta:
        """Count an attempt as failed before it is made, so that many at once are no way around; or refuse it.

        :param keys_of_attempt: what it is counted under, with how many may fail before each has to wait.
        :param rest: how long the first has to wait, each later one twice as long as the one before it.
        :param forget: after how long without any it is forgotten, and the longest wait.
        :returns: the attempt as it was counted, or how long to wait, if it is refused.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            known = {
                key: (count, at)
                for key, (count, at) in users.failed(connection, keys_of_attempt).items()
                if at > now - forget
            }
            waits = [
                at + min(forget, rest * 2 ** min(count - keys_of_attempt[key], 20)) - now
                for key, (count, at) in known.items()
                if count >= keys_of_attempt[key]
            ]
            longest = max(waits, default=timedelta(0))
            if longest > timedelta(0):
                return longest
            counts = {key: known.get(key, (0, now))[0] + 1 for key in keys_of_attempt}
            users.count_failures(connection, counts, now, now - forget)
            return Attempt(now, {key: known[key][1] if key in known else None for key in keys_of_attempt})

    def succeeded(self, name: str, attempt: Attempt, forgotten: Collection[str], places: Collection[str]) -> None:
        """Undo that an attempt was counted, and forget all that failed under some keys; keep where the user is."""
        with self._database.writing() as connection:
            for key in attempt.before.keys() - set(forgotten):
                users.take_failure_back(connection, key, attempt.at, attempt.before[key])
            users.forget_failures(connection, forgotten)
            users.remember_places(connection, name, places, attempt.at)

    def known_places(self, name: str, places: Collection[str], within: timedelta) -> set[str]:
        """The places among these from which a user has logged in of late."""
        with self._database.reading() as connection:
            return users.known_places(connection, name, places, datetime.now(UTC) - within)


class Sessions(Repository):
    """sessions"""

    def begin(self, name: str, digest: str, expires_at: datetime) -> None:
        """Keep a session of a user."""
        with self._database.writing() as connection:
            keys.begin_session(connection, name, digest, datetime.now(UTC), expires_at)

    def user(self, digest: str) -> User | None:
        """Whose session it is; None if it is none, or has ended."""
        with self._database.reading() as connection:
            return keys.session_user(connection, digest, datetime.now(UTC))

    def end(self, digest: str) -> None:
        """End a session; an unknown one is no error."""
        with self._database.writing() as connection:
            keys.end_session(connection, digest)


class Tokens(Repository):
    """tokens"""

    def add(self, name: str, label: str, digest: str, scope: Scope, expires_at: datetime, by: str) -> Token:
        """Keep a token of a user.

        :raises archive.errors.UnknownUser: there is no such user.
        """
        with self._database.writing() as connection:
            return keys.add_token(connection, name, label, digest, scope, datetime.now(UTC), expires_at, by)

    def user(self, digest: str) -> tuple[User, Scope] | None:
        """Whose token it is, and what it may do at most; None if it is none, or has ended."""
        with self._database.reading() as connection:
            return keys.token_user(connection, digest, datetime.now(UTC))

    def all(self, name: str | None = None) -> list[Token]:
        """The tokens of a user, or of all."""
        with self._database.reading() as connection:
            return keys.tokens_of(connection, name)

    def revoke(self, token_id: str, by: str, of_user: str | None = None) -> Token:
        """Make a token worthless; ``of_user`` says whose it must be.

        :raises archive.errors.UsageError: there is none of this id.
        """
        with self._database.writing() as connection:
            return keys.revoke_token(connection, token_id, by, of_user)


class Collections(Repository):
    """collections"""

    def share(self, name: str, is_private: bool, members: Collection[str], by: str) -> Sharing:
        """Have a collection be private to these users and to admins, or public.

        :raises archive.errors.UnknownUser: there is no such member.
        """
        with self._database.writing() as connection:
            return sharing.share(connection, name, is_private, members, by)

    def sharings(self) -> list[Sharing]:
        """The collections that somebody made private or public, by name."""
        with self._database.reading() as connection:
            return sharing.every(connection)

    def hidden_from(self, user: User | None) -> frozenset[str]:
        """The collections that a user does not see; of nobody in particular, every private one."""
        with self._database.reading() as connection:
            return sharing.hidden_from(connection, user.name if user else None, user.role if user else None)

    def refuse_unknown(self, name: str, others: Collection[str] = ()) -> None:
        """Refuse a collection that there is not, and is none of ``others``.

        :raises archive.errors.UsageError: there is none of this name.
        """
        with self._database.reading() as connection:
            sharing.refuse_unknown(connection, name, others)

    def all(self) -> list[CollectionSummary]:
        """Every collection, by name."""
        with self._database.reading() as connection:
            return jobs.collections(connection)


class Clauses(Repository):
    """clauses"""

    def of(
        self, document_id: str, reading: int | None = None, words: tuple[int, int] | None = None
    ) -> tuple[Clause, ...]:
        """The clauses of a reading in the order in which they stand, of the newest reading by default.

        :param words: only clauses with one of the words from the first of these to the last; of a clause, this also
            gives those around it.
        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading.
        """
        with self._database.reading() as connection:
            number = readings.number_of(connection, document_id, reading)
            return clause_queries.of_reading(connection, document_id, number, words)

    def by_document(self, ids: Iterable[str]) -> dict[str, tuple[Clause, ...]]:
        """The clauses of the newest reading of each of these documents; a document without any is left out."""
        with self._database.reading() as connection:
            return clause_queries.newest(connection, ids)

    def get(self, document_id: str, eid: str, reading: int | None = None) -> Clause:
        """One clause of a reading, of the newest reading by default.

        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading, or the reading no such clause.
        """
        for clause in self.of(document_id, reading):
            if clause.eid == eid:
                return clause
        raise UsageError(
            f"Document {document_id[:12]} has no clause {eid!r}.", f"See them with: dosije clauses {document_id[:12]}"
        )

    def unit_revisions(self) -> dict[tuple[str, int, str], int]:
        """Every clause that is searched by itself, by document, first word and eid, with the document's revision."""
        with self._database.reading() as connection:
            return clause_queries.unit_revisions(connection)


class Members(Repository):
    """members"""

    def add(self, container_id: str, document_id: str, path: str) -> None:
        """Record that the container holds this document at ``path``. A failure recorded for that member is cleared.

        Recording it again changes nothing. The same document may lie in many containers, and twice in one.

        :raises UnknownDocument: one of the two is not there.
        """
        with self._database.writing() as connection:
            for id_ in (container_id, document_id):
                if not documents.is_known(connection, id_):
                    raise UnknownDocument(f"There is no document {id_}.")
            if members.resolve(connection, container_id, path, document_id):
                place = {"container": container_id, "path": path}
                events.append(connection, EventName.CAPTURE, document_id, place)

    def of(self, container_id: str) -> tuple[Member, ...]:
        """What a container holds, in its order; nothing for a document that is no container."""
        with self._database.reading() as connection:
            return members.members_of(connection, container_id)

    def containers(self, document_id: str) -> tuple[Membership, ...]:
        """The places inside other documents where this one lies."""
        with self._database.reading() as connection:
            return members.containers_of(connection, document_id)

    def unfinished(self) -> tuple[str, ...]:
        """The containers with members that were neither read nor failed, because a run ended before."""
        with self._database.reading() as connection:
            return members.unfinished(connection)


class Facts(Repository):
    """facts"""

    def of(self, document_id: str) -> tuple[Fact, ...]:
        """The facts of a document: what rules read, as far as no person knows better, and what persons say."""
        return self.by_document([document_id]).get(document_id, ())

    def by_document(self, ids: Iterable[str]) -> dict[str, tuple[Fact, ...]]:
        """The facts of each of these documents; a document without any is left out."""
        with self._database.reading() as connection:
            return decisions.facts_by_document(connection, ids)

    def extracted(self, document_id: str) -> tuple[Fact, ...]:
        """What rules read in a document, whatever persons say of it."""
        with self._database.reading() as connection:
            return tuple(facts.rule_facts(connection, [document_id]).get(document_id, ()))

    def replace_extracted(
        self, document_id: str, reading: int, read: Sequence[Fact], clauses: Sequence[Clause] = ()
    ) -> bool:
        """Put the facts and clauses that rules read now in a document in the place of those of before.

        Returns whether they differ.

        :raises UsageError: ``reading``, in which they read it, is not the newest any more.
        """
        with self._database.writing() as connection:
            newest = readings.newest_number(connection, document_id)
            if newest != reading:
                raise UsageError(f"Document {document_id[:12]} has a reading {newest} by now.", "Extract once more.")
            before = facts.rule_facts(connection, [document_id]).get(document_id, [])
            has_other_clauses = clause_queries.replace_clauses(connection, document_id, reading, clauses)
            if before == list(read) and not has_other_clauses:
                return False
            facts.replace_facts(connection, document_id, read)
            documents.revise(connection, [document_id])
            counted = {"facts": len(read), "facts_before": len(before), "clauses": len(clauses)}
            detail = {"reading": reading, **counted}
            superseded.append(connection, document_id, detail, before)
            return True

    def doubtful_documents(self, least_confidence: float, needed: Mapping[str, Sequence[str]]) -> list[str]:
        """Documents of which some fact may be worth a look; see :func:`archive.store.doubts.candidates`."""
        with self._database.reading() as connection:
            return doubts.candidates(connection, least_confidence, needed)

    def values_like(self, field: str, text: str) -> list[str]:
        """The values of a field that differ from this text in script, capitals and diacritics at most; the text alone
        where some document has exactly that. None that no document has."""
        with self._database.reading() as connection:
            return facts.values_alike(connection, field, text)

    def documents_by_value(self, fields: Sequence[str]) -> dict[tuple[str, str], int]:
        """In how many documents rules read the same value of one of these fields, where it is more than one."""
        with self._database.reading() as connection:
            return facts.documents_by_value(connection, fields)

    def numbers_like(self, patterns: Iterable[str]) -> dict[str, set[str]]:
        """The numbers that one of these LIKE patterns matches, as printed, with the documents that have each."""
        wanted = list(patterns)
        found: dict[str, set[str]] = {}
        if not wanted:
            return found
        query = _said(("reference", "related"), lambda value: or_(*(value.like(pattern) for pattern in wanted)))
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(row[0], set()).add(row[1])
        return found

    def values_of(self, ids: Iterable[str], field: str) -> dict[str, set[str]]:
        """All values of a field that were ever said of these documents; those of which none was are left out."""
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for batch in batches(ids):
                for table in _TABLES:
                    # Behind a function, the field does not tempt SQLite to go through all facts of that field.
                    of_field = func.coalesce(table.c.field, "") == field
                    query = select(table.c.document, table.c.value).where(table.c.document.in_(batch), of_field)
                    for document, value in connection.execute(query):
                        found.setdefault(document, set()).add(value)
        return found

    def documents_of_kinds(
        self, kinds: Collection[str], body: tuple[str, str], times: Iterable[tuple[str, str]]
    ) -> set[str]:
        """Documents of these kinds, dated within one of these times, with this value of a field.

        :param body: the field, municipality or buyer, and its value.
        :param times: the first and the last day of each (ISO).
        """
        within = list(times)
        field, name = body
        query = select(tables.documents.c.id).where(
            tables.documents.c.id.in_(_documents("kind", lambda value: value.in_(kinds))),
            tables.documents.c.id.in_(_documents(field, lambda value: value == name)),
            tables.documents.c.id.in_(
                _documents("date", lambda value: or_(*(value.between(*days) for days in within)))
            ),
        )
        with self._database.reading() as connection:
            return set(connection.scalars(query))


class Decisions(Repository):
    """decisions"""

    def in_force(self, ids: Iterable[str]) -> dict[str, list[Recorded]]:
        """The decisions on each of these documents that hold, in the order they were made."""
        with self._database.reading() as connection:
            return decisions.holding(connection, ids)

    def history(self, document_id: str) -> tuple[Event, ...]:
        """Every decision on a document and every undoing of one, as the event log tells of them, the first first."""
        with self._database.reading() as connection:
            told = events.of_document(connection, document_id, EventName.METADATA_MODIFICATION)
        return tuple(event for event in told if "field" in event.detail)

    def record(self, wanted: Sequence[Decision], *, try_only: bool = False) -> list[Change | UsageError]:
        """Record decisions, all of them or, if one of them cannot be, none; ``try_only`` records none either way.

        :returns: what becomes of each: the change, or why it cannot be.
        """
        if try_only:
            with self._database.reading() as connection:
                return [outcome for _, outcome in _tried(connection, wanted)]
        with self._database.writing() as connection:
            tried = _tried(connection, wanted)
            possible = [(decision, outcome) for decision, outcome in tried if isinstance(outcome, Change)]
            if len(possible) < len(tried):
                return [outcome for _, outcome in tried]
            documents.revise(connection, {change.document for _, change in possible if change.is_news})
            return [
                decisions.record(connection, decision, change) if change.is_news else change
                for decision, change in possible
            ]

    def undo(self, document_id: str, event: int | None, by: str) -> Change:
        """Take back a decision on a document, the last one unless ``event`` names another.

        :raises UsageError: there is none, or a later one on the same field holds.
        """
        with self._database.writing() as connection:
            change = decisions.undo(connection, document_id, event, by)
            documents.revise(connection, [document_id])
            return change


class Vendors(Repository):
    """vendors"""

    def are_identified(self) -> bool:
        """Whether the vendors take everything into account that has happened."""
        with self._database.reading() as connection:
            return vendors.are_identified(connection)

    def are_as_computed(self) -> bool:
        """Whether the vendors are what facts and rulings come to, as far as they are to be found by now."""
        with self._database.reading() as connection:
            return vendors.are_as_computed(connection)

    def forget(self) -> None:
        """Have the vendors found anew next time, though nothing has happened."""
        with self._database.writing() as connection:
            vendors.forget(connection)

    def identify(self) -> None:
        """Find the vendors anew, unless nothing has happened since that was done."""
        if self.are_identified():
            return
        with self._database.writing() as connection:
            vendors.identify(connection)

    def search(self, text: str = "", limit: int | None = None, offset: int = 0) -> tuple[int, list[Entity]]:
        """How many vendors have these words or digits in a name or number, and those of them that are asked for, the
        ones in most documents first."""
        with self._database.reading() as connection:
            total, ids = vendors.listed(connection, text, limit, offset)
            return total, vendors.load(connection, ids)

    def all(self) -> list[Entity]:
        """Every vendor."""
        with self._database.reading() as connection:
            return vendors.load(connection)

    def merge_candidates(self) -> list[Candidate]:
        """Pairs of vendors that may be one, for a person to judge, the most useful first."""
        with self._database.reading() as connection:
            rulings = [recorded.ruling for recorded in vendor_rulings.standing(connection)]
            return candidates(vendors.load(connection), rulings)

    def find(self, text: str) -> Entity:
        """The one vendor with this id, number or name, however it is written.

        :raises UnknownVendor: there is none.
        :raises UsageError: there are several.
        """
        with self._database.reading() as connection:
            return _one(connection, text)

    def names_for(self, texts: Iterable[str]) -> dict[str, list[str]]:
        """What the vendors are called that each of these texts names, by a name in any print, a number or an id; texts
        that name none are left out."""
        with self._database.reading() as connection:
            found = vendors.ids_by_key(connection, texts)
            called = vendors.names(connection, (id_ for ids in found.values() for id_ in ids))
        # One that is called exactly so is meant, though others may be printed so, too.
        names = {text: [called[id_] for id_ in ids] for text, ids in found.items()}
        return {text: [text] if text in of_text else of_text for text, of_text in names.items()}

    def of(self, document_id: str) -> dict[str, str]:
        """The ids of the vendors and bidders of a document, by the names that it prints."""
        with self._database.reading() as connection:
            return vendors.vendors_of(connection, document_id)

    def documents_naming(self, vendor_id: str, limit: int, offset: int = 0) -> list[str]:
        """Some of the documents that name a vendor, the newest first."""
        with self._database.reading() as connection:
            return vendors.documents_naming(connection, vendor_id, limit, offset)

    def rulings(self) -> Sequence[RecordedRuling]:
        """What persons say and said of vendors, the first first."""
        with self._database.reading() as connection:
            return vendor_rulings.every(connection)

    def merge(self, one: str, other: str, by: str) -> RulingChange:
        """Say that two vendors are one.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: a text names several.
        """
        asked = self._two(one, other)
        with self._database.writing() as connection:
            vendors.identify(connection)
            before = tuple(dict.fromkeys(_same(connection, vendor) for vendor in asked))
            if len(before) == 1:
                return self._seen(RulingChange(before, before, None))
            change = _rule(connection, Ruling(Action.MERGE, asked[0].anchor, asked[1].anchor, by), before)
        return self._seen(change)

    def separate(self, one: str, other: str, by: str) -> RulingChange:
        """Say that two vendors are two. It changes neither; they are not offered as one any more.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: a text names several, or both name one.
        """
        asked = self._two(one, other)
        if asked[0].id == asked[1].id:
            remedy = "To split off a name: dosije vendors split. To take a merging back: dosije vendors undo."
            raise UsageError(f"{one!r} and {other!r} name one vendor, {asked[0].name}.", remedy)
        with self._database.writing() as connection:
            vendors.identify(connection)
            before = tuple(_same(connection, vendor) for vendor in asked)
            ruling = Ruling(Action.APART, asked[0].anchor, asked[1].anchor, by)
            if _are_apart(connection, ruling):
                return self._seen(RulingChange(before, before, None))
            change = _rule(connection, ruling, before)
        return self._seen(change)

    def _two(self, one: str, other: str) -> tuple[Entity, Entity]:
        self.identify()
        with self._database.reading() as connection:
            return _one(connection, one), _one(connection, other)

    def split(self, text: str, printed: str, by: str) -> RulingChange:
        """Say that what is printed as ``printed`` is none of a vendor.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: ``text`` names several, it has no such name, or no other one.
        """
        self.identify()
        form = words(printed)
        with self._database.reading() as connection:
            vendor = _one(connection, text)
            apart = [name for name in vendor.names if words(name) == form]
            if not apart and _is_split(connection, vendor, form):
                return RulingChange((vendor,), (vendor,), None)
        if not apart:
            names = ", ".join(map(repr, vendor.names))
            raise UsageError(f"{vendor.name} is nowhere printed as {printed!r}.", f"Its names are: {names}.")
        if len(apart) == len(vendor.names):
            raise UsageError(f"{vendor.name} has no other name than {printed!r}; nothing would be left of it.")
        kept = next(name for name in vendor.names if name not in apart)
        ruling = Ruling(Action.SPLIT, Anchor(kept, vendor.anchor.number), Anchor(apart[0]), by)
        with self._database.writing() as connection:
            vendors.identify(connection)
            change = _rule(connection, ruling, (_same(connection, vendor),))
        return self._seen(change)

    def undo(self, event: int, by: str) -> RulingChange:
        """Take back what a person said of vendors.

        :raises UsageError: there is no such decision that holds.
        """
        with self._database.reading() as connection:
            vendor_rulings.holding(connection, event)
        with self._database.writing() as connection:
            vendors.identify(connection)
            recorded, undone_by = vendor_rulings.undo(connection, event, by)
            before = _printed_as(connection, (recorded.ruling.one.name, recorded.ruling.other.name))
            vendors.identify(connection)
            change = RulingChange(before, _become_of(connection, before), undone_by)
        return self._seen(change)

    def _seen(self, change: RulingChange) -> RulingChange:
        """A change of vendors as far as their documents are seen. What is written is of all documents, so it is only
        here that some may be hidden."""
        every = {mention.document for vendor in (*change.before, *change.after) for mention in vendor.mentions}
        with self._database.reading() as connection:
            seen = documents.by_id(connection, every).keys()
        before, after = (_of_documents(some, seen) for some in (change.before, change.after))
        return RulingChange(before, after, change.event)

    def ruling_differences(self) -> tuple[int, ...]:
        """The events whose rulings on vendors are kept otherwise than the event log tells.

        :raises KeyError, ValueError: an event, or a ruling, does not say what it should.
        """
        with self._database.reading() as connection:
            return vendor_rulings.differences(connection)


class Indexing(Repository):
    """indexing"""

    def due(self, generation: str) -> Iterator[str]:
        """Ids of documents that index ``generation`` lacks or holds at another revision.

        They may be indexed and marked while the iterator is still at work.
        """
        return index_records.due(self._database, generation)

    def is_due(self, document_id: str, generation: str) -> bool:
        """Whether index ``generation`` lacks a document or holds it at another revision."""
        with self._database.reading() as connection:
            return index_records.is_due(connection, document_id, generation)

    def count_due(self, generation: str) -> int:
        """How many documents those are. Every answer asks, so they are counted only when the catalog has changed."""
        with self._database.reading() as connection:
            return self._database.remembered(
                connection, f"due {generation}", lambda: index_records.count_due(connection, generation)
            )

    def count_not_indexed(self) -> int:
        """How many documents the newest index that the catalog knows of lacks, or holds at another revision. For pages
        that do not ask the index, and must not wait for a server that does not answer."""

        def count() -> int:
            return index_records.count_due(connection, index_records.newest_generation(connection))

        with self._database.reading() as connection:
            return self._database.remembered(connection, "not indexed", count)

    def is_elsewhere(self, generation: str, index: str | None = None) -> bool:
        """Whether documents are recorded in another generation of an index, of that of documents by default."""
        with self._database.reading() as connection:
            return index_records.is_elsewhere(connection, generation, index)

    def mark(self, generation: str, revisions: Mapping[str, int]) -> None:
        """Record that index ``generation`` durably holds these documents at these revisions."""
        with self._database.writing() as connection:
            index_records.mark(connection, generation, revisions)

    def forget_generations(self, keep: str, index: str | None = None) -> None:
        """Drop what is recorded about every generation but ``keep`` of an index, of that of documents by default."""
        with self._database.writing() as connection:
            index_records.forget_all_but(connection, keep, index)

    def revisions(self) -> dict[str, int]:
        """Every document with its revision: what a complete index holds."""
        with self._database.reading() as connection:
            return index_records.revisions(connection)


class Integrity(Repository):
    """integrity"""

    def faults(self, *, thorough: bool) -> tuple[str, ...]:
        """What the database finds wrong with itself: its pages, its indexes (only if ``thorough``), rows that point at
        rows that are not there, decisions without their event. Nothing, if all is well.

        :raises archive.errors.CatalogError: it is so damaged that it cannot be looked through.
        """
        orphaned = select(tables.decisions.c.event).where(tables.decisions.c.event.not_in(select(events_table.c.seq)))
        with self._database.reading() as connection:
            faults = self._database.faults(connection, thorough=thorough, most=MOST_FAULTS)
            for number in connection.scalars(orphaned.limit(MOST_FAULTS)):
                faults.append(f"the decision that event {number} tells of is there, and the event is not")
        return tuple(faults)

    def checks(self, *, thorough: bool) -> str:
        """What :meth:`database_faults` has the database's server look at; nothing for a file."""
        with self._database.reading() as connection:
            return self._database.checks(connection, thorough=thorough)

    def policy_differences(self) -> tuple[str, ...]:
        """What users, tokens and collections are otherwise than the event log tells, in sentences.

        :raises KeyError: an event does not say what it should.
        """
        with self._database.reading() as connection:
            return policies.differences(connection)

    def inspect(self, document_id: str) -> Inspected | None:
        """Look through all that is kept of a document; None if there is no such document.

        :raises ValueError: a row holds values that make no sense.
        """
        with self._database.reading() as connection:
            return inspecting.inspect(connection, document_id)

    def seal(self, inspected: Mapping[str, tuple[Inspected, frozenset[int]]]) -> None:
        """Record the digests of these documents in the event log, of each those of the readings named with it."""
        with self._database.writing() as connection:
            for document_id, (found, numbers) in inspected.items():
                detail = {
                    "algorithm": "SHA-256",
                    "revision": found.revision,
                    "digests": found.digests,
                    "readings": {str(number): found.reading_digests[number] for number in sorted(numbers)},
                }
                events.append(connection, EventName.MESSAGE_DIGEST_CALCULATION, document_id, detail)

    def record_failed_reading(self, document_id: str, reading: int, replaced_by: int) -> None:
        """Record that a reading is damaged for good and that another has taken its place."""
        detail = {"outcome": "fail", FAILED_READING: reading, "replaced_by": replaced_by}
        with self._database.writing() as connection:
            events.append(connection, EventName.FIXITY_CHECK, document_id, detail)


class Events(Repository):
    """events"""

    def history(self, wanted: Iterable[int] = ()) -> History:
        """What the whole event log tells, with the hashes of the events ``wanted``."""
        with self._database.reading() as connection:
            return history.read_history(connection, frozenset(wanted))

    def entries(self, ids: Collection[str]) -> tuple[Entry, ...]:
        """Every event that tells of one of these documents, and the newest of the whole log, in order."""
        with self._database.reading() as connection:
            return events.entries(connection, ids)

    def record(self, name: EventName, detail: Mapping[str, object]) -> tuple[int, str]:
        """Record something that was done to the archive as a whole; returns the event's number and hash."""
        with self._database.writing() as connection:
            number = events.append(connection, name, None, detail)
            hash_ = connection.scalar(select(events_table.c.hash).where(events_table.c.seq == number))
        return number, str(hash_)

    def at(self, moment: datetime | int) -> LastEvent:
        """The event of this number, or the last one before a moment.

        :raises UsageError: there is none.
        """
        with self._database.reading() as connection:
            newest = coverage.last_event(connection)
            found = coverage.last_event(connection, moment)
        if found is None or newest is None:
            raise UsageError(f"Nothing had happened in this archive before {moment}.", "Choose a later moment.")
        if isinstance(moment, int) and moment != found.number:
            raise UsageError(f"There is no event {moment} yet.", f"The newest one is {newest.number}.")
        return found

    def newest(self) -> int:
        """The number of the last event, 0 before the first."""
        with self._database.reading() as connection:
            return events.newest(connection)

    def newest_read(self) -> int:
        """The number of the last event that changed words or clauses of a document, 0 before the first."""
        with self._database.reading() as connection:
            return events.newest(connection, READ_BY)

    def between(self, first: int, last: int) -> list[Entry]:
        """The events after the one of number ``first`` up to the one of number ``last``."""
        with self._database.reading() as connection:
            return list(events.between(connection, first, last))

    def verify(self) -> int:
        """Walk the event log's hash chain; returns how many events it has.

        :raises CatalogError: an event is missing or was changed; the first such is named.
        """
        with self._database.reading() as connection:
            return events.verify(connection)


class Annotations(Repository):
    """annotations"""

    def add(self, target: Target, note: str, by: str) -> Annotation:
        """Keep a note that ``by`` makes."""
        with self._database.writing() as connection:
            return annotation_queries.add(connection, target, note, by)

    def edit(self, key: str, note: str, by: str) -> Annotation:
        """Change a note; what it was before stays in the event log.

        :raises UnknownAnnotation: there is no such annotation.
        :raises UsageError: it was removed.
        """
        known = self.get(key)
        with self._database.writing() as connection:
            return annotation_queries.edit(connection, known.id, note, by)

    def remove(self, key: str, by: str) -> Annotation:
        """Take a note away from its document; it is kept and can still be named. Errors as for editing."""
        known = self.get(key)
        with self._database.writing() as connection:
            return annotation_queries.remove(connection, known.id, by)

    def get(self, key: str) -> Annotation:
        """One annotation, even if it was removed.

        :raises UnknownAnnotation: there is none, or several.
        """
        with self._database.reading() as connection:
            return annotation_queries.one(connection, key)

    def all(self, document_id: str | None = None) -> tuple[Annotation, ...]:
        """The annotations of a document, or of all, in the order in which they stand, without those removed."""
        with self._database.reading() as connection:
            return annotation_queries.listed(connection, document_id)

    def changes(self, annotation: Annotation) -> tuple[AnnotationChange, ...]:
        """Who did what to an annotation, the first first."""
        with self._database.reading() as connection:
            return annotation_queries.changes(connection, annotation)


class Tasks(Repository):
    """tasks"""

    @property
    def has_queue(self) -> bool:
        """Whether several workers can take tasks from this catalog."""
        return self._database.has_queue

    def add(self, sha256: str, path: str, filename: str, collection: str) -> None:
        """Queue a file whose bytes are kept, for ``collection``. One that waits already is not queued again."""
        with self._database.writing() as connection:
            tasks.add(connection, sha256, path, filename, collection)

    def has_open(self) -> bool:
        """Whether a task waits or is in work."""
        with self._database.reading() as connection:
            return tasks.are_open(connection)

    def others_want(self, sha256: str, number: int | None) -> bool:
        """Whether a task other than ``number`` waits for these bytes."""
        with self._database.reading() as connection:
            return tasks.others_want(connection, sha256, number)

    def take(self, claims: Claims, worker: str) -> Task | None:
        """The task to do next, whose bytes are claimed from now on; None if there is none, or another worker was
        quicker. Only for catalogs that have a queue."""
        with self._database.queueing() as connection:
            found = next_task(connection)
            if found is None or not claims.take(found[1]):
                return None
            return tasks.begin(connection, found[0], worker)

    def report(self, number: int, worker: str, pages: int) -> None:
        """Record that something came of a task: so many pages by now. One that another worker has taken over is left
        alone, here and below."""
        with self._database.queueing() as connection:
            tasks.tell(connection, number, worker, pages)

    def finish(self, number: int, worker: str, outcome: Outcome) -> None:
        """Record what became of a task. Its bytes are let go after that."""
        with self._database.queueing() as connection:
            tasks.finish(connection, number, worker, outcome)

    def release(self, numbers: Collection[int], worker: str) -> None:
        """Let tasks that were begun wait once more."""
        with self._database.queueing() as connection:
            tasks.give_back(connection, numbers, worker)

    def state(self) -> QueueState:
        """How far the queue is."""
        with self._database.reading() as connection:
            return tasks.survey(connection)

    def failed(self, limit: int) -> list[FailedTask]:
        """The last tasks that failed, the newest first."""
        with self._database.reading() as connection:
            return tasks.failed(connection, limit)


class Readings(Repository):
    """readings"""

    def add(
        self, reading: Reading, words: Sequence[Words], facts: Sequence[Fact], clauses: Sequence[Clause] = ()
    ) -> Carried:
        """Add the next reading of a document: all of it or nothing. The readings before it stay as they are.

        ``facts`` are what rules read in it; they take the place of what rules read before. What a person confirmed,
        corrected or noted stays. Its span is found again in the new reading by its words, or stays in the reading it
        was made in. The document's revision grows.

        :returns: what became of those spans.
        :raises UnknownDocument: there is no such document.
        :raises ValueError: the parts contradict each other, or the reading's number is not the next.
        """
        refuse_contradictions(reading, words, facts, clauses)
        with self._database.writing() as connection:
            newest = readings.newest_number(connection, reading.document)
            if reading.number != newest + 1:
                raise ValueError(f"reading {reading.number} of {reading.document} does not follow reading {newest}")
            readings.insert_reading(connection, reading, words)
            documents.point_to_reading(connection, reading)
            before = rule_facts(connection, [reading.document]).get(reading.document, [])
            replace_facts(connection, reading.document, facts)
            clause_queries.insert_clauses(connection, reading.document, reading.number, clauses)
            carried = _carry_over(connection, reading, words)
            read = {"reading": reading.number, "pages": len(reading.pages), "words": reading.word_count}
            found = {"facts": len(facts), "clauses": len(clauses)}
            left = len(carried.left) + len(carried.notes_left)
            spans = {"spans_carried_over": carried.count, "spans_left": left}
            superseded.append(connection, reading.document, read | found | spans, before)
        return carried

    def get(self, document_id: str, number: int | None = None) -> Reading:
        """A reading of a document, the newest by default.

        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading.
        """
        with self._database.reading() as connection:
            return readings.one(connection, document_id, number)

    def newest(self, ids: Iterable[str]) -> dict[str, Reading]:
        """The newest reading of each of these documents; unknown ids are left out."""
        with self._database.reading() as connection:
            return readings.newest(connection, ids)

    def named(self, named: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Reading]:
        """Readings by document and number; what there is none of is left out."""
        with self._database.reading() as connection:
            return readings.some(connection, named)

    def words(self, document_id: str, page: int, reading: int | None = None) -> Words:
        """The words of a page, in the newest reading by default.

        :raises UnknownDocument: there is no such document.
        :raises UsageError: there is no such reading or page.
        """
        with self._database.reading() as connection:
            return readings.words_of_page(connection, document_id, page, reading)

    def words_of_pages(self, places: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], Words]:
        """The words of pages, each named by document, reading and number; what there is none of is left out."""
        with self._database.reading() as connection:
            return readings.words_of_pages(connection, places)

    def words_on(self, reading: Reading, pages: Iterable[int]) -> dict[int, Words]:
        """The words of some pages of a reading, by the numbers of the pages."""
        found = self.words_of_pages((reading.document, reading.number, page) for page in pages)
        return {page: words for (_, _, page), words in found.items()}

    def all_words(self, document_id: str, reading: int | None = None) -> Iterator[Words]:
        """The words of every page in order, read as the caller goes on. Errors as in :meth:`reading`."""
        return readings.words_by_page(self._database, document_id, reading)


class CatalogCoverage(Repository):
    """coverage"""

    def poor_pages(self, limit: int) -> tuple[PoorPage, ...]:
        """The pages of newest readings that can be relied on least, the worst first; good pages are not among them."""
        with self._database.reading() as connection:
            return poor_pages.worst(connection, limit)

    def counts(self) -> Counts:
        """What the archive holds."""
        with self._database.reading() as connection:
            return counts.count(connection)

    def survey(self, generation: str) -> Coverage:
        """What a search in index ``generation`` can and cannot see."""
        with self._database.reading() as connection:
            return coverage.survey(connection, generation)

    def page_counts(self, ids: Collection[str]) -> PageCounts:
        """The pages of these documents by how well they were read; unknown ids count nothing."""
        with self._database.reading() as connection:
            return coverage.page_counts(connection, ids)


class Documents(Repository):
    """documents"""

    def known(self, ids: Iterable[str]) -> dict[str, Known]:
        """What is known of each of these documents now; unknown ids are left out."""
        with self._database.reading() as connection:
            return describing.known(connection, ids)

    def add(
        self,
        document: Document,
        reading: Reading,
        words: Sequence[Words],
        facts: Sequence[Fact],
        source: str,
        contents: Sequence[str] = (),
        clauses: Sequence[Clause] = (),
    ) -> None:
        """Add a document with its first reading, its facts and clauses and the path it came from: all or nothing.

        ``words`` holds one page for each page of ``reading``. ``contents`` names what lies inside a container: its
        members, which are due from then on. A failure recorded for ``source`` is cleared.

        :raises ValueError: the parts contradict each other.
        :raises CatalogError: the document is already there.
        """
        _refuse_other_reading(document, reading)
        refuse_contradictions(reading, words, facts, clauses)
        captured = {"path": source, "size": document.size}
        ingested = {"reading": reading.number, "pages": document.page_count, "words": document.word_count}
        with self._database.writing() as connection:
            documents.insert_document(connection, document)
            documents.insert_source(connection, document.id, source)
            readings.insert_reading(connection, reading, words)
            insert_facts(connection, document.id, facts)
            clause_queries.insert_clauses(connection, document.id, reading.number, clauses)
            members.insert_members(connection, document.id, contents)
            failures.clear(connection, source)
            events.append(connection, EventName.CAPTURE, document.id, captured)
            found = {"facts": len(facts), "clauses": len(clauses)}
            events.append(connection, EventName.INGESTION, document.id, ingested | found)
            passing("document-written")
        passing("document-stored")

    def add_source(self, document_id: str, path: str) -> None:
        """Remember another path of the same bytes. A path that is already known changes nothing.

        :raises UnknownDocument: there is no such document.
        """
        with self._database.writing() as connection:
            if not documents.is_known(connection, document_id):
                raise UnknownDocument(f"There is no document {document_id}.")
            if documents.insert_source(connection, document_id, path):
                events.append(connection, EventName.CAPTURE, document_id, {"path": path})

    def sources(self, document_id: str) -> tuple[Source, ...]:
        """The paths a document's bytes came from, the first seen first."""
        with self._database.reading() as connection:
            return documents.sources_of(connection, document_id)

    def has(self, document_id: str) -> bool:
        """Whether there is a document of this id."""
        with self._database.reading() as connection:
            return documents.is_known(connection, document_id)

    def find(self, prefix: str) -> Document:
        """The one document whose id begins with ``prefix`` (8 digits or more, in either case).

        :raises UnknownDocument: the prefix is too short or not hexadecimal, or none or several documents match.
        """
        with self._database.reading() as connection:
            return documents.find(connection, prefix)

    def newest_first(self) -> Iterator[Document]:
        """Every document, the last added first, read as the caller goes on."""
        return documents.newest_first(self._database)

    def count(self) -> int:
        """How many documents there are."""
        with self._database.reading() as connection:
            return documents.count(connection)

    def descriptions(self, ids: Iterable[str]) -> dict[str, Description]:
        """The description of each of these documents; unknown ids are left out."""
        with self._database.reading() as connection:
            return {id_: known.description for id_, known in describing.known(connection, ids).items()}


class CatalogHistory(Repository):
    """history"""

    def present(self, known: Mapping[str, int], numbers: float) -> Present:
        """What is known now.

        :param known: documents that the caller knows, at these revisions: what is known of them then is left out.
        :param numbers: the share (0..1) of their numbers that linked documents have to have in common.
        """
        with self._database.reading() as connection:
            revisions = index_records.revisions(connection)
            due = [id_ for id_, revision in revisions.items() if known.get(id_) != revision]
            return Present(
                coverage.last_event(connection),
                revisions,
                describing.known(connection, due),
                signatures.likenesses_kept(connection, numbers),
            )

    def known_until(self, event: int) -> int:
        """The last event of the whole archive that belongs to the state after this one: of those from whom something is
        hidden, every event before the next one that they see. What happens to vendors is shown to them without its
        events."""
        if self._database.whole is self._database:
            return event
        following = select(func.min(event_rows.c.seq)).where(event_rows.c.seq > event)
        with self._database.whole.reading() as everything:
            newest = events.newest(everything)
            with self._database.reading() as connection:
                next_seen = connection.scalar(following)
        return newest if next_seen is None else min(next_seen - 1, newest)

    def past(self, until: int, numbers: float) -> tuple[Past, Links]:
        """What was known after an event of the whole archive (:meth:`known_until`), and the links that documents have
        now."""
        with self._database.whole.reading() as everything:
            whole = past.recall(everything, until)
        with self._database.reading() as connection:
            return past.as_seen(connection, whole), signatures.likenesses_kept(connection, numbers)


class NearDuplicates(Repository):
    """near_duplicates"""

    def unlinked(self, version: int) -> Iterator[tuple[str, int]]:
        """Documents whose newest reading has no signature of this version, or one that was not linked yet.

        Each comes with the number of that reading. They may be signed and linked while the iterator is still at work.
        """
        return signatures.unlinked(self._database, version)

    def sign(self, new: Iterable[Signature]) -> None:
        """Keep these signatures, in place of earlier ones of these documents and of what those were linked with."""
        with self._database.writing() as connection:
            signatures.sign(connection, new)

    def candidates(self, signature: Signature) -> list[Signature]:
        """Signatures of other documents that may be like this one, the most promising first; at most 1,000."""
        with self._database.reading() as connection:
            return signatures.candidates(connection, signature)

    def link(self, found: Mapping[str, Sequence[Likeness]]) -> None:
        """Record which documents each of these signed documents is like; with nothing, that it is like none.

        A document that has 100 links gets no more.
        """
        with self._database.writing() as connection:
            signatures.link(connection, found)

    def get(self, document_id: str) -> Signed | None:
        """A document's signature with its links; None if it has none yet."""
        with self._database.reading() as connection:
            return signed_queries.signed(connection, document_id)

    def forget(self, document_id: str) -> None:
        """Forget a document's signature and links, so that :meth:`unlinked` names it."""
        with self._database.writing() as connection:
            signed_queries.forget(connection, document_id)

    def of(self, ids: Iterable[str]) -> dict[str, list[Likeness]]:
        """The documents that each of these is like, the nearest first; documents that are like none are left out."""
        with self._database.reading() as connection:
            return signatures.likenesses_of(connection, ids)


class Jobs(Repository):
    """jobs"""

    def add(self, job_id: str, collection: str, by: str, files: Sequence[JobFile]) -> None:
        """Queue uploaded files for ``collection``."""
        with self._database.writing() as connection:
            jobs.add(connection, job_id, collection, by, files)

    def get(self, job_id: str) -> Job:
        """The job of this id.

        :raises UnknownJob: there is none.
        """
        with self._database.reading() as connection:
            return jobs.one(connection, job_id)

    def newest(self, limit: int) -> list[Job]:
        """The last jobs, the newest first."""
        with self._database.reading() as connection:
            return jobs.newest(connection, limit)

    def files(self, job_id: str) -> list[JobFile]:
        """The files of a job, and what was found in containers among them."""
        with self._database.reading() as connection:
            return jobs.files_of(connection, job_id)

    def take(self) -> Job | None:
        """The job to do next, which is running from now on. Only one process may take jobs."""
        with self._database.writing() as connection:
            return jobs.take(connection)

    def put_back(self, job_id: str, note: str) -> None:
        """Let a job that was taken wait once more."""
        with self._database.writing() as connection:
            jobs.put_back(connection, job_id, note)

    def report_file(self, job_id: str, file: JobFile) -> None:
        """Record what became of a file of a job."""
        with self._database.writing() as connection:
            jobs.tell_file(connection, job_id, file)

    def report_pages(self, job_id: str, pages_read: int) -> None:
        """Record how many pages of a job have been read."""
        with self._database.writing() as connection:
            jobs.tell_pages(connection, job_id, pages_read)

    def finish(self, job_id: str, reason: str) -> None:
        """End a job; whatever of it still waits has failed for ``reason``."""
        with self._database.writing() as connection:
            jobs.finish(connection, job_id, reason)

    def retry(self, job_id: str, paths: Collection[str]) -> None:
        """Queue a job anew for those of these files that failed.

        :raises UnknownJob: there is no such job.
        :raises UsageError: it has not ended, or none of these files failed.
        """
        known = self.get(job_id)
        with self._database.writing() as connection:
            jobs.retry(connection, known.id, paths)

    def remove(self, job_id: str) -> None:
        """Forget a job; its documents stay. Errors as for trying again."""
        known = self.get(job_id)
        with self._database.writing() as connection:
            jobs.remove(connection, known.id)


class Searches(Repository):
    """searches"""

    def save(self, name: str, parameters: Mapping[str, Any]) -> SavedSearch:
        """Keep a search, which finds from now on.

        :raises archive.errors.UsageError: the name is empty, too long, of more than one line, or taken.
        """
        with self._database.writing() as connection:
            return saved_searches.save(connection, name, parameters)

    def all(self) -> tuple[SavedSearch, ...]:
        """All saved searches, by name."""
        with self._database.reading() as connection:
            return saved_searches.every(connection)

    def get(self, key: str) -> SavedSearch:
        """The saved search of this id or name.

        :raises archive.errors.UnknownSearch: there is none.
        """
        with self._database.reading() as connection:
            return saved_searches.one(connection, key)

    def remove(self, search_id: str) -> None:
        """Forget a search and all that it found; an unknown id is no error."""
        with self._database.writing() as connection:
            saved_searches.remove(connection, search_id)

    def hits(self, search_id: str, *, unread_only: bool = False, limit: int | None = None) -> tuple[SavedHit, ...]:
        """The documents that a search found since it was saved, the last found first."""
        with self._database.reading() as connection:
            return saved_searches.found(connection, search_id, unread_only, limit)

    def mark_read(self, search_id: str, until: datetime) -> int:
        """Mark what a search found up to a moment as read; returns how many documents were news. What its reader does
        not see stays news for the others."""
        with self._database.reading() as connection:
            ids = saved_searches.unread(connection, search_id, until)
        with self._database.writing() as connection:
            return saved_searches.mark_read(connection, search_id, ids)


class Alerts(Repository):
    """alerts"""

    def unchecked(self, generation: str) -> dict[str, int]:
        """Some of the documents that saved searches were not run on as index ``generation`` holds them, with those
        revisions; none when all are done."""
        with self._database.reading() as connection:
            return alert_checks.unchecked(connection, generation, BATCH)

    def checked_but_changed(self, generation: str, ids: Iterable[str]) -> set[str]:
        """Those of ``ids`` that index ``generation`` holds as they were checked, and the catalog does not any more."""
        with self._database.reading() as connection:
            return alert_checks.checked_but_changed(connection, generation, ids)

    def missed(self) -> dict[str, list[str]]:
        """Some of the documents that a saved search could not be run on, by the search's id."""
        with self._database.reading() as connection:
            return alert_checks.missed(connection, BATCH)

    def record_known(self, found: Mapping[str, Collection[str]]) -> None:
        """Record, by the search's id, documents that match already and are not to be told of."""
        with self._database.writing() as connection:
            for search_id, ids in found.items():
                alert_checks.record_known(connection, search_id, ids)

    def record_checks(self, revisions: Mapping[str, int], answers: Mapping[str, CheckAnswer]) -> None:
        """Record that the saved searches were run on these revisions of documents, and what each said, by its id."""
        with self._database.writing() as connection:
            alert_checks.record_checks(connection, revisions, answers)


class Failures(Repository):
    """failures"""

    def record(self, failure: Failure) -> None:
        """Remember that an input could not be taken in, and count the attempts on its path."""
        with self._database.writing() as connection:
            failures.record(connection, failure)

    def get(self, path: str) -> Failure | None:
        """The failure recorded for a path."""
        with self._database.reading() as connection:
            return failures.one(connection, path)

    def all(self) -> tuple[Failure, ...]:
        """All recorded failures, by path."""
        with self._database.reading() as connection:
            return failures.every(connection)

    def clear(self, path: str) -> None:
        """Forget the failure of a path, if there is one."""
        with self._database.writing() as connection:
            failures.clear(connection, path)


class Properties(Repository):
    """properties"""

    def get(self, key: str) -> str | None:
        """A value kept with :meth:`set_meta`."""
        with self._database.reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def set(self, key: str, value: str) -> None:
        """Keep a value about the archive as a whole."""
        with self._database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.key == key))
            connection.execute(insert(meta).values(key=key, value=value))


def _refuse_other_reading(document: Document, reading: Reading) -> None:
    if (reading.document, reading.number) != (document.id, document.reading):
        raise ValueError(f"reading {reading.number} of {reading.document} is not the one {document.id} names")
    if document.added_at.tzinfo is None:
        raise ValueError(f"the moment {document.id} was added needs its time zone")
    if (document.page_count, document.word_count) != (len(reading.pages), reading.word_count):
        raise ValueError(f"{document.id} counts other pages or words than its reading")
