"""What each template is given: plain values with ready-made labels and links, one frozen dataclass a page.

Marked text comes as pieces, and one macro writes them; so there is one place where text meets HTML, and no string in
here holds any.
"""
