"""``/verify``: whether a quotation still stands in the archived bytes."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.citing.claims import claims_in
from archive.errors import UsageError
from webapp.contexts.citing import VerifyContext
from webapp.languages.sentences import said_error
from webapp.presenters.citing import present_answer
from webapp.room import verifier
from webapp.search_state import SearchState

blueprint = Blueprint("verify", __name__)


@blueprint.get("/verify")
def show() -> ResponseReturnValue:
    """The form, with the answer to the permalink or the quotation in ``text`` if there is one."""
    return _answered(request.args.get("text", ""))


@blueprint.post("/verify")
def verify() -> ResponseReturnValue:
    """The answer to ``text``, which is too long for an address."""
    return _answered(request.form.get("text", ""))


def _answered(text: str) -> ResponseReturnValue:
    state = SearchState()
    if not text.strip():
        return render_template("verify.html", page=VerifyContext(state, "", None, None))
    try:
        answer = verifier().verify(claims_in(text))
    except UsageError as error:
        page = VerifyContext(state, text, said_error(error), None)
        return render_template("verify.html", page=page), error.http_status
    return render_template("verify.html", page=VerifyContext(state, text, None, present_answer(answer)))
