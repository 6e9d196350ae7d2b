"""Facts: what a document says about itself, by small rules that each name their evidence.

A rule that is not sure finds nothing: an empty facet value costs a reporter a minute, a wrong one costs the story.
Rules read folded text, so one rule serves both scripts; the word lists are data, in :mod:`indexer.gazetteer`.
"""
