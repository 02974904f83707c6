"""What must hold for the collection as a whole: its lists agree, its layers are kept, its files stay small."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase

ROOT = Path(__file__).resolve().parents[2]
UTILS = sorted(ROOT.glob("plugins/module_utils/*/*.py"))
CONTROL_NODE = sorted(ROOT.glob("plugins/plugin_utils/*/*.py"))
ACTIONS = sorted(
    path for path in ROOT.glob("plugins/action/*.py") if path.stem != "failback"
)  # without a module beside them
MODULES = sorted(path for path in ROOT.glob("plugins/modules/*.py") if path.stem not in {one.stem for one in ACTIONS})
ON_HOSTS = sorted(ROOT.glob("plugins/modules/*.yml"))
PLUGINS = sorted(ROOT.glob("plugins/**/*.py"))
ROLES = sorted(path for path in ROOT.glob("roles/*") if path.is_dir())
SIMULATOR = ROOT / "extensions" / "simulator"
OUR_FOLDERS = ("changelogs", "docs", "extensions", "meta", "playbooks", "plugins", "roles", "tests", ".ci")
LITTER = {
    "build",
    "asr_simulator.egg-info",
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".ansible",
    "output",
    "node_modules",
}
PURE_ROOMS = {"_shapes", "_service", "_lifecycle", "_wish", "_run"}  # in this order, one upon another
ROOMS = {  # the rooms of module_utils, and which others each may use: imports go inward only
    "_shapes": set(),
    "_service": {"_shapes"},
    "_lifecycle": {"_shapes", "_service"},
    "_wish": {"_shapes", "_service", "_lifecycle"},
    "_run": PURE_ROOMS,
    "_plans": PURE_ROOMS,
    "_inventory": PURE_ROOMS,
    "_preflight": PURE_ROOMS,
    "_roles": {*PURE_ROOMS, "_preflight"},
    "_night": {*PURE_ROOMS, "_preflight", "_roles"},
    "_azure": PURE_ROOMS,
    "_engine": {*PURE_ROOMS, "_plans", "_preflight"},
    "_glue": {*PURE_ROOMS, "_plans", "_preflight", "_azure", "_engine"},
}
ROOMS_OF_THE_CONTROL_NODE = {  # those of plugin_utils
    "_control_node": set(),
    "_inventory": {"_control_node"},
    "_hosts": {"_control_node"},
    "_night": {"_control_node", "_hosts"},
}
WITH_THREADS = {"_azure", "_engine", "_glue"}  # all others are pure: no Azure, no Ansible, no clock, no I/O
PURE = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "difflib",
    "enum",
    "fnmatch",
    "functools",  # a cache changes no answer
    "ipaddress",
    "itertools",
    "json",
    "math",
    "ntpath",  # as text only: normpath asks no file system
    "re",
    "shlex",
    "typing",
    "unicodedata",
    "urllib",
    "xml",
}
OURS = "ansible_collections.asr.hyperv.plugins.module_utils."


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def literal(path, name):
    """Return the YAML in one of a module's documentation strings."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{path.name} has no {name}")


def documented(path, part):
    """Return a part of a module's documentation (options or attributes), with what its fragments add."""
    documentation = literal(path, "DOCUMENTATION")
    told: dict[str, Any] = {}
    sources = [documentation]
    for name in documentation["extends_documentation_fragment"]:
        file, _dot, text = name.removeprefix("asr.hyperv.").partition(".")
        fragment = importlib.import_module(
            f"ansible_collections.asr.hyperv.plugins.doc_fragments.{file}"
        ).ModuleDocFragment
        sources.append(yaml.safe_load(getattr(fragment, text.upper() or "DOCUMENTATION")))
    for source in sources:
        for name, said in source.get(part, {}).items():
            told.setdefault(name, {}).update(said)
    return told


def calls(node):
    """Return every use of one of our modules in a piece of YAML, as (module, options)."""
    if isinstance(node, list):
        return [call for entry in node for call in calls(entry)]
    if not isinstance(node, dict):
        return []
    found = [
        (name.removeprefix("asr.hyperv."), value) for name, value in node.items() if str(name).startswith("asr.hyperv.")
    ]
    return found + [call for value in node.values() for call in calls(value)]


