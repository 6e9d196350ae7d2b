"""Access control: users, roles and rights, passwords, and secrets of sessions and tokens.

Without access to the catalog, which stores them; :mod:`archive.accounts` combines both.
"""
