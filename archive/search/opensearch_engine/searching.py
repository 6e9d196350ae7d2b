"""Searches of one question: how long they may take together, and whether a part of the index did not answer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence

from archive.errors import QueryTooBroad
from archive.search.opensearch_engine.client import Client
from archive.search.opensearch_engine.mapping import WORDS, Json
from archive.search.opensearch_engine.tokens import POSITION

MOST_SECONDS = 10.0
"""Time one question may take."""

PAGE = 10_000
"""Hits that are listed in one request on the way down."""


_NOT_ASKED = ("field_statistics", "positions", "offsets", "payloads")


class Searching:
    """Asks the servers for one question. ``partial`` tells whether a shard failed to answer so far."""

    def __init__(self, client: Client, seconds: float = MOST_SECONDS) -> None:
        self._client = client
        self._deadline = time.monotonic() + seconds
        self.partial = False

    def asked(self, searches: Sequence[tuple[str, Json]]) -> list[Json]:
        """The answers to searches, each of an index and a body, that are asked at once.

        :raises archive.errors.QueryTooBroad: the question has taken too long.
        :raises archive.errors.EngineUnavailable: no server answers.
        :raises archive.search.opensearch_engine.client.IndexGone: there is no such index.
        """
        self._check_time()
        return self.fetched(searches)

    def fetched(self, searches: Sequence[tuple[str, Json]]) -> list[Json]:
        """The same, of what is known to be there: however long that takes, it is as much as was asked for."""
        answers = self._client.searches(searches)
        for answer in answers:
            self._note(answer)
        return answers

    def frequencies(self, index: str, tokens: Sequence[str]) -> Counter[str]:
        """In how many documents of an index each token stands, with those that were replaced or taken out."""
        self._check_time()
        (answer,) = self.asked([(index, {"size": 0})])
        found: Counter[str] = Counter()
        asked = {"fields": [WORDS], "term_statistics": True, **dict.fromkeys(_NOT_ASKED, False)}
        # A document that nobody keeps is made of the tokens; each shard knows how common its words are there.
        body = {"doc": {WORDS: POSITION.join(tokens)}, **asked}
        for shard in range(answer["_shards"]["total"]):
            told = self._client.ask("POST", f"/{index}/_termvectors", body, preference=f"_shards:{shard}")
            terms = told["term_vectors"].get(WORDS, {}).get("terms", {})
            found.update({token: term.get("doc_freq", 0) for token, term in terms.items()})
        return found

    def deep(self, index: str, body: Json, first: int, last: int) -> Iterator[Json]:
        """The hits from a place in the order to before another, far down: found by what stands before them.

        The servers keep the state of the index for it, so that nothing is listed twice or left out meanwhile.
        """
        point = self._client.ask("POST", f"/{index}/_search/point_in_time", keep_alive="1m")["pit_id"]
        try:
            body = {name: part for name, part in body.items() if name != "aggs"}
            body |= {"pit": {"id": point, "keep_alive": "1m"}, "track_total_hits": False}
            at = 0
            while at < last:
                self._check_time()
                answer = self._client.ask("POST", "/_search", {**body, "size": min(PAGE, last - at)})
                self._note(answer)
                hits = answer["hits"]["hits"]
                yield from hits[max(first - at, 0) :]
                at += len(hits)
                if not hits:
                    return
                body["search_after"] = hits[-1]["sort"]
        finally:
            self._client.ask("DELETE", "/_search/point_in_time", {"pit_id": [point]})

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise _too_long()

    def _note(self, answer: Json) -> None:
        if answer["timed_out"]:
            raise _too_long()
        if answer["_shards"]["failed"]:
            self.partial = True


def _too_long() -> QueryTooBroad:
    return QueryTooBroad("The search took too long and was stopped; nothing was counted.", "Ask for fewer words.")