def written_yaml():
    """Return (where, content) of everything that shows or holds tasks: task files, examples, and the pages of the manual."""
    for folder in ("roles", "playbooks", "extensions/molecule", "tests/integration"):
        for path in (ROOT / folder).rglob("*.yml"):
            yield from ((path.name, content) for content in yaml.safe_load_all(path.read_text(encoding="utf-8")))
    for path in MODULES:
        yield path.name, literal(path, "EXAMPLES")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("roles/*/*.md")]:
        for block in re.findall(r"^```yaml\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            yield path.name, yaml.safe_load(block)


def imports(path):
    """Return the dotted names of all that a file imports, at its top or later."""
    return names_imported(ast.parse(path.read_text(encoding="utf-8")))


def names_imported(part):
    """Return the same of a part of a file."""
    for node in ast.walk(part):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_what_is_called_by_name_needs_no_file_of_another_folder():
    """A rule of the Ansible package, which leaves the other folders out. The simulator comes from a package of its own."""
    called = [path for folder in ("plugins", "roles", "playbooks") for path in (ROOT / folder).rglob("*.*")]
    kinds = {".py", ".yml", ".j2", ".ps1", ".psm1"}
    code = {path: path.read_text(encoding="utf-8") for path in called if path.suffix in kinds}
    leads_out = re.compile(
        r"\b(extensions|tests|tools|changelogs)/|asr\.hyperv\.(extensions|tests|tools)\b|asr_simulator"
    )
    assert len(code) > 100
    assert [str(path) for path, text in code.items() if leads_out.search(text)] == []


def text_files():
    """Return every text file that somebody of this project wrote."""
    files = [path for path in ROOT.glob("*") if path.is_file() and path.name not in {"COPYING", ".coverage", ".git"}]
    for folder in OUR_FOLDERS:
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file() and not LITTER & set(path.parts)]
    return [path for path in files if b"\0" not in path.read_bytes()[:1000]]


def stems(paths):
    return [path.stem for path in paths]


def test_the_action_group_is_the_azure_side_modules_and_what_calls_them():
    assert load("meta/runtime.yml")["action_groups"]["vault"] == sorted([*stems(MODULES), "conduct"])


def test_what_any_azure_side_module_waits_for_is_shown_by_the_action_of_failback():
    routes = load("meta/runtime.yml")["plugin_routing"]["modules"]
    assert sorted([*routes, "failback"]) == stems(MODULES)
    for route in routes.values():
        assert ROOT.joinpath("plugins", "action", route["action_plugin"].rpartition(".")[2] + ".py").is_file()


def test_every_module_has_an_integration_target():
    targets = ROOT / "tests" / "integration" / "targets"
    if not targets.parent.is_dir():
        pytest.skip("no integration tests yet")
    assert not [name for name in stems(MODULES) if not (targets / name).is_dir()]


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_every_module_says_what_it_does_in_check_and_diff_mode(path):
    for attribute in ("check_mode", "diff_mode", "idempotent"):
        assert documented(path, "attributes")[attribute]["support"] in {"full", "partial", "none", "N/A"}


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_every_module_says_that_it_is_in_the_action_group(path):
    assert documented(path, "attributes")["action_group"]["membership"] == ["asr.hyperv.vault"]


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_every_module_takes_the_options_of_the_vault(path):
    assert "asr.hyperv.vault" in literal(path, "DOCUMENTATION")["extends_documentation_fragment"]


def test_every_task_gives_its_module_only_options_that_it_has():
    options = {path.stem: set(documented(path, "options")) for path in MODULES}
    options |= {path.stem: set(load(path)["DOCUMENTATION"].get("options", ())) for path in ON_HOSTS}
    options |= {path.stem: set(documented(ROOT / "plugins" / "modules" / path.name, "options")) for path in ACTIONS}
    used = [(where, *call) for where, content in written_yaml() for call in calls(content)]
    assert len(used) > len(MODULES)
    wrong = [
        (where, name, option)
        for where, name, given in used
        for option in given or {}
        if option not in options.get(name, ())
    ]
    assert not wrong
    assert {name for _where, name, _given in used} <= set(options)


@pytest.mark.parametrize("path", UTILS, ids=stems(UTILS))
def test_every_module_util_says_that_it_is_private(path):
    assert path.parent.name.startswith("_")
    assert "# This module_utils is PRIVATE to the collection" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PLUGINS, ids=stems(PLUGINS))
