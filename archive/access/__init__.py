"""Who may do what: users and their roles, passwords, and the secrets that sessions and tokens are known by.

Nothing here knows the catalog, which keeps all of it; :mod:`archive.accounts` puts the two together.
"""
