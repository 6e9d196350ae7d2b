"""What the many applications of one test run need not each make anew: compiled templates and builders of addresses.

Making an application takes 90 ms and its first page 110 ms, nearly all of it for these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """Templates that one application has compiled, for all others of this process."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template, if it was compiled from the same source."""
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the template."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


def share() -> None:
    """Have all applications of this process share them from now on."""
    Flask.jinja_options["bytecode_cache"] = CompiledTemplates()
    builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def shared(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # A function of what the rule says alone. It is given the rule, and asks that for its converters.
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        says = (rule.rule, *rule._trace, append_unknown)
        if says not in builders:
            builders[says] = compile_builder(rule, append_unknown)
        return builders[says]

    Rule._compile_builder = shared  # type: ignore[assignment]
