"""Backups: an archive as of one moment, in a folder that can be checked without a program of ours.

::

    BACKUP/backup.json                 the last backup that was finished; it names its run
    BACKUP/run-000002/catalog.sqlite   the catalog
    BACKUP/run-000002/*.toml           settings, and the archive's own watchlist
    BACKUP/run-000002/manifest.txt     SHA-256 and path of every file, as sha256sum --check reads it
    BACKUP/originals/                  every original, named by its SHA-256, shared by all runs
    BACKUP/backup.lock                 held by the process that writes

A backup only adds files, replaces ``backup.json`` by one rename, and then removes the run of before. So one that is
interrupted leaves that of before as it was.
"""
