"""The engine for clusters: :class:`archive.search.engine.SearchEngine` on OpenSearch.

It gives the same answers as the embedded engine: documents, totals, counts of facets, pages and matches. Its design:

* **Analysis stays ours.** OpenSearch is sent the words that :mod:`archive.text` made, one group for each position
  (:mod:`~archive.search.opensearch_engine.encoding`), and only splits them.
* **Only words are indexed with positions.** What a stem, an exact form, a pattern or a fuzzy word stands for is looked
  up in a second, small index of words, as the embedded engine looks it up in its vocabulary
  (:mod:`~archive.search.opensearch_engine.lexicon`). Indexing each alias with positions of its own would take four
  times the room, and answer from how a word was written in one document, not in the archive. There is one such index
  for all documents. The embedded engine has a vocabulary for each segment, and a word that is written in two ways in
  two segments (on a Serbian and on an English page) may there be found in one of them only; once it is built anew, as
  one segment, the answers are the same.
* **OpenSearch decides which documents match**, orders and counts them, in one request
  (:mod:`~archive.search.opensearch_engine.query_dsl`). The few kinds of query that it cannot answer exactly (a phrase
  of three words and more of which one is printed in pieces, NEAR between more than words) are asked for as a superset,
  and its documents looked at here (:mod:`~archive.search.opensearch_engine.question`).
* **Where a query matches** is found here, by the code that both engines share (:mod:`archive.search.matching`). A
  script on the servers reads the positions of the query's words in a document, and returns them with the printed words
  around them, so that an answer grows with the matches that are shown and not with the length of documents
  (:mod:`~archive.search.opensearch_engine.scripts`).
* **Scores are ours.** A script gives every document the score of the embedded engine, from totals over visible
  documents, so the order is the same on every page of results, and scores reveal nothing about hidden documents. The
  first fifty are looked at page by page here; of long documents the servers send those places alone that this depends
  on. In two cases OpenSearch cannot tell how often something matches, and takes it to be once: a phrase through words
  printed in pieces, and NEAR over more than thirty words, of many pairs or beside more than words. In a third it takes
  it to be less often than it is: a phrase or NEAR of words with several spellings or forms of which a shard lacks some.
  There the order after the first fifty may be another.
"""
