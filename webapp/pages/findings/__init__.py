"""The pages of findings: all of them, one with its sentences, picture and table, a number, what changed, the report."""
