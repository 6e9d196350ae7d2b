"""Access rules: settings of authentication, and the right that each endpoint requires.

By default, GET, HEAD and OPTIONS require the right to read, and all other methods the right to edit, so new endpoints
are protected. The tables list the exceptions.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from archive.access.records import Right
from archive.config import Settings
from archive.errors import UsageError

_PREFIX = 64
"""Bits of an IPv6 network prefix: a household or office has all addresses of it (RFC 6177)."""


def network_of(address: str) -> str:
    """Return the address itself for IPv4, the /64 network for IPv6; other texts unchanged."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((read, _PREFIX), strict=False))


LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - to be known, not to be listened on

LOG_IN = ("auto", "always")
AUDIT = ("off", "documents", "all")
OFFLINE = ("auto", "always", "never")


def needs_log_in(settings: Settings) -> bool:
    """Return whether everybody must log in: always, or because the server is not for this computer only.

    :raises UsageError: a setting has an unknown value.
    """
    always = choice(settings, "login", LOG_IN) == "always"
    return always or settings.text("host") not in LOOPBACK or not _public_hosts(settings) <= LOOPBACK


def may_keep_offline(settings: Settings) -> bool:
    """Return whether readers may store stories on their devices: always, never, or because nobody needs to log in.

    :raises UsageError: a setting has an unknown value.
    """
    chosen = choice(settings, "offline", OFFLINE)
    return chosen == "always" or (chosen == "auto" and not needs_log_in(settings))


def is_encrypted(settings: Settings) -> bool:
    """Return whether readers use HTTPS, according to the address in the settings."""
    return urlsplit(settings.text("base_url") or settings.text("public_address")).scheme == "https"


def host_names(settings: Settings) -> frozenset[str]:
    """Return the accepted host names. Other ones are of sites that resolve to this server (DNS rebinding)."""
    told = {name.strip("[]").lower() for name in settings.text("hosts").split()}
    listening = settings.text("host").strip("[]").lower()
    return frozenset({*LOOPBACK, *told, *_public_hosts(settings), listening} - _ANY_ADDRESS)


def host_name(host: str) -> str:
    """Return the host name in a ``Host`` header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def choice(settings: Settings, name: str, values: tuple[str, ...]) -> str:
    """Return the value of a setting, which must be one of these.

    :raises UsageError: it is not.
    """
    value = settings.text(name)
    if value not in values:
        raise UsageError(f"The setting {name} is {', '.join(values[:-1])} or {values[-1]}, not {value!r}.")
    return value


def _public_hosts(settings: Settings) -> frozenset[str]:
    """Return the hosts of public addresses in the settings."""
    hosts = (urlsplit(settings.text(name)).hostname for name in ("base_url", "public_address"))
    return frozenset(filter(None, hosts))


OPEN = frozenset(
    {"static", "health.show", "health.ready", "login.show", "login.enter", "language.choose", "light.choose"}
    | {"digests.show", "digests.stop", "offline.manifest", "offline.worker"}
)
"""Public endpoints. The one that stops mails has a secret, which only the mail contains. Files that browsers request to
install the app are the same for everybody."""

SENT_BY_READERS = frozenset(
    {
        "account.add_token",
        "account.change_password",
        "account.revoke_token",
        "api.lists",
        "api.verify_posted",
        "chosen.cite",
        "chosen.compare",
        "chosen.export",
        "chosen.tag",
        "digests.keep",
        "lists.search",
        "login.leave",
        "marks.put",
        "packets.offer_chosen",
        "packets.order",
        "packets.remove",
        "saved.mark_read",
        "saved.save",
        "api.add_story",
        "api.change_story",
        "stories.add",
        "stories.change",
        "stories.change_item",
        "story_page.order",
        "verify.verify",
    }
)
"""Endpoints of other methods that change no document: a reader's own data, and queries that are too long for a URL."""

FORMS_OF_EDITORS = frozenset({"add.show", "correct.show", "masks.show", "review_table.show"})
"""Forms that only editors can send, and pages that show masked text."""

OF_ADMINS = frozenset({"users"})
"""Blueprints for admins."""

OF_MONITORS = frozenset({"metrics"})
"""Blueprints for admins, and for monitoring tokens."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def needed(endpoint: str | None, method: str) -> Right | None:
    """Return the right that a request requires; None if none. An unknown address requires the right to read, so that
    its existence is not revealed."""
    if endpoint in OPEN:
        return None
    if endpoint is not None and endpoint.partition(".")[0] in OF_ADMINS:
        return Right.ADMINISTER
    if endpoint is not None and endpoint.partition(".")[0] in OF_MONITORS:
        return Right.MONITOR
    if endpoint in FORMS_OF_EDITORS or (method not in SAFE_METHODS and endpoint not in SENT_BY_READERS):
        return Right.EDIT
    return Right.READ
