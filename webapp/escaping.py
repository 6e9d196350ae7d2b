"""Escaping in templates: as Jinja does it, without an object for each piece of output that is joined at once."""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from markupsafe import escape
from markupsafe._speedups import _escape_inner


def escaped(value: Any) -> str:
    """Return a value as HTML; :func:`markupsafe.escape` makes a :class:`markupsafe.Markup` of it, in twice the time."""
    return _escape_inner(value) if type(value) is str else escape(value)


class QuickGenerator(CodeGenerator):
    """Compiles templates that call :func:`escaped` where their output is escaped."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - the name that Jinja gives it
        """Import the function, and compile the template."""
        self.writeline(f"from {__name__} import {escaped.__name__}")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write(f"{escaped.__name__}(")
        else:
            super()._output_child_pre(node, frame, finalize)
