"""Generations of an index on the servers.

::

    NAME-documents             an alias: the generation that answers searches
    NAME-documents-000001-5e…  a generation: the documents
    NAME-documents-000001-5e…-words             and their words
    NAME-clauses...            the same of the index of clauses

A new generation is built beside the old one and takes over by one change of the alias.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from archive.search.engine import of_another_version
from archive.search.opensearch_engine.client import Client
from archive.search.opensearch_engine.sources import INDEX_VERSION, WORDS_INDEX, Json, documents_index, words_index

REMEDY = "Rebuild it with: dosije reindex"


@dataclass(frozen=True, slots=True)
class GenerationNames:
    """A generation: the names of its two indexes."""

    documents: str

    @property
    def words(self) -> str:
        """The name of its index of words."""
        return f"{self.documents}{WORDS_INDEX}"


class IndexAliases:
    """The generations of one index. Only the one process that writes may change them."""

    def __init__(self, client: Client, alias: str) -> None:
        self._client = client
        self.alias = alias
        self._name = re.compile(rf"{re.escape(alias)}-(\d{{6,}})-[0-9a-f]{{8}}")
        self.none = f"{alias}-000000"

    def current(self) -> GenerationNames | None:
        """Return the current generation, or None before the first.

        :raises archive.errors.IndexDamaged: it was made by another version of Dosije.
        """
        answer = self._client.ask("GET", f"/{self.alias}/_mapping")
        for name, told in answer.items():
            if not self._name.fullmatch(name):
                continue
            version = str(told["mappings"].get("_meta", {}).get("version"))
            if version != INDEX_VERSION:
                raise of_another_version(version, INDEX_VERSION, name, REMEDY)
            return GenerationNames(name)
        return None

    def name(self) -> str:
        """Return the name of the current generation, of any version."""
        answer = self._client.ask("GET", f"/_alias/{self.alias}")
        return next(filter(self._name.fullmatch, answer), self.none)

    def create(self) -> GenerationNames:
        """Create an empty generation, which is not searched yet."""
        numbers = [int(match[1]) for name in self._all() if (match := self._name.fullmatch(name))]
        # The catalog keeps records per generation, so the name of a lost one must not be reused.
        place = GenerationNames(f"{self.alias}-{max(numbers, default=0) + 1:06}-{secrets.token_hex(4)}")
        servers = self._client.servers
        # Words first, so that a generation with documents always has an index of words.
        self._create(place.words, words_index(servers.replicas))
        self._create(place.documents, documents_index(servers.shards, servers.replicas))
        return place

    def _create(self, name: str, body: Json) -> None:
        self._client.ask("PUT", f"/{name}", body, wait_for_active_shards="1")

    def _all(self) -> list[str]:
        answer = self._client.ask("GET", f"/{self.alias}-*", expand_wildcards="all")
        return list(answer)

    def publish(self, place: GenerationNames) -> None:
        """Make a generation the current one."""
        add = {"add": {"index": place.documents, "alias": self.alias}}
        old = {"remove": {"index": f"{self.alias}-*", "alias": self.alias, "must_exist": False}}
        self._client.ask("POST", "/_aliases", {"actions": [old, add]})

    def refresh(self, place: GenerationNames) -> None:
        """Refresh the indexes, so that what was written is searchable: words before documents."""
        self._client.ask("POST", f"/{place.words}/_refresh")
        self._client.ask("POST", f"/{place.documents}/_refresh")

    def compact(self, place: GenerationNames) -> None:
        """Force-merge a generation that was built as a whole; it is searchable meanwhile.

        Shards then answer faster and take half the space, because OpenSearch keeps the source of recent changes for its
        replicas.
        """
        names = f"{place.documents},{place.words}"
        self._client.ask("POST", f"/{names}/_flush")
        self._client.ask("POST", f"/{names}/_forcemerge", max_num_segments="1", wait_for_completion="false")

    def drop(self, place: GenerationNames) -> None:
        """Delete a generation."""
        for name in (place.documents, place.words):
            self._client.ask("DELETE", f"/{name}")

    def drop_all_but(self, keep: GenerationNames) -> None:
        """Delete every other generation: the old one, and remainders of interrupted rebuilds."""
        for name in self._all():
            base = name.removesuffix(WORDS_INDEX)
            if self._name.fullmatch(base) and base != keep.documents:
                self._client.ask("DELETE", f"/{name}")

    def published(self) -> float | None:
        """Return when the current generation was made, in seconds since 1970."""
        answer = self._client.ask("GET", f"/{self.alias}/_settings/index.creation_date")
        for name, told in answer.items():
            if self._name.fullmatch(name):
                return int(told["settings"]["index"]["creation_date"]) / 1000
        return None

    def lost(self, place: GenerationNames) -> int:
        """Return the number of shards of a generation without an available copy."""
        names = f"{place.documents},{place.words}"
        answer = self._client.ask("GET", f"/_cluster/health/{names}", level="indices")
        told = answer.get("indices", {}).values()
        return sum(index["number_of_shards"] - index["active_primary_shards"] for index in told)
