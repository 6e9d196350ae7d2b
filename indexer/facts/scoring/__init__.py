"""The scorer: choose which candidates of readers and rules are facts, with a probability (see docs/decisions.md)."""
