"""What those see who run the reading room: a log and numbers, neither of which says what anybody reads."""
