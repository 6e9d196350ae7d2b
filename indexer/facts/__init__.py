"""Extraction of facts: what a document says about itself, by small rules that each keep their evidence.

Precision comes first: an uncertain rule returns nothing, since a missing facet value costs a reporter a minute, a wrong
one the story. Rules match folded text, so one rule serves both scripts; word lists are data in
:mod:`indexer.gazetteer`.
"""
