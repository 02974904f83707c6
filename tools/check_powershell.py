# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads PowerShell scripts, and runs none: is it PowerShell 5.1, does each command exist, and does it take what it is given?

    python tools/check_powershell.py FILE...        prints one finding a line; ends with 1 when there is one

A command is a function of the same file or of a .psm1 among the files, or a cmdlet of `cmdlets.json`: all of the Hyper-V
module of Windows Server 2022 and the others that we call, with their parameters set by set, facts of Microsoft's PowerShell
reference (CC BY 4.0). In a set `!` is mandatory and `^` may be given by its place. Another module's cmdlet needs a row there.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import tree_sitter_pwsh
from tree_sitter import Language, Node, Parser

TABLE = Path(__file__).resolve().parent / "cmdlets.json"
PARSER = Parser(Language(tree_sitter_pwsh.language()))
COMMON_SWITCHES = {"verbose", "debug"}
COMMON = COMMON_SWITCHES | {
    *("erroraction", "errorvariable", "warningaction", "warningvariable", "informationaction", "informationvariable"),
    *("outvariable", "outbuffer", "pipelinevariable"),
}
NEWER = {  # what PowerShell 7 knows and the 5.1 of Windows Server does not
    "null_coalesce_expression": "??",
    "ternary_expression": "? :",
    "pipeline_chain_tail": "&& or ||",
}


@dataclass(frozen=True)
class Command:
    """What a command takes. Names in lower case; `sets` are parameter sets: mandatory, by place, and all."""

    name: str
    sets: tuple[tuple[frozenset[str], int, frozenset[str]], ...]
    switches: frozenset[str] = frozenset()
    words: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset().union(*(known for _mandatory, _places, known in self.sets))


@dataclass
class Given:
    """What a call gives: parameters with the text of their values ("" for a switch), how many values by place, parameters
    that lack their value, and whether that is all."""

    named: dict[str, str] = field(default_factory=dict)
    places: int = 0
    empty: list[str] = field(default_factory=list)
    complete: bool = True


def text(node: Node) -> str:
    return (node.text or b"").decode()


def below(node: Node, *kinds: str) -> Iterator[Node]:
    """All nodes of some kinds, in the order of the text."""
    todo = list(reversed(node.children))
    while todo:
        one = todo.pop()
        if one.type in kinds:
            yield one
        todo += reversed(one.children)


@functools.cache
def cmdlets(table: Path = TABLE) -> dict[str, Command]:
    """The cmdlets that we know, by name in lower case."""
    rows = json.loads(table.read_text(encoding="utf-8"))
    return {name.lower(): command(name, **row) for name, row in rows.items()}


def command(name: str, sets: list[str], switches: str = "", words: dict[str, str] | None = None) -> Command:
    return Command(
        name,
        tuple(parameter_set(one.lower().split()) for one in sets),
        frozenset(switches.lower().split()),
        {key.lower(): frozenset(value.lower().split()) for key, value in (words or {}).items()},
    )


def parameter_set(parameters: list[str]) -> tuple[frozenset[str], int, frozenset[str]]:
    mandatory = frozenset(one.rstrip("!^") for one in parameters if "!" in one)
    places = sum("^" in one for one in parameters)
    return mandatory, places, frozenset(one.rstrip("!^") for one in parameters)


def functions(root: Node) -> dict[str, Command]:
    """The functions of a file. Each parameter may be given by its name or its place, and none has to be."""
    found = {}
    for function in below(root, "function_statement"):
        name = text(next(below(function, "function_name")))
        block = next(below(function, "param_block"), None)
        parameters = list(below(block, "script_parameter")) if block else []
        names = [text(next(child for child in one.children if child.type == "variable"))[1:] for one in parameters]
        switches = [name for name, one in zip(names, parameters, strict=True) if "[switch]" in text(one).lower()]
        found[name.lower()] = command(name, [" ".join(f"{one}^" for one in names)], " ".join(switches))
    return found


def splats(root: Node) -> dict[str, tuple[set[str], bool]]:
    """Hashtables by their variables: the keys that are seen, and whether these are all."""
    found: dict[str, tuple[set[str], bool]] = {}
    for assignment in below(root, "assignment_expression"):
        left = re.fullmatch(r"\$(\w+)(?:\.(\w+)|\[['\"](\w+)['\"]\])?", text(assignment.children[0]).strip().lower())
        if not left:
            continue
        keys, complete = found.get(left[1], (set(), True))
        if key := left[2] or left[3]:
            found[left[1]] = (keys | {key}, complete)
        else:
            value = text(assignment.children[-1])
            entries = [text(one).strip("'\"").lower() for one in below(assignment.children[-1], "key_expression")]
            found[left[1]] = (keys | set(entries), complete and value.startswith("@{"))
    return found


