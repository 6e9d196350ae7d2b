"""Moving an archive: from its folder to servers, and back, whole and compared, with its source left as it is.

A move is a copy to a new place. What an interrupted one has done stays, and the next one goes on from there; until the
last step the new place has ``moving.json`` in it and cannot be opened as an archive.
"""
