"""The sentences that code makes, read from its source, with a stand-in for each value that only running would tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from pathlib import Path

STAND_IN = "Ж"
"""What stands for a value. No sentence of ours has this letter."""

_MOST = 64
_DEEPEST = 5

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Sentence:
    """A sentence as it may come out, and where it is made."""

    place: str
    text: str


def sentences(path: Path, name: str, speakers: Mapping[str, tuple[int, ...]]) -> Iterator[Sentence]:
    """The sentences in a file. ``speakers`` are the functions and classes that are given one, each with the places of
    the arguments that are sentences; -1 is the last one."""
    source = _Source(ast.parse(path.read_text(encoding="utf-8")))
    for call, function in source.calls:
        places = speakers.get(_name(call.func), ())
        for argument in (call.args[place] for place in places if place < len(call.args)):
            for text in islice(source.texts(argument, function), _MOST):
                if any(letter.isalpha() for letter in text.replace(STAND_IN, "")):
                    yield Sentence(f"{name}:{call.lineno}", text)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


class _Source:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree

    @cached_property
    def functions(self) -> dict[str, _Function]:
        """The functions and methods by their names."""
        return {node.name: node for node in ast.walk(self._tree) if isinstance(node, _Function)}

    @cached_property
    def calls(self) -> list[tuple[ast.Call, _Function | None]]:
        """Every call, with the innermost function that it stands in."""
        within: dict[ast.Call, _Function | None] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, _Function | ast.Module):
                inner = node if isinstance(node, _Function) else None
                # Outer functions are walked before those inside them, which so have the last word.
                within.update({call: inner for call in ast.walk(node) if isinstance(call, ast.Call)})
        return list(within.items())

    def texts(self, node: ast.expr, function: _Function | None, depth: int = 0) -> Iterator[str]:
        """What an expression may come out as; nothing for None, the stand-in for what cannot be told."""
        match node:
            case _ if depth > _DEEPEST:
                yield STAND_IN
            case ast.Constant(value=str(text)):
                yield text
            case ast.Constant(value=None):
                return
            case ast.JoinedStr(values=parts):
                yield from self._joined(parts, function, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from self._joined([left, right], function, depth)
            case ast.BoolOp(values=values):
                every = (text for value in values for text in self.texts(value, function, depth + 1))
                yield from filter(None, every)
            case ast.FormattedValue(value=value, conversion=conversion):
                quote = "'" if conversion == ord("r") else ""
                yield from (f"{quote}{text}{quote}" for text in self.texts(value, function, depth))
            case _:
                for other, within in self._instead_of(node, function):
                    yield from (STAND_IN,) if other is None else self.texts(other, within, depth + 1)

    def _instead_of(
        self, node: ast.expr, function: _Function | None
    ) -> Iterator[tuple[ast.expr | None, _Function | None]]:
        """The expressions that an expression may stand for, and the functions they stand in; None for any other."""
        match node:
            case ast.IfExp(body=one, orelse=other):
                yield from ((one, function), (other, function))
            case ast.Name(id=name):
                yield from self._named(name, function)
            case ast.Subscript(value=ast.Name(id=name)) if isinstance(table := self._constant(name), ast.Dict):
                yield from ((value, None) for value in table.values)
            case ast.Call(func=called) if made := self.functions.get(_name(called)):
                returned = (each.value for each in ast.walk(made) if isinstance(each, ast.Return))
                yield from ((value, made) for value in returned if value is not None)
            case _:
                yield None, None

    def _joined(self, parts: list[ast.expr], function: _Function | None, depth: int) -> Iterator[str]:
        choices = [list(dict.fromkeys(islice(self.texts(part, function, depth), _MOST))) for part in parts]
        yield from ("".join(chosen) for chosen in product(*choices))

    def _named(self, name: str, function: _Function | None) -> Iterator[tuple[ast.expr | None, _Function | None]]:
        constant = self._constant(name)
        if function and (assigned := list(_assigned(function, name))):
            yield from ((value, function) for value in assigned)
        elif function and (given := list(self._arguments(function, name))):
            yield from given
        elif constant is not None and not isinstance(constant, ast.Dict):
            yield constant, None
        else:
            yield None, None

    def _constant(self, name: str) -> ast.expr | None:
        return next(_assigned(self._tree, name), None)

    def _arguments(self, function: _Function, name: str) -> Iterator[tuple[ast.expr, _Function | None]]:
        """What the callers in the same file give for a parameter."""
        names = [argument.arg for argument in function.args.args]
        if name not in names or function.name == "__init__":
            return
        place = names.index(name) - (names[0] in ("self", "cls"))
        for call, caller in self.calls:
            if _name(call.func) == function.name:
                if place < len(call.args):
                    yield call.args[place], caller
                yield from ((keyword.value, caller) for keyword in call.keywords if keyword.arg == name)


def _assigned(within: ast.AST, name: str) -> Iterator[ast.expr]:
    nodes = within.body if isinstance(within, ast.Module) else ast.walk(within)
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                yield from (
                    v for t, v in zip(targets, values, strict=False) if isinstance(t, ast.Name) and t.id == name
                )
            case _:
                pass
