"""What the settings say of coming in: whether anybody has to log in, over what, and under which names we are asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from archive.config import Settings
from archive.errors import UsageError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - to be known, not to be listened on

LOG_IN = ("auto", "always")
AUDIT = ("off", "documents", "all")


def needs_log_in(settings: Settings) -> bool:
    """Whether everybody must log in: always, or because the room is not for this computer alone.

    :raises UsageError: a setting has no value that we know.
    """
    always = choice(settings, "login", LOG_IN) == "always"
    return always or settings.text("host") not in LOOPBACK or _base_host(settings) not in {*LOOPBACK, None}


def is_encrypted(settings: Settings) -> bool:
    """Whether readers come over HTTPS, as the address in the settings says."""
    return urlsplit(settings.text("base_url")).scheme == "https"


def host_names(settings: Settings) -> frozenset[str]:
    """The names under which the room may be asked. Another one is some other site's that leads here (DNS rebinding)."""
    told = {name.strip("[]").lower() for name in settings.text("hosts").split()}
    listening, base = settings.text("host").strip("[]").lower(), _base_host(settings)
    return frozenset({*LOOPBACK, *told, *({base} if base else ()), listening} - _ANY_ADDRESS)


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def choice(settings: Settings, name: str, values: tuple[str, ...]) -> str:
    """The value of a setting that has one of these.

    :raises UsageError: it has another.
    """
    value = settings.text(name)
    if value not in values:
        raise UsageError(f"The setting {name} is {', '.join(values[:-1])} or {values[-1]}, not {value!r}.")
    return value


def _base_host(settings: Settings) -> str | None:
    return urlsplit(settings.text("base_url")).hostname
