"""What every engine does once it has the words of a document: where a query stands in it, and how good it is."""
