"""Export in the Open Contracting Data Standard, version 1.1 (https://standard.open-contracting.org/1.1/en/)."""
