# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the argument spec of a module from its text: the first `$spec = @{...}` that is a literal. Nothing is executed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tree_sitter_pwsh
from tree_sitter import Language, Node, Parser

CONSTANTS = {"$true": True, "$false": False, "$null": None}


class NotLiteral(Exception):
    """The value is made when the module runs."""


@functools.cache
def parser() -> Parser:
    """The parser for PowerShell."""
    return Parser(Language(tree_sitter_pwsh.language()))


def syntax_errors(text: str) -> list[str]:
    """Places where a script is no PowerShell, as far as the grammar knows the language."""
    found, todo = [], [parser().parse(text.encode()).root_node]
    while todo:
        node = todo.pop()
        if node.type == "ERROR" or node.is_missing:
            found.append(f"line {node.start_point[0] + 1}: cannot parse {source(node)[:40]!r}")
        elif node.has_error:
            todo += node.children
    return found


@functools.lru_cache(maxsize=64)
def spec_of(text: str) -> dict[str, Any] | None:
    """The spec of a module; None when there is none, or when it is not a literal."""
    for node in below(parser().parse(text.encode()).root_node, "assignment_expression"):
        if source(node.named_children[0]).strip().lower() == "$spec":
            try:
                found = value(node.named_children[-1])
            except NotLiteral:
                return None
            return found if isinstance(found, dict) else None
    return None


def source(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode()


def below(node: Node, kind: str) -> list[Node]:
    """Nodes of a kind, outermost only, in the order of the text."""
    found = []
    for child in node.named_children:
        found += [child] if child.type == kind else below(child, kind)
    return found


def value(node: Node) -> Any:
    """A literal as Python data. Most nodes only wrap one other."""
    if node.type in LITERALS:
        return LITERALS[node.type](node)
    children = parts(node)
    if len(children) == 1:
        return value(children[0])
    raise NotLiteral(source(node))


def parts(node: Node) -> list[Node]:
    """What a node consists of, without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def table(node: Node) -> dict[str, Any]:
    """A hash table."""
    entries = below(node, "hash_entry")
    return {source(entry.named_children[0]).strip("'\""): value(entry.named_children[-1]) for entry in entries}


def quoted(node: Node) -> str:
    """A text in double quotes; one with a variable in it is no literal."""
    if parts(node):
        raise NotLiteral(source(node))
    return source(node)[1:-1]


def constant(node: Node) -> Any:
    """$true, $false or $null."""
    name = source(node).lower()
    if name not in CONSTANTS:
        raise NotLiteral(name)
    return CONSTANTS[name]


def elements(node: Node) -> Any:
    """`a, b` is a list; a single value stands for itself."""
    children = parts(node)
    return [value(child) for child in children] if len(children) > 1 else value(children[0])


def statements(node: Node) -> list[Any]:
    """The elements of @(...): each statement adds one, or all of a list."""
    found = []
    for child in parts(node):
        one = value(child)
        found += one if isinstance(one, list) else [one]
    return found


def unary(node: Node) -> Any:
    """`, a` is a list with one element."""
    one = value(parts(node)[0])
    return [one] if source(node).startswith(",") else one


LITERALS: dict[str, Callable[[Node], Any]] = {
    "hash_literal_expression": table,
    "verbatim_string_characters": lambda node: source(node)[1:-1].replace("''", "'"),
    "expandable_string_literal": quoted,
    "variable": constant,
    "decimal_integer_literal": lambda node: int(source(node)),
    "array_literal_expression": elements,
    "array_expression": statements,
    "statement_list": lambda node: statements(node) if len(parts(node)) > 1 else value(parts(node)[0]),
    "unary_expression": unary,
}
