"""Bring the catalogs of the reading room up to date: ``make translations``.

Texts are gathered from the code and the templates of webapp, from the messages of archive and indexer, and from the
files that define findings and what is watched for. The catalogs of :data:`BY_HAND` are translated by people;
``sr_Cyrl`` is the text of ``sr_Latn`` in the other script, so it is written here and never by hand. English is the
source and has no catalog.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from werkzeug.exceptions import default_exceptions

from archive import errors
from archive.citing.mentions import Detail
from archive.citing.verdicts import Bytes, Verdict
from archive.comparing.tolerance import Tolerated
from archive.facts.values import FIELDS, FOI_OUTCOMES, ROLES
from archive.findings.changes import ChangeKind
from archive.findings.counting import RULES
from archive.findings.definition import CountedUnit
from archive.findings.files import SHIPPED, read
from archive.findings.measures import STATISTICS
from archive.model import KINDS
from archive.model.annotations import How
from archive.model.quality import Quality
from archive.search.facets import label
from archive.search.request import Unit
from archive.store.events import EventName
from archive.text.cyrillic import in_cyrillic
from indexer.facts.mentions.states import MentionState
from webapp.languages.translation import ARCHIVE

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "webapp" / "translations"
LATIN, CYRILLIC = "sr_Latn", "sr_Cyrl"
BY_HAND = (LATIN,)
"""The locales whose catalogs people translate; a new one begins empty."""
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_METHODS = [
    ("webapp/templates/**.html", "jinja2"),
    ("webapp/templates/**.svg", "jinja2"),
    ("webapp/**.py", "python"),
    ("archive/search/certificate.py", "python"),
    ("archive/search/lists.py", "python"),
    ("archive/search/relaxations.py", "python"),
    ("archive/search/query_language/explanation.py", "python"),
]
_OPTIONS = {"webapp/templates/**.html": {"trimmed": "true"}}
_SINGULAR, _PLURAL = None, (1, 2)
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": _SINGULAR,
    "gettext": _SINGULAR,
    "marked": _SINGULAR,
    "say": _SINGULAR,
    "ngettext": _PLURAL,
    "plural": _PLURAL,
}

_SPEAKERS: Mapping[str, tuple[int, ...]] = {
    **{name: (0, 1) for name, one in vars(errors).items() if isinstance(one, type)},
    "Message": (0,),
    "QueryNote": (1,),
    "Verification": (1,),
    "Choice": (1,),
    "_Rule": (2,),
    "wrong": (1, 2),
    "LayoutFailed": (0,),
    "OcrFailed": (0,),
    "PageFailed": (0,),
}
"""What is given a message in archive and indexer, with the places of its arguments that are messages."""

_ONLY_ON_THE_COMMAND_LINE = (
    "archive/access/rules.py",
    "archive/upkeep/",
    "archive/packet/maker.py",
    "archive/packet/verification.py",
    "archive/config.py",
    "archive/archive.py",
    "archive/command_line/",
    "archive/store/transfer",
    "indexer/commands.py",
    "indexer/facts/mentions/watchlist.py",
)
"""What no page shows: these run before there is a server, or never in one."""

_PLACE = re.compile(r"%\(\w+\)s")


@cache
def template() -> Catalog:
    """Every text that code and templates ask for, with where it stands."""
    catalog = _catalog(None)
    found = extract_from_dir(str(ROOT), _METHODS, _OPTIONS, _KEYWORDS)
    for filename, _, message, _, _ in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(message, None, [(filename, None)])  # type: ignore[list-item]
    for filename, text in (*messages(), *defined(), *words()):
        # What pages show of the database is recognised by these, so they are kept apart from texts of pages.
        context = ARCHIVE if _PLACE.search(text) else None
        catalog.add(text, None, [(filename, None)], context=context)  # type: ignore[list-item]
    return catalog


def messages() -> Iterator[tuple[str, str]]:
    """The messages of archive and indexer that pages may show, each with its file."""
    for path in (path for folder in ("archive", "indexer", "webapp") for path in sorted((ROOT / folder).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(_ONLY_ON_THE_COMMAND_LINE):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            speakers = {"Message": (0,)} if name.startswith("webapp/") else _SPEAKERS
            found = (text for argument in spoken(tree, speakers) for text in _literals(argument, tree))
            yield from ((name, text) for text in found if re.search("[a-z]{2}", _PLACE.sub("", text)))


def spoken(tree: ast.Module, speakers: Mapping[str, tuple[int, ...]] = _SPEAKERS) -> Iterator[ast.expr]:
    """The arguments in a module that are messages."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            named = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            yield from (call.args[place] for place in speakers.get(named, ()) if place < len(call.args))


