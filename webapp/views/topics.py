"""``/topics``: the topics of contracts, what all contracts state on one (as files, too), and which lack it."""

from __future__ import annotations

import io

from flask import Blueprint, Response, render_template, request, send_file, stream_with_context
from werkzeug.exceptions import NotFound

from archive.comparing.topic_contracts import TableFilters, contracts_by_topic, count_topics
from archive.comparing.topic_table import TopicTable, topic_table
from webapp.delivery import csv_file
from webapp.files.topics import csv_lines, write_workbook
from webapp.files.word.topic import write_topic
from webapp.languages.translation import plural
from webapp.pages.comparing.topics import CONTRACTS_SHOWN, present_lacking, present_topic_table, present_topics
from webapp.room import asked_mask, base_url, current_room
from webapp.state import positive_number

blueprint = Blueprint("topics", __name__)


@blueprint.get("/topics")
def show_all() -> str:
    """Show the topics, each with the number of contracts that have a clause on it."""
    return render_template(
        "topics.html", page=present_topics(*count_topics(current_room().archive.catalog, TableFilters()))
    )


@blueprint.get("/topics/<topic>")
def show(topic: str) -> str:
    """Show what contracts state on a topic: those of a ``vendor``, a ``municipality``, a ``year``, or on one
    ``template`` with a document."""
    asked, table = _asked(topic)
    without, unread = (listed.part(1, CONTRACTS_SHOWN) for listed in (table.without, table.unread))
    return render_template("topic_table.html", page=present_topic_table(table, asked, without, unread))


@blueprint.get("/topics/<topic>/<any(without, unread):lack>")
def show_lacking(topic: str, lack: str) -> str:
    """Show the contracts ``without`` a clause on a topic, or those in which no clauses were found at all (``unread``),
    from number ``first`` on; filters as for the table."""
    asked, first = _filters(), positive_number("first", request.args.get("first") or "1")
    found = contracts_by_topic(current_room().archive.catalog, topic, asked)
    listed = found.without if lack == "without" else found.unread
    if first > max(1, listed.count):
        raise NotFound(
            plural(
                "There is %(count)s such contract; there is no number %(number)s.",
                "There are %(count)s such contracts; there is no number %(number)s.",
                listed.count,
                number=first,
            )
        )
    page = present_lacking(found.topic, lack, asked, listed.count, listed.part(first, CONTRACTS_SHOWN), first)
    return render_template("topic_lacking.html", page=page)


@blueprint.get("/topics/<topic>.<any(csv, xlsx, docx):form>")
def export(topic: str, form: str) -> Response:
    """Send the same as a file."""
    _, table = _asked(topic)
    base, mask = base_url(), asked_mask()
    name = f"{table.topic}.{form}"
    if form == "csv":
        is_streamed = table.without.count + table.unread.count > CONTRACTS_SHOWN
        return csv_file(stream_with_context(csv_lines(table, base, mask=mask)), name, is_streamed=is_streamed)
    file = io.BytesIO()
    write = write_workbook if form == "xlsx" else write_topic
    write(table, base, file, mask=mask)
    file.seek(0)
    return send_file(file, as_attachment=True, download_name=name)


def _asked(topic: str) -> tuple[TableFilters, TopicTable]:
    asked = _filters()
    return asked, topic_table(current_room().archive.catalog, topic, asked)


def _filters() -> TableFilters:
    given = {name: request.args.get(name, "").strip() or None for name in ("vendor", "municipality", "template")}
    year = request.args.get("year", "").strip()
    return TableFilters(**given, year=positive_number("year", year) if year else None)
