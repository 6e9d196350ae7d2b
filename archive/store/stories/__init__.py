"""Stories, and the marks of readers on documents."""
