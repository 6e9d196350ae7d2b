"""Sentences and words of the archive that readers see, for the catalogs. The modules of ``archive`` here have them.

``%(name)s`` is where a name or a number stands, ``%(our_name)s`` where other words of ours do; in a sentence with such
places a percent sign is ``%%``. A translation has the same places, and says nothing that would need a name in another
case.
"""

from __future__ import annotations

from webapp.languages.archive import (
    asked,
    decided,
    failures,
    findings,
    notes,
    reading,
    refused,
    servers,
    signals,
    words,
)

SENTENCES = (
    *words.SENTENCES,
    *notes.SENTENCES,
    *asked.SENTENCES,
    *decided.SENTENCES,
    *reading.SENTENCES,
    *failures.SENTENCES,
    *refused.SENTENCES,
    *servers.SENTENCES,
    *findings.SENTENCES,
    *signals.SENTENCES,
)
"""What :func:`webapp.languages.sentences.said` knows, in any order."""
