"""The languages that the reading room speaks: which one a reader gets, and how a text is said in it.

Our own texts are written in English and translated by the catalogs in ``webapp/translations``. What a document says is
never translated; it carries a ``lang`` of its own.
"""