def given(call: Node, known: Command, tables: dict[str, tuple[set[str], bool]]) -> Given:
    """What stands behind the name of a command. A switch takes no value but one behind a colon."""
    found, waits, latest = Given(), "", ""
    elements = next((child for child in call.children if child.type == "command_elements"), None)
    for node in elements.children if elements else []:
        said = text(node)
        if node.type == "command_argument_sep":
            waits = latest if said.startswith(":") else waits
        elif node.type == "command_parameter":
            found.empty += [waits] if waits else []
            latest = said.strip("-:").lower()
            found.named[latest] = ""
            waits = "" if latest in known.switches | COMMON_SWITCHES else latest
        elif waits:
            found.named[waits], waits = said, ""
        elif splat := re.fullmatch(r"@(\w+)", said):
            keys, complete = tables.get(splat[1].lower(), (set(), False))
            found.named.update(dict.fromkeys(keys, "$"))
            found.complete = found.complete and complete
        elif node.type not in {"redirection", "redirections", "comment"}:
            found.places += 1
    found.empty += [waits] if waits else []
    return found


def wrong(known: Command, found: Given, piped: bool) -> list[str]:
    """What the command would not take, in words."""
    strange = [name for name in found.named if name not in known.parameters | COMMON]
    if strange:
        return [f"{known.name} has no parameter -{name}" for name in strange]
    words = [f"{known.name} -{name} lacks its value" for name in found.empty]
    for name in found.named.keys() & known.words.keys():
        word = re.fullmatch(r"(['\"]?)([a-z]\w*)\1", found.named[name].lower())
        if word and word[2] not in known.words[name]:
            words.append(f"{known.name} -{name}: {word[2]} is none of {', '.join(sorted(known.words[name]))}")
    named = found.named.keys() - COMMON
    if not any(fits(one, named, found, piped) for one in known.sets):
        words.append(f"{known.name}: no set of its parameters fits what it is given")
    return words


def fits(one: tuple[frozenset[str], int, frozenset[str]], named: set[str], found: Given, piped: bool) -> bool:
    """Whether a parameter set takes it. What comes down the pipe, and an unknown splat, may be any mandatory parameter."""
    mandatory, places, known = one
    missing = len(mandatory - named)
    enough = piped or not found.complete or missing <= found.places
    return named <= known and found.places <= places and enough


def check(source: str, helpers: dict[str, Command] | None = None) -> list[str]:
    """Findings of one script. `helpers`: functions of others that it may call."""
    root = PARSER.parse(source.encode()).root_node
    found = [(node, f"cannot parse {text(node)[:40]!r}") for node in unparsed(root)]
    found += [(node, f"{NEWER[node.type]} is not in PowerShell 5.1") for node in below(root, *NEWER)]
    found += [
        (node, "??= is not in PowerShell 5.1") for node in below(root, "assignment_operator") if text(node) == "??="
    ]
    commands = {**cmdlets(), **(helpers or {}), **functions(root)}
    tables = splats(root)
    for call in below(root, "command"):
        name = next((text(child) for child in call.children if child.type == "command_name"), "")
        known = commands.get(name.rpartition("\\")[2].lower())
        if known:
            piped = call.parent is not None and call.parent.named_children[0] != call
            found += [(call, words) for words in wrong(known, given(call, known, tables), piped)]
        elif name:  # without a name it is `& $something`
            found.append((call, f"{name} is no function here and no cmdlet of {TABLE.name}"))
    return [f"line {node.start_point[0] + 1}: {words}" for node, words in found]


def unparsed(root: Node) -> Iterator[Node]:
    """The innermost places that the grammar does not know."""
    for node in root.children if root.has_error else []:
        if node.type == "ERROR" or node.is_missing:
            yield node
        else:
            yield from unparsed(node)


def helpers_of(paths: list[Path]) -> dict[str, Command]:
    """The functions that script modules give to others."""
    modules = [functions(PARSER.parse(path.read_bytes()).root_node) for path in paths if path.suffix == ".psm1"]
    return {name: function for module in modules for name, function in module.items()}


def main(paths: list[Path]) -> int:
    helpers = helpers_of(paths)
    found = [f"{path}: {one}" for path in paths for one in check(path.read_text(encoding="utf-8-sig"), helpers)]
    print("\n".join([*found, f"{len(paths)} files, {len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]) if sys.argv[1:] else __doc__)
