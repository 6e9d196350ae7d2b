"""The search engine of many machines: :class:`archive.search.engine.SearchEngine` on OpenSearch.

It gives the answers of the embedded engine: the same documents, totals, counts of facets, pages and matches. How:

* **Analysis stays ours.** OpenSearch is sent the words that :mod:`archive.text` made, one group for each position
  (:mod:`~archive.search.opensearch_engine.encoding`), and does nothing but part them.
* **Only words are indexed with positions.** What a stem, an exact form, a pattern or a fuzzy word stands for is looked
  up in a second, small index of words, as the embedded engine looks it up in its vocabulary
  (:mod:`~archive.search.opensearch_engine.lexicon`). Indexing each alias with positions of its own would take four
  times the room, and answer from how a word was written in one document, not in the archive.
  There is one such index for all documents. The embedded engine has a vocabulary for each segment, and a word that is
  written in two ways in two segments (on a Serbian and on an English page) may there be found in one of them only;
  once it is built anew, as one segment, the answers are the same.
* **OpenSearch decides which documents match**, orders and counts them, in one request
  (:mod:`~archive.search.opensearch_engine.query_dsl`). The few kinds of query that it cannot answer exactly
  (a phrase of three words and more of which one is printed in pieces, NEAR between more than words)
  are asked for as a superset, and its documents looked at here
  (:mod:`~archive.search.opensearch_engine.question`).
* **Where a query matches** is found here, in the words of the few documents that are shown, by the code that both
  engines share (:mod:`archive.search.matching`).
* **Scores are ours.** OpenSearch's own BM25 chooses the fifty documents that are looked at page by page; those get the
  scores of the embedded engine, from totals over the documents that are seen. So no score tells of hidden documents.
  Which fifty those are, and the order after them, is OpenSearch's: there the engines differ, and there the weights of
  the words of a query are counted with hidden and with replaced documents.
"""
