"""What the reading room and Werkzeug refuse without a view's own words."""

from __future__ import annotations

from webapp.languages.translation import marked

SENTENCES = (
    # Addresses and forms.
    marked("The browser (or proxy) sent a request that this server could not understand."),
    marked(
        "You don't have the permission to access the requested resource. It is either read-protected or not readable "
        "by the server."
    ),
    marked(
        "The requested URL was not found on the server. If you entered the URL manually please check your spelling "
        "and try again."
    ),
    marked("The method is not allowed for the requested URL."),
    marked("The data value transmitted exceeds the capacity limit."),
    marked(
        "The length of the requested URL exceeds the capacity limit for this server. The request cannot be processed."
    ),
    marked("The requested resource is no longer available."),
    marked("The server cannot provide the requested range."),
    marked("This server shows whole pages only."),
)
