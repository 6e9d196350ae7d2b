"""Identification of vendors: from printed names and register numbers to firms. Without database access."""