def test_the_azure_libraries_are_loaded_late_and_through_one_place(path):
    """In a function that has asked `library` for it first, which says what to install; or for the types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for part in tree.body:
        asked = isinstance(part, ast.FunctionDef) and any("library(" in ast.unparse(one) for one in part.body[:2])
        for_types = isinstance(part, ast.If) and ast.unparse(part.test) == "TYPE_CHECKING"
        loaders = {name.partition(".")[0] for name in names_imported(part)} & {"azure", "importlib", "msal"}
        assert not loaders or asked or for_types or path.stem == "library"


@pytest.mark.parametrize("path", UTILS, ids=stems(UTILS))
def test_imports_go_inward_only(path):
    room = path.parent.name
    ours = {name.removeprefix(OURS).partition(".")[0] for name in imports(path) if name.startswith(OURS)}
    assert ours <= {room, *ROOMS[room]}


@pytest.mark.parametrize("path", CONTROL_NODE, ids=stems(CONTROL_NODE))
def test_imports_go_inward_only_on_the_control_node(path):
    mark = "ansible_collections.asr.hyperv.plugins.plugin_utils."
    ours = {name.removeprefix(mark).partition(".")[0] for name in imports(path) if name.startswith(mark)}
    assert ours <= {path.parent.name, *ROOMS_OF_THE_CONTROL_NODE[path.parent.name]}


@pytest.mark.parametrize(
    "path", [path for path in UTILS if path.parent.name not in WITH_THREADS], ids=lambda path: path.stem
)
def test_what_decides_is_pure(path):
    assert {name.partition(".")[0] for name in imports(path) if not name.startswith(OURS)} <= PURE


def test_the_simulator_shares_nothing_with_the_collection():
    words = ("ansible_collections", "plugins.module_utils")
    files = [path for path in text_files() if SIMULATOR in path.parents]
    assert not [path for path in files if any(word in path.read_text(encoding="utf-8") for word in words)]


def test_how_to_sign_in_to_a_simulated_cloud_is_told_by_its_ready_file_and_nowhere_else():
    played = ("extensions", "tests/e2e", "tests/hosts", "tests/integration")
    spelled = re.compile(r"AZURE_(SECRET|CLOUD_ENVIRONMENT)\b|cloud_environment\W+\{\{")
    files = [path for path in text_files() if str(path.relative_to(ROOT)).startswith(played) and path.suffix != ".md"]
    found = [path.name for path in files if spelled.search(path.read_text(encoding="utf-8"))]
    assert found == ["server.py"]


def test_there_is_one_floor_of_ansible_core():
    floor = load("meta/runtime.yml")["requires_ansible"].removeprefix(">=").removesuffix(".0")
    said = {path.name: load(path / "meta" / "main.yml")["galaxy_info"]["min_ansible_version"] for path in ROLES}
    assert set(said.values()) == {floor}, said
    assert f"ansible-core {floor} or newer" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("folder", "lines"), [("module_utils", 250), ("modules", 300), ("action", 250)])
def test_files_stay_small(folder, lines):
    sizes = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "plugins" / folder).rglob("*.py")
    }
    assert not {name: size for name, size in sizes.items() if size > lines}


@pytest.mark.parametrize("folder", ["plugins", "extensions", "tests"])
def test_functions_stay_small(folder):
    long = []
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (node.end_lineno or 0) - node.lineno >= 40:
                long.append(f"{path.name}: {node.name}")
    assert not long


def test_no_file_names_a_place_on_somebodys_machine():
    place = re.compile(r"(?<![\w.$}~)])/(root|work|Users|home)/[\w.]")
    assert not [path for path in text_files() if place.search(path.read_text(encoding="utf-8"))]


def test_no_file_has_tabs_or_windows_line_ends():
    files = [path for path in text_files() if path.name != "Makefile"]
    assert not [path for path in files if re.search(rb"[\t\r]", path.read_bytes())]


def test_no_role_or_playbook_lists_phases():
    """An entry says what its phase means (`away`, `to_start`, ...): a list would not know of a phase that comes later."""
    words = "|".join(phase.value for phase in Phase)
    listed = re.compile(rf"['\"]({words})['\"]\s*,\s*['\"]({words})['\"]")
    ours = [
        path
        for folder in ("roles", "playbooks")
        for path in (ROOT / folder).rglob("*.[yj]*")
        if "meta" not in path.parts
    ]
    assert ours and not [path.name for path in ours if listed.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", sorted((ROOT / "roles").glob("*/tasks/main.yml")), ids=lambda path: path.parts[-3])
def test_a_role_begins_with_a_name_that_loads_the_filters_in_ansible_playbook_itself(path):
    first = yaml.safe_load(path.read_text(encoding="utf-8"))[0]
    assert first["name"].endswith("{{ '' | asr.hyperv.visible }}")


def test_no_error_is_ignored_by_a_role_or_playbook():
    files = [path for folder in ("roles", "playbooks") for path in (ROOT / folder).rglob("*.yml")]
    assert not [path for path in files if "ignore_errors" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("role", ROLES, ids=stems(ROLES))
def test_role_options_agree_in_defaults_specification_and_readme(role):
    options = load(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    table = re.findall(r"^\| *`(\w+)`", (role / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    optional = {name for name, option in options.items() if not option.get("required")}
    assert set(load(role / "defaults" / "main.yml")) == optional
    assert set(table) == set(options)


@pytest.mark.parametrize("role", ROLES, ids=stems(ROLES))
def test_nobody_is_the_empty_value_of_a_type_and_no_limit_is_one_number(role):
    """Null means that something is not known; no option of a role does."""
    kinds: dict[str, Any] = {"str": str, "list": list, "dict": dict, "bool": bool, "int": int, "float": (int, float)}
    options = load(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    for name, option in options.items():
        if not option.get("required"):
            assert isinstance(option["default"], kinds.get(option["type"], (int, list))), name
        if "no limit" in str(option["description"]):
            assert option["default"] == -1, name


def test_task_files_of_the_user_are_looked_for_where_their_check_looks():
    """The test `file` goes by where Ansible was started, include_tasks by roles and playbooks."""
    lines = [
        line for path in ROOT.glob("roles/*/tasks/*.yml") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    theirs = [line for line in lines if 'include_tasks: "{{' in line and "__failback_turn.next" not in line]
    assert len(theirs) == 4
    assert all("| realpath }}" in line for line in theirs), theirs
