"""The Serbian profiles of :mod:`indexer.language`: counts of letter sequences, as langdetect reads them."""
