"""Hostile input: as JSON, and as values of forms and URLs."""

from __future__ import annotations

HOSTILE_JSON = {
    "nothing": b"",
    "half": b'{"lines": ["a"',
    "arrays without end": b"[" * 30_000,
    "deep arrays": b"[" * 900 + b"]" * 900,
    "deep objects": b'{"lines":' * 900 + b"1" + b"}" * 900,
    "a deep list": b'{"lines": ["a", ' + b"[" * 300 + b"]" * 300 + b"]}",
    "an infinite number": b'{"lines": [1e999999]}',
    "a long number": b'{"lines": [' + b"9" * 5_000 + b"]}",
    "a large number": b'{"lines": [18446744073709551616]}',
    "NaN": b'{"lines": [NaN]}',
    "Infinity": b'{"lines": -Infinity}',
    "a lone surrogate": b'{"lines": ["\\ud800"]}',
    "a name with a lone surrogate": b'{"\\udfff": ["a"]}',
    "bytes of a surrogate": b'{"lines": ["\xed\xa0\x80"]}',
    "bytes that are no text": b'{"lines": ["\xff\xfe"]}',
    "a name twice": b'{"lines": ["a"], "lines": ["b"]}',
    "a control character": b'{"lines": ["\x00"]}',
    "UTF-16": '{"lines": ["a"]}'.encode("utf-16"),
}
"""Invalid I-JSON, by the reason."""

ODD_JSON = {
    "a number": b"1",
    "null": b"null",
    "a text": b'"lines"',
    "an empty object": b"{}",
    "a list in the place of a text": b'{"lines": [["a"]]}',
    "an object in the place of a list": b'{"lines": {"0": "a"}}',
    "escaped controls": b'{"lines": ["\\u0000\\u0001 \\u202e"]}',
}
"""Valid JSON of an unexpected type."""

HOSTILE_VALUES = {
    "nothing": b"",
    "brackets": b"[" * 3_000,
    "parentheses": b"(" * 1_500 + b"a" + b")" * 1_500,
    "a long number": b"9" * 5_000,
    "an infinite number": b"1e999999",
    "NaN": b"NaN",
    "a negative number": b"-9223372036854775809",
    "digits of another script": "٣७".encode(),
    "superscript digits": "²³".encode(),
    "a surrogate": b"\xed\xa0\x80",
    "no text": b"\xff\xfe\x00",
    "NUL": b"a\x00b",
    "controls": "\u202e\u2066\x1b[31m\r\nSet-Cookie: a=b".encode(),
    "a path": b"../../../../etc/passwd",
    "quotes": b"'\"`;--<script>{{7*7}}${7*7}%s%n",
    "wildcards": b'*?*?* AND OR NOT ~ NEAR/9999999999999 "',
    "a date that is none": b"9999-99-99T99:99:99+99:99",
    "the end of time": b"9999-12-31T23:59:59-23:59",
    "a range": b"999999999999-1",
    "combining marks": ("a" + "\u0301" * 800).encode(),
    "a long word": ("\u0448" * 2_500).encode(),
}
"""Hostile values for any field."""
