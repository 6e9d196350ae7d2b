"""``/cite/<document>/<reading>/<first>-<last>``: the permalink of a citation; ``/verify``: the check of quotations."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.citing.citation import cite, page_span
from archive.citing.claims import Claim
from archive.citing.copying import copied, public_address
from archive.citing.locators import Address
from archive.citing.styles import CitationStyle
from archive.errors import UsageError
from archive.facts.evidence import quoted
from archive.model import Span
from archive.store.short_links import code_in
from webapp.languages.translation import gettext, marked, said_error
from webapp.links import cite_url
from webapp.pages.citation import CROPS, VerifyContext, present_answer, present_citation, usual_style
from webapp.room import base_url, current_room, requested_document, verified, verifier
from webapp.state import SearchState, positive_number

citations = Blueprint("cite", __name__)

_WORDS = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_HASH = re.compile(r"[0-9a-f]{32}")


@citations.get("/cite/<document_id>/<page_number:reading>/<words>", endpoint="show")
def show_citation(document_id: str, reading: int, words: str) -> ResponseReturnValue:
    """Show the citation. ``quote`` is the hash of the cited words, ``style`` one of :class:`CitationStyle`.

    A URL without the hash redirects to the one with it.
    """
    catalog = current_room().archive.catalog
    document = requested_document(document_id)
    match = _WORDS.fullmatch(words)
    if match is None or int(match[1]) > int(match[2]):
        no_words = marked("'%(words)s' are not words: a permalink has the numbers of the first and the last one.")
        raise NotFound(gettext(no_words, words=words[:40]))
    span = Span(document.id, reading, int(match[1]), int(match[2]))
    citation = cite(catalog, document, span, base_url(), datetime.now(UTC))
    quote, style = _quote_hash(request.args.get("quote")), _style(request.args.get("style"))
    if quote is None:
        return redirect(cite_url(span, citation.address.quote, style))
    claim = Claim(Address(span, quote))
    shown = catalog.readings.words_on(
        citation.reading, list(dict.fromkeys(part.page.number for part in citation.parts))[:CROPS]
    )
    worded = style or usual_style(citation)
    copy = copied(catalog, citation, public_address(current_room().archive.settings, base_url()))
    page = present_citation(citation, worded, verifier().verify(claim), shown, copy)
    return render_template("cite.html", page=page)


@citations.get("/c/<code>", endpoint="short")
def follow_short_link(code: str) -> ResponseReturnValue:
    """Redirect from a short link to its permalink."""
    found = current_room().archive.catalog.short_links.find(code_in(code) or "")
    if found is None:
        raise NotFound(gettext("The archive gave no short link with the letters %(code)s.", code=code[:40]))
    return redirect(cite_url(found.span, found.quote))


@citations.get("/documents/<document_id>/cite", endpoint="find")
def find_citation(document_id: str) -> ResponseReturnValue:
    """Redirect to the citation of the text ``quote`` on ``page`` of the newest reading, or of the whole page."""
    catalog = current_room().archive.catalog
    document = requested_document(document_id)
    page, quote = positive_number("page", request.args.get("page", "")), request.args.get("quote", "").strip()
    return redirect(cite_url(quoted(catalog, document, quote, page) if quote else page_span(catalog, document, page)))


def _quote_hash(text: str | None) -> str | None:
    if text and not _HASH.fullmatch(text):
        message = gettext("'%(quote)s' is not the hash of a quotation.", quote=text[:40])
        raise UsageError(message, gettext("It has 32 hexadecimal digits."))
    return text or None


def _style(text: str | None) -> CitationStyle | None:
    if text and text not in list(CitationStyle):
        message = gettext("There is no style '%(style)s'.", style=text[:20])
        raise UsageError(message, gettext("Styles are: %(styles)s.", styles=", ".join(CitationStyle)))
    return CitationStyle(text) if text else None


verifications = Blueprint("verify", __name__)


@verifications.get("/verify", endpoint="show")
@verifications.post("/verify", endpoint="verify")
def show_verification() -> ResponseReturnValue:
    """Show the form, with the results for the permalink or quotation in ``text`` if there is one.

    A text that is too long for a URL is posted.
    """
    text, state = (request.form if request.method == "POST" else request.args).get("text", ""), SearchState()
    if not text.strip():
        return render_template("verify.html", page=VerifyContext("", None, None, state=state))
    try:
        answer = verified(text)
    except UsageError as error:
        page = VerifyContext(text, said_error(error), None, state=state)
        return render_template("verify.html", page=page), error.http_status
    return render_template("verify.html", page=VerifyContext(text, None, present_answer(answer), state=state))
