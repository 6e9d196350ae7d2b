"""``GET /language/<tag>``: remember the language that a reader chose, and go back to the page."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request

from webapp.deciding import COOKIE_SECONDS
from webapp.going_back import own_page
from webapp.languages.negotiation import LANGUAGES
from webapp.languages.speaking import COOKIE

blueprint = Blueprint("language", __name__)


@blueprint.get("/language/<tag>")
def choose(tag: str) -> Response:
    """Keep the choice in a cookie, as it is about the reader and not about what is looked at."""
    if tag not in LANGUAGES:
        abort(404)
    answer = redirect(own_page(request.args.get("back", "")), 303)
    answer.set_cookie(COOKIE, tag, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    assert isinstance(answer, Response)
    return answer
