"""How a request for information ended, by the sentences of a paper."""

from indexer.facts.outcomes.reading import find

__all__ = ["find"]
