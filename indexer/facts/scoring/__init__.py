"""The choice: which of what readers and rules propose is a fact, and how likely it is right (see docs/decisions.md)."""
