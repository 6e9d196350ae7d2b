"""Who the vendors are: names as printed and register numbers, made into the firms behind them. Knows no database."""

RULES = 1
"""The version of the rules by which names are compared and put together. With another one, all vendors are found anew:
raise it with every change of what :mod:`.identity`, :mod:`.entities`, :mod:`.candidates` or :mod:`.names` come to."""
