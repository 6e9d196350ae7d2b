"""What persons do with facts: see their evidence, correct and confirm them, and look through those worth a look."""
