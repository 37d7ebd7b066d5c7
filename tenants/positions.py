"""Places in a TOML document, and the lines where they stand: tomllib keeps no positions, the syntax tree of tree-sitter has them all."""

import tomllib
from collections.abc import Mapping
from typing import Any

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Where = tuple[str | int, ...]
"""A place in the document: ("desks", 2, "hours", 0, "opens")."""


def dotted(where: Where) -> str:
    """("desks", 2, "slug") → `desks[2].slug`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


def line(known: Mapping[Where, int], where: Where) -> int:
    """Where the place stands or, as a missing field stands nowhere, the nearest thing around it."""
    while where and where not in known:
        where = where[:-1]
    return known.get(where, 1)


def lines(text: str) -> dict[Where, int]:
    """The line, from 1, of each table, key and element."""
    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    return _Positions().of(tree.root_node)


class _Positions:
    """A walk over the syntax tree; `last` is the index of the newest element of each array of tables, which headers speak of."""

    def __init__(self) -> None:
        self.lines: dict[Where, int] = {}
        self.last: dict[Where, int] = {}

    def of(self, document: Node) -> dict[Where, int]:
        for node in document.named_children:
            if node.type in ("table", "table_array_element"):
                self.table(node)
            elif node.type == "pair":
                self.pair((), node)
        return self.lines

    def table(self, node: Node) -> None:
        header, *inside = [child for child in node.named_children if child.type != "comment"]
        where: Where = ()
        *outer, name = _keys(header)
        for key in outer:
            where = self.newest(self.note((*where, key), node))
        where = self.note((*where, name), node)
        if node.type == "table_array_element":
            self.last[where] = self.last.get(where, -1) + 1
        where = self.note(self.newest(where), node)
        for pair in inside:
            self.pair(where, pair)

    def pair(self, where: Where, node: Node) -> None:
        if node.type == "pair":
            name, *value = [child for child in node.named_children if child.type != "comment"]
            for key in _keys(name):
                where = self.note((*where, key), node)
            for one in value:
                self.value(where, one)

    def value(self, where: Where, node: Node) -> None:
        inside = [child for child in node.named_children if child.type != "comment"]
        if node.type == "inline_table":
            for pair in inside:
                self.pair(where, pair)
        elif node.type == "array":
            for index, element in enumerate(inside):
                self.value(self.note((*where, index), element), element)

    def note(self, where: Where, node: Node) -> Where:
        self.lines.setdefault(where, node.start_point[0] + 1)
        return where

    def newest(self, where: Where) -> Where:
        return (*where, self.last[where]) if where in self.last else where


def _keys(node: Node) -> list[str]:
    """The parts of a bare, quoted or dotted key, unescaped by tomllib itself."""
    inner: Any = tomllib.loads(f"{(node.text or b'').decode()} = 0")
    keys = []
    while isinstance(inner, dict):
        [(key, inner)] = inner.items()
        keys.append(key)
    return keys
