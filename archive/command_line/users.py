"""``dosije user``: who may log in, with which role, password and tokens; ``dosije collections``: who sees which."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from archive.access.records import Role, Scope, Sharing, Token, User, checked_collection
from archive.access.rules import needs_log_in
from archive.accounts import Accounts
from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, by_option, counted, print_json
from archive.config import Settings
from archive.errors import UsageError

_PASSWORD_FILE = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File whose first line is the password; - for standard input. Without it you are asked.",
)


def tell_if_open(settings: Settings) -> None:
    """Warn on stderr if nobody is asked to log in although users or private collections exist."""
    if not needs_log_in(settings):
        click.echo(
            "Nobody is asked to log in, as the reading room is for this computer alone: whoever opens it may do all. "
            "If a proxy leads to it, set login = always.",
            err=True,
        )


@click.group("user")
def user_group() -> None:
    """Manage who may log in to the reading room."""


@user_group.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.READER.value,
    show_default=True,
    help="What they may do.",
)
@_PASSWORD_FILE
@click.option("--no-password", is_flag=True, help="They cannot log in; programs act for them with tokens.")
@by_option
@JSON_OPTION
@click.pass_obj
def add_command(
    home: Path, name: str, role: str, password_file: Path | None, no_password: bool, by: str, as_json: bool
) -> None:
    """Make a user NAME. They sign with it what they decide."""
    password = None if no_password else _password(password_file)
    with Archive.open(home) as archive:
        user = Accounts(archive.catalog).add(name, Role(role), password, by)
        tell_if_open(archive.settings)
    if as_json:
        print_json(_user(user, []))
    else:
        click.echo(f"{user.name} may log in as {user.role}." if password else f"{user.name} is known as {user.role}.")


@user_group.command("list")
@JSON_OPTION
@click.pass_obj
def list_command(home: Path, as_json: bool) -> None:
    """List the users and their tokens."""
    with Archive.open(home, create=False) as archive:
        users, tokens = archive.catalog.users.all(), archive.catalog.tokens.all()
    if as_json:
        print_json([_user(user, [_token(one) for one in tokens if one.user == user.name]) for user in users])
        return
    for user in users:
        click.echo(f"{user.name}  {user.role}{'' if user.has_password else '  (no password)'}")
        for token in tokens:
            if token.user == user.name:
                label = f"  {token.label}" if token.label else ""
                click.echo(f"  token {token.id}  {token.scope}  until {token.expires_at:%Y-%m-%d %H:%M} UTC{label}")
    if not users:
        click.echo("There are no users. Make the first one: dosije user add NAME --role admin", err=True)


@user_group.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@by_option
@click.pass_obj
def role_command(home: Path, name: str, role: str, by: str) -> None:
    """Give the user NAME another ROLE, at once."""
    with Archive.open(home, create=False) as archive:
        user = archive.catalog.users.set_role(name, Role(role), by)
    click.echo(f"{user.name} is {user.role}.")


@user_group.command("password")
@click.argument("name")
@_PASSWORD_FILE
@by_option
@click.pass_obj
def password_command(home: Path, name: str, password_file: Path | None, by: str) -> None:
    """Give the user NAME another password. All their sessions end; their tokens stay."""
    password = _password(password_file)
    with Archive.open(home, create=False) as archive:
        Accounts(archive.catalog).set_password(name, password, by)
    click.echo(f"The password of {name} is changed, and their sessions have ended.")


@user_group.command("remove")
@click.argument("name")
@by_option
@click.pass_obj
def remove_command(home: Path, name: str, by: str) -> None:
    """Take all rights of the user NAME away for good. What they decided stays, under their name."""
    with Archive.open(home, create=False) as archive:
        archive.catalog.users.remove(name, by)
    click.echo(f"{name} may not log in any more. Their sessions and tokens have ended.")


@user_group.command("token")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.READ.value,
    show_default=True,
    help="What it may do.",
)
@click.option("--days", type=int, default=90, show_default=True, help="Days that it lasts.")
@click.option("--label", default="", help="What it is for.")
@by_option
@JSON_OPTION
@click.pass_obj
def token_command(home: Path, name: str, scope: str, days: int, label: str, by: str, as_json: bool) -> None:
    """Make a token by which a program acts for the user NAME. It is printed this once and kept nowhere."""
    with Archive.open(home, create=False) as archive:
        token, secret = Accounts(archive.catalog).add_token(name, label, Scope(scope), days, by)
    if as_json:
        print_json(_token(token) | {"token": secret})
        return
    click.echo(secret)
    click.echo(f"It ends on {token.expires_at:%Y-%m-%d %H:%M} UTC. Revoke it: dosije user revoke {token.id}", err=True)


@user_group.command("revoke")
@click.argument("token_id")
@by_option
@click.pass_obj
def revoke_command(home: Path, token_id: str, by: str) -> None:
    """Make the token of this id worthless, at once."""
    with Archive.open(home, create=False) as archive:
        token = archive.catalog.tokens.revoke(token_id, by)
    click.echo(f"The token {token.id} of {token.user} is worth nothing any more.")


def _password(file: Path | None) -> str:
    if file is None:
        if not sys.stdin.isatty():
            raise UsageError(
                "There is no terminal to ask for the password.", "Give it with: --password-file FILE (or -)"
            )
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return asked
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"The password cannot be read from {file}: {reason}.", "Name a file whose first line it is, in UTF-8."
        ) from error
    return text.partition("\n")[0].removesuffix("\r")


def _user(user: User, tokens: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": user.role,
        "created_at": user.created_at.isoformat(timespec="seconds"),
        "has_password": user.has_password,
        "tokens": list(tokens),
    }


def _token(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "user": token.user,
        "label": token.label,
        "scope": token.scope,
        "created_at": token.created_at.isoformat(timespec="seconds"),
        "expires_at": token.expires_at.isoformat(timespec="seconds"),
    }


@click.group("collections")
def collections_group() -> None:
    """List collections, and have some be seen by their members only."""


@collections_group.command("list")
@JSON_OPTION
@click.pass_obj
def list_collections(home: Path, as_json: bool) -> None:
    """List the collections with their documents and, if they are private, their members."""
    with Archive.open(home, create=False) as archive:
        documents = {one.name: one.documents for one in archive.catalog.collections.all()}
        shared = {one.name: one for one in archive.catalog.collections.sharings()}
    rows = [
        _row(shared.get(name, Sharing(name, is_private=False, members=())), documents.get(name, 0))
        for name in sorted({*documents, *shared})
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        members = f"private to {', '.join(row['members']) or 'admins'}" if row["private"] else "public"
        click.echo(f"{row['name']}  {counted(row['documents'], 'document')}  {members}")


@collections_group.command("private")
@click.argument("name")
@click.option("--member", "members", multiple=True, help="User who may see it, beside admins; repeat it for several.")
@by_option
@JSON_OPTION
@click.pass_obj
def private_command(home: Path, name: str, members: tuple[str, ...], by: str, as_json: bool) -> None:
    """Have the collection NAME be seen by these members and by admins only. It need not hold documents yet."""
    _share(home, name, is_private=True, members=members, by=by, as_json=as_json)


@collections_group.command("public")
@click.argument("name")
@by_option
@JSON_OPTION
@click.pass_obj
def public_command(home: Path, name: str, by: str, as_json: bool) -> None:
    """Have the collection NAME be seen by everybody who may log in."""
    _share(home, name, is_private=False, members=(), by=by, as_json=as_json)


def _share(home: Path, name: str, *, is_private: bool, members: tuple[str, ...], by: str, as_json: bool) -> None:
    with Archive.open(home, create=False) as archive:
        known = {one.name: one.documents for one in archive.catalog.collections.all()}
        collection = checked_collection(name)
        if (
            not is_private
            and collection not in known
            and collection not in {one.name for one in archive.catalog.collections.sharings()}
        ):
            raise UsageError(f"There is no collection {collection!r}.", "See: dosije collections list")
        shared = archive.catalog.collections.share(collection, is_private, members, by)
        # A vendor's name may depend on which collections everybody sees.
        is_known = archive.settle()
        if is_private:
            tell_if_open(archive.settings)
    if as_json:
        print_json(_row(shared, known.get(shared.name, 0)))
        return
    seen = f"{', '.join([*shared.members, 'admins'])} only" if shared.is_private else "everybody who may log in"
    click.echo(f"{shared.name} is seen by {seen}.")
    if not is_known:
        click.echo("Documents are being added; names of firms follow when that has ended.", err=True)


def _row(shared: Sharing, documents: int) -> dict[str, Any]:
    return {"name": shared.name, "documents": documents, "private": shared.is_private, "members": list(shared.members)}
