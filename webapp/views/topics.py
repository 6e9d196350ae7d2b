"""``/topics``: the topics of contracts, and what all contracts state on one, as a page and as files."""

from __future__ import annotations

import io

from flask import Blueprint, Response, render_template, request, send_file

from archive.comparing.topic_table import TableFilters, TopicTable, count_topics, topic_table
from webapp.delivery import csv_file
from webapp.files.topics import csv_lines, write_workbook
from webapp.files.word.topic import write_topic
from webapp.pages.comparing.topics import present_topic_table, present_topics
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
    return render_template("topic_table.html", page=present_topic_table(table, asked))


@blueprint.get("/topics/<topic>.<any(csv, xlsx, docx):form>")
def export(topic: str, form: str) -> Response:
    """Send the same as a file."""
    _, table = _asked(topic)
    base, mask = base_url(), asked_mask()
    name = f"{table.topic}.{form}"
    if form == "csv":
        return csv_file(csv_lines(table, base, mask=mask), name)
    file = io.BytesIO()
    write = write_workbook if form == "xlsx" else write_topic
    write(table, base, file, mask=mask)
    file.seek(0)
    return send_file(file, as_attachment=True, download_name=name)


def _asked(topic: str) -> tuple[TableFilters, TopicTable]:
    given = {name: request.args.get(name, "").strip() or None for name in ("vendor", "municipality", "template")}
    year = request.args.get("year", "").strip()
    asked = TableFilters(**given, year=positive_number("year", year) if year else None)
    return asked, topic_table(current_room().archive.catalog, topic, asked)
