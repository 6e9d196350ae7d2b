"""``dosije digest``: the mails of saved searches."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, counted, print_json, settle
from archive.store.exchange.digests import Digest
from webapp.mail.digests import DigestOutcome, is_due, send_due


@click.command("digest")
@click.option("--send", "sends", is_flag=True, help="Send what is due. For cron, where no reading room is open.")
@JSON_OPTION
@click.pass_obj
def digest_command(home: Path, sends: bool, as_json: bool) -> int:
    """List the mails that readers are sent of saved searches: to whom, how often, and what is due.

    Readers ask for them in the reading room, on the page of saved searches, where smtp_host is set.
    """
    outcomes: list[DigestOutcome] = []
    with Archive.open(home, create=False) as archive:
        now, hour = datetime.now(UTC), archive.settings.number("mail_hour")
        if not sends:
            _list([(digest, is_due(digest, now, hour)) for digest in archive.catalog.digests.all()], as_json)
            return 0
        settle(archive)
        send_due(archive, now, outcomes.append if as_json else lambda one: _report(one, outcomes))
    if as_json:
        print_json([_record(one) for one in outcomes])
    elif not outcomes:
        click.echo("Nothing was due.")
    return 3 if any(one.trouble for one in outcomes) else 0


def _report(one: DigestOutcome, outcomes: list[DigestOutcome]) -> None:
    outcomes.append(one)
    if one.trouble:
        click.echo(f"not sent   {one.address}: {one.trouble}", err=True)
    elif one.documents:
        click.echo(f"sent       {one.address}: {counted(one.documents, 'document')}")
    else:
        click.echo(f"nothing    {one.address}: no document is new")


def _list(digests: list[tuple[Digest, bool]], as_json: bool) -> None:
    if as_json:
        print_json([_listed(digest, due) for digest, due in digests])
        return
    for digest, due in digests:
        who = digest.reader or "whoever uses this computer"
        searches = counted(len(digest.searches), "search", "searches")
        until = f"sent until {digest.sent_until:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{digest.address} ({who}): every {digest.period}, {searches}, {until}{', due' if due else ''}")
        if digest.trouble:
            click.echo(f"  not sent: {digest.trouble}")
    if not digests:
        click.echo("Nobody is sent any mail.")


def _listed(digest: Digest, due: bool) -> dict[str, object]:
    return {
        "reader": digest.reader or None,
        "address": digest.address,
        "period": digest.period,
        "searches": sorted(digest.searches),
        "sent_until": digest.sent_until.isoformat(),
        "due": due,
        "trouble": digest.trouble,
    }


def _record(one: DigestOutcome) -> dict[str, object]:
    return {"reader": one.reader or None, "address": one.address, "documents": one.documents, "trouble": one.trouble}
