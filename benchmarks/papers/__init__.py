"""Papers made by program, with their truth, to train the scorer of facts on. Never counted in a result.

A paper is drawn from a seed: a small world (:mod:`.world`: a body that buys, firms that bid, dates, numbers), a
template with wordings (``families/*.txt``, ``wordings/*.txt``, read by :mod:`.grammar`), a dialect and a script
(:mod:`.dialects`), a layout (:mod:`.layout`) and, on a third of them, the errors of OCR (:mod:`.noise`). Every value
is marked where it is written, so the truth (:mod:`.truth`) says what the words say.
"""