def _literals(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The literals that an expression may be; of a name, those that it is assigned in the module."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Subscript(value=ast.Name() as table):
            yield from _literals(table, tree)
        case ast.Call(func=ast.Name(id="MappingProxyType"), args=[table]):
            yield from _literals(table, tree)
        case ast.Dict(values=several):
            yield from (text for each in several for text in _literals(each, tree))
        case ast.IfExp(body=one, orelse=other):
            yield from (*_literals(one, tree), *_literals(other, tree))
        case ast.BoolOp(values=several):
            yield from (text for each in several for text in _literals(each, tree))
        case ast.Name(id=name):
            for each in ast.walk(tree):
                match each:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                        yield from _literals(value, tree)
                    case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                        yield from _literals(value, tree)
                    case _:
                        pass
        case _:
            pass


def defined() -> Iterator[tuple[str, str]]:
    """The texts of the shipped findings, clauses and things to watch for."""
    for file in sorted(SHIPPED.glob("*.toml")):
        one = read(file)
        texts = [one.title, one.about, one.absent, *one.cannot, *(each.rstrip(":,") for each in one.labels.values())]
        texts += [bucket.label for bucket in one.facts.buckets]
        # Of a column that is of a capability and, say, what denies it.
        texts += [f"%(our_capability)s {each}" for each in one.labels.values() if each.startswith(("(", "by "))]
        texts += [sentence.text for sentence in one.sentences]
        yield from ((file.relative_to(ROOT).as_posix(), text) for text in texts)
    gazetteer = ROOT / "indexer" / "gazetteer"
    clauses = tomllib.loads((gazetteer / "clauses.toml").read_text(encoding="utf-8"))
    yield from (("indexer/gazetteer/clauses.toml", label("topic", topic["name"])) for topic in clauses["topic"])
    watched = tomllib.loads((gazetteer / "watchlist.toml").read_text(encoding="utf-8"))
    named = (*watched["capability"], *watched["quantities"], *(word for word in watched["brand"] if " cameras" in word))
    yield from (("indexer/gazetteer/watchlist.toml", text) for text in named)
    rates = tomllib.loads((ROOT / "archive/findings/fixed_rates.toml").read_text(encoding="utf-8"))
    yield from (("archive/findings/fixed_rates.toml", rate["source"]) for rate in rates["rate"])
    laws = tomllib.loads((ROOT / "archive/findings/derived/laws.toml").read_text(encoding="utf-8"))
    yield from (("archive/findings/derived/laws.toml", limit["name"]) for limit in laws["limit"])


def words() -> Iterator[tuple[str, str]]:
    """Words that are computed of names in the code, or come from libraries."""
    here = "docs/translations.py"
    yield from ((here, label("kind", kind)) for kind in KINDS)
    yield from ((here, text) for quality in Quality for text in (label("quality", quality), str(quality)))
    for tag in ("bg", "bs", "de", "en", "es", "fr", "hr", "hu", "it", "mk", "ro", "ru", "sk", "sl", "sq", "sr", "tr"):
        yield here, label("language", tag)
    yield from ((here, str(state)) for state in MentionState if state is not MentionState.ASSERTED)
    for several in (Verdict, Bytes, How, Detail, EventName, ChangeKind, Unit, FOI_OUTCOMES, FIELDS, RULES, STATISTICS):
        yield from ((here, str(text)) for text in several)
    yield from ((here, str(unit).capitalize()) for unit in CountedUnit)
    yield from ((here, why.label) for why in Tolerated)
    yield from ((here, role.replace("_", " ")) for roles in ROLES.values() for role in roles)
    yield from ((here, default_exceptions[status].description or "") for status in (400, 403, 404, 405, 413, 414, 416))
    yield from ((here, text) for text in _WORDS)


_WORDS = (
    "Unknown",
    # Facets that errors name, beside the fields of facts.
    "language",
    "quality",
    "collection",
    "topic",
    # Of sentences of findings.
    "and",
    "with VAT",
    "without VAT",
    "VAT unknown",
    # Of details of facts, and of papers that have them.
    "yes",
    "unknown VAT",
    "contract annex",
    "award decision",
    "capability",
    "software",
    "brand",
    "nothing",
    # What heads of columns are put together of.
    "%(currency)s with VAT",
    "%(currency)s without VAT",
    "%(currency)s VAT unknown",
    # What archives of earlier versions have kept.
    "A text of it has a NUL character, which the catalog cannot keep.",
    "Convert the file.",
    "Restore it from a backup.",
)
"""Words and sentences that pages show, and that no module has as a message."""


@cache
def translated(locale: str) -> Catalog:
    """A catalog as people translated it, with the texts there are now. What is no more is left out."""
    known = Catalog(locale)
    if _po(locale).exists():
        with _po(locale).open("rb") as file:
            known = read_po(file, locale=locale)
    catalog = _catalog(locale)
    for message in template():
        if message.id:
            old = known.get(message.id, message.context)
            string = old.string if old else ""
            catalog.add(message.id, string, message.locations, flags=message.flags, context=message.context)
    return catalog


def cyrillic(source: Catalog) -> Catalog:
    """The same catalog in the other script."""
    catalog = _catalog(CYRILLIC)
    for message in source:
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            turned = tuple(in_cyrillic(str(string or "")) for string in strings)
            string = turned if isinstance(message.string, tuple) else turned[0]
            catalog.add(message.id, string, message.locations, flags=message.flags, context=message.context)
    return catalog


def untranslated(catalog: Catalog) -> list[Message]:
    """Texts without a translation, or with one form of several missing."""
    return [
        message
        for message in catalog
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def _finished(catalog: Catalog) -> Catalog:
    """A catalog without texts that are not translated: a program would show nothing in their place."""
    missing = {(message.id, message.context) for message in untranslated(catalog)}
    finished = _catalog(str(catalog.locale))
    for message in catalog:
        if message.id and (message.id, message.context) not in missing:
            finished.add(message.id, message.string, flags=message.flags, context=message.context)
    return finished


def _catalog(locale: str | None) -> Catalog:
    language = f" in {Locale.parse(locale).get_language_name('en')}" if locale else ""
    header = f"# The reading room{language}. Written by: make translations"
    about = {
        "last_translator": "Dosije",
        "project": "Dosije",
        "version": "1",
        "copyright_holder": "Dosije",
        "msgid_bugs_address": "none",
        "language_team": "Dosije",
    }
    # With the time of day in them, catalogs of the same texts would differ.
    dates = {"creation_date": _DAY, "revision_date": _DAY}
    return Catalog(locale, header_comment=header, charset="utf-8", fuzzy=False, **about, **dates)


def rendered() -> dict[Path, bytes]:
    """The files of all catalogs as they should be."""
    files: dict[Path, bytes] = {}
    catalogs = {locale: translated(locale) for locale in BY_HAND}
    for name, catalog in (catalogs | {CYRILLIC: cyrillic(catalogs[LATIN])}).items():
        po, mo = BytesIO(), BytesIO()
        write_po(po, catalog, width=120, omit_header=False, include_lineno=False, sort_output=True)
        write_mo(mo, _finished(catalog))
        # Nor is a day that means nothing shown to people, or which Babel wrote it.
        text = re.sub(rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By)[^\n]*\n', b"", po.getvalue())
        files[_po(name)] = text
        files[_po(name).with_suffix(".mo")] = mo.getvalue()
    return files


def _po(name: str) -> Path:
    return FOLDER / name / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    for path, content in rendered().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    missing = [(locale, message) for locale in BY_HAND for message in untranslated(translated(locale))]
    for locale, message in missing:
        sys.stderr.write(f"not translated ({locale}): {message.id!r}\n")
    sys.exit(1 if missing else 0)
