"""Looking into the HTML of the reading room."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient


def html_of(client: FlaskClient, path: str) -> str:
    """The page at ``path``, which must be there."""
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.text


def links(html: str) -> list[str]:
    """Where its links lead."""
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', html)]


def text_of(html: str) -> str:
    """Its words, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def scripts(html: str) -> list[str]:
    """The file of each script of a page, which has to be one of ours; a script of another form is told whole."""
    found = re.findall(r"<script.*?>", html, re.IGNORECASE | re.DOTALL)
    of_ours = r'<script src="/static/([a-z]+\.js)\?v=[0-9a-f]+"(?: data-[a-z-]+="[^"<>]*")* defer>'
    ours = [re.fullmatch(of_ours, script) for script in found]
    return [match[1] if match else script for match, script in zip(ours, found, strict=True)]
