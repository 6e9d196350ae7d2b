"""One module for each page: a presenter, which says in plain values what its template writes.

A page is a frozen dataclass with ready-made labels and links. Marked text comes as pieces, and one macro writes
them; so there is one place where text meets HTML, and no string in here holds any.
"""
