"""How a request for information ended, by the sentences of a paper."""
