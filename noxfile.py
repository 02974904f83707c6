# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every check by its name. `make test` runs them all; one alone:

    .venv/bin/nox --list
    .venv/bin/nox -s lint unit
    .venv/bin/nox -s integration -- failback job     (what comes after -- goes to the tool)

They run in the environment that nox lies in, which `make` sets up. Only `core` makes one of its own, for another ansible-core.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"  # ansible-test wants it by its number
CORES = (("3.11", "2.19"), ("3.12", "2.20"), ("3.13", "2.21"), ("3.13", "next"))  # next: the newest, pre-releases too
# What has its types checked: packages, and folders whose files each are a program or beside one.
PACKAGES = (
    "ansible_collections.asr.hyperv.plugins",
    "ansible_collections.asr.hyperv.tests",
    "ansible_collections.asr.hyperv.extensions.simulator.tests",
    "asr_simulator",
)
PROGRAMS = (
    ".ci",
    "extensions/eda/plugins/event_source",
    "extensions/rehearsal",
    "tests/benchmark",
    "tests/benchmark/clients",
    "tools",
)
CALLBACKS = "tests/callbacks"  # among them is what saves a third of the CPU of tests that run playbooks
PIPELINES = {  # by whose schema each is checked, and how
    "github_actions": ("github-workflows",),
    "gitlab_ci": ("gitlab-ci", "--data-transform", "gitlab-ci"),
    "azure_pipelines": ("azure-pipelines", "--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"),
}
RULES_OF_YAML = (
    "line-length: {max: 160}",
    "comments: {min-spaces-from-content: 1}",
    "braces: {max-spaces-inside: 0}",
)
# Two at a time keep two cores busy: first what is quick and fails most often, then the longest, and short ones last.
EVERYTHING = (
    *("lint", "types"),
    *("hosts", "e2e", "unit", "integration", "molecule", "sanity", "pages", "reliability"),
    *("simulator", "units", "simulator_alone", "powershell", "artifact"),
)
# Leaves out what one ansible-core cannot do differently from another, or takes long.
SECOND = ("unit_plugins", "over_winrm", "integration_failback")

nox.options.default_venv_backend = "none"
nox.options.sessions = ["everything"]
for name in [name for name in os.environ if name.startswith(("ANSIBLE_", "AZURE_", "MOLECULE_"))]:
    del os.environ[name]
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.update(LC_ALL="C.UTF-8", NO_COLOR="1", ANSIBLE_NOCOLOR="1")
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def known_files() -> list[str]:
    """What the collection is made of: committed or not, but nothing that git ignores."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).exists())


@contextlib.contextmanager
def as_installed(session: nox.Session) -> Iterator[Path]:
    """A copy of the collection at ansible_collections/asr/hyperv, on which ansible-test and others insist; nox works there."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder, "ansible_collections", "asr", "hyperv")
        for name in known_files():
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, here / name, follow_symlinks=False)
        session.env["ANSIBLE_COLLECTIONS_PATH"] = folder
        with session.chdir(here):
            yield here


def pytest(session: nox.Session, *what: str, at_once: int = 2) -> None:
    """Run tests, two at a time unless told otherwise."""
    session.run("python", "-m", "pytest", "-q", "-n", os.environ.get("WORKERS", str(at_once)), *what, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: rules and format."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def unit(session: nox.Session) -> None:
    """The pure rooms, the engine over a simulated vault, what holds for the whole, and the shapes of recorded traffic."""
    pytest(session, "tests/unit", "tests/contract")


@nox.session
def unit_plugins(session: nox.Session) -> None:
    """Those of them that meet Ansible, the SDK, threads or files, which another pair could answer differently.

    The pure rooms know none of these; the session `core` tries them as well. Half of their time is waiting.
    """
    plugins = ROOT / "tests" / "unit" / "plugins"
    meeting = (
        "lookup",
        "modules",
        "plugin_utils",
        *(f"module_utils/{room}" for room in ("_azure", "_engine", "_glue")),
    )
    files = sorted(str(path) for path in plugins.glob("test_*.py"))
    pytest(session, *files, *(str(plugins / name) for name in meeting), at_once=4)


@nox.session
def simulator(session: nox.Session) -> None:
    """The simulator's own tests."""
    pytest(session, "extensions/simulator/tests")


@nox.session
def hosts(session: nox.Session) -> None:
    """Modules, roles and playbooks for Hyper-V hosts, over the winrm connection."""
    pytest(session, "tests/hosts", "--durations=15")


@nox.session
def over_winrm(session: nox.Session) -> None:
    """The quick one of them: that every PowerShell module answers."""
    pytest(session, "tests/hosts/test_over_winrm.py")


@nox.session
def e2e(session: nox.Session) -> None:
    """Whole nights, stopped and killed runs, what is shown: real ansible-playbook against the simulator."""
    pytest(session, "tests/e2e", "-m", "not night", "--durations=15")


@nox.session
def nights(session: nox.Session) -> None:
    """Those of them that are whole nights of what the others try piece by piece; not in `everything`, as they take long."""
    pytest(session, "tests/e2e", "-m", "night")


@nox.session
def reliability(session: nox.Session) -> None:
    """Faults, kill points and stories, some of each; `make reliability` tries all."""
    pytest(session, "tests/reliability")


@nox.session
def types(session: nox.Session) -> None:
    """mypy over PACKAGES and PROGRAMS. It has to see the collection as Python does, under its full name: by a link."""
    link = ROOT / ".mypy_cache" / "collections" / "ansible_collections" / "asr" / "hyperv"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT, target_is_directory=True)
    loose = sorted(path.stem for folder in PROGRAMS for path in (ROOT / folder).glob("*.py"))
    modules = [f"--module={name}" for name in ("noxfile", *loose)]
    places = (link.parents[2], ROOT / "extensions" / "simulator", ROOT, *(ROOT / folder for folder in PROGRAMS))
    env = {"MYPYPATH": os.pathsep.join(map(str, places))}
    session.run("mypy", *(f"--package={name}" for name in PACKAGES), *modules, *session.posargs, env=env)


@nox.session
def powershell(session: nox.Session) -> None:
    """The PowerShell files for Windows: syntax of 5.1, cmdlets of Windows and their parameters, without running them."""
    files = [name for name in known_files() if name.startswith("plugins/") and name.endswith((".ps1", ".psm1"))]
    session.run("python", "tools/check_powershell.py", *files)


@nox.session
def pages(session: nox.Session) -> None:
    """Roles, playbooks, pipelines, documentation and changelog by their linters."""
    with as_installed(session):
        for name, (schema, *options) in PIPELINES.items():
            command = ["check-jsonschema", "--builtin-schema", f"vendor.{schema}", *options]
            session.run(*command, f"docs/pipelines/{name}.yml")
        session.run("yamllint", "-s", "-d", f"{{extends: default, rules: {{{', '.join(RULES_OF_YAML)}}}}}", "docs")
        ansible_lint(session)
        session.run("antsibull-changelog", "lint")
        session.run("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".")


def ansible_lint(session: nox.Session) -> None:
    """ansible-lint, options of modules too; it does not know module_defaults, by which a play says which vault."""
    command = ["ansible-lint", "-q", "--enable-list", "args"]
    told = session.run(*command, success_codes=[0, 2], silent=True, stderr=sys.stderr) or ""  # 2: findings
    wrong = re.sub(r".*missing required arguments: resource_group, vault_name\n.*\n?", "", str(told))
    if wrong.strip():
        session.error(wrong)


@nox.session
def sanity(session: nox.Session) -> None:
    """ansible-test sanity."""
    with as_installed(session) as here:
        session.run("python", ".ci/seed_ansible_test_pip.py")
        command = ["ansible-test", "sanity", "--python", PYTHON, *session.posargs]
        left_out, rest = without_powershell(here)
        session.run(*command, *(f"--skip-test={test}" for test in [*left_out, *out_of_reach()]))
        if rest:
            session.run(*command, "--test", "validate-modules", *(f"--exclude={name}" for name in rest))


def without_powershell(here: Path) -> tuple[list[str], list[str]]:
    """Sanity tests that cannot run here, and the modules that validate-modules then has to leave out.

    Without pwsh it cannot start on .ps1 files; their documentation is still checked. pslint needs PSScriptAnalyzer as well.
    """
    if not shutil.which("pwsh"):
        print("no pwsh here: .ps1 files are not checked by sanity tests")
        return ["validate-modules", "pslint"], [
            str(path.relative_to(here)) for path in here.glob("plugins/modules/*.ps1")
        ]
    command = ["pwsh", "-NoProfile", "-Command", "(Get-Module -ListAvailable PSScriptAnalyzer).Name"]
    if "PSScriptAnalyzer" in subprocess.run(command, capture_output=True, text=True, check=False).stdout:
        return [], []
    print("no PSScriptAnalyzer here: pslint is left out")
    return ["pslint"], []


def out_of_reach() -> list[str]:
    """Sanity tests that need a file of a site that cannot be reached from here: a pre-release of Ansible may pin one."""
    told = []
    for place in Path(str(resources.files("ansible_test"))).glob("_data/requirements/sanity.*.txt"):
        for site in re.findall(r"@ https://([^/]+)/", place.read_text(encoding="utf-8")):
            try:
                socket.create_connection((site, 443), timeout=5).close()
            except OSError as error:
                told.append(place.name.split(".")[1])
                print(f"{site} cannot be reached ({error}): {told[-1]} is left out")
    return told


@nox.session
def units(session: nox.Session) -> None:
    """One folder of unit tests by ansible-test, which has an import system of its own; `unit` runs all of them."""
    with as_installed(session):
        session.run("python", ".ci/seed_ansible_test_pip.py")
        session.run("ansible-test", "units", "--python", PYTHON, "tests/unit/plugins/modules/")


@nox.session
def integration(session: nox.Session) -> None:
    """Every module against the simulator, by ansible-test."""
    integrated(session, *session.posargs)


@nox.session
def integration_failback(session: nox.Session) -> None:
    """The one target of them that the others rest on."""
    integrated(session, "failback")


def integrated(session: nox.Session, *targets: str) -> None:
    with as_installed(session) as here, tempfile.TemporaryDirectory() as folder:
        session.run("python", ".ci/seed_ansible_test_pip.py")
        with (here / "tests" / "integration" / "integration.cfg").open("a", encoding="utf-8") as config:
            config.write(f"callback_plugins = {here / CALLBACKS}\ncallbacks_enabled = kept_payloads\n")
            config.write(f"[callback_kept_payloads]\nfolder = {folder}\n")
        session.run("ansible-test", "integration", "--python", PYTHON, *targets)


@nox.session
def molecule(session: nox.Session) -> None:
    """Roles and playbooks end to end."""
    scenarios = session.posargs or ["--all"]
    with as_installed(session) as here, tempfile.TemporaryDirectory() as folder:
        kept = {"ANSIBLE_CALLBACK_PLUGINS": str(here / CALLBACKS), "ANSIBLE_CALLBACKS_ENABLED": "kept_payloads"}
        places = {"MOLECULE_EPHEMERAL_DIRECTORY": f"{folder}/molecule", "KEPT_PAYLOADS": f"{folder}/payloads"}
        for place in places.values():
            Path(place).mkdir()
        session.run("molecule", "test", *scenarios, env={**kept, **places})


@nox.session
def artifact(session: nox.Session) -> None:
    """What is built holds what is in the checkout, no litter, and works from an empty path."""
    with as_installed(session), tempfile.TemporaryDirectory() as folder:
        session.run("ansible-galaxy", "collection", "build", "--output-path", folder)
        built = next(Path(folder).glob("asr-hyperv-*.tar.gz"))
        listed = set((session.run("tar", "-tzf", str(built), silent=True) or "").split())
        litter = {name for name in listed if not name.endswith("/")} - {*known_files(), "FILES.json", "MANIFEST.json"}
        if litter:
            session.error(f"not in the checkout: {sorted(litter)}")
        installed = {"ANSIBLE_COLLECTIONS_PATH": folder}
        session.run("ansible-galaxy", "collection", "install", "--offline", str(built), "-p", folder, env=installed)
        with session.chdir(folder):
            for kind in ("module", "role"):
                session.run("ansible-doc", "-t", kind, "asr.hyperv.failback", env=installed, silent=True)
            session.run("ansible-playbook", "--syntax-check", "asr.hyperv.failback", env=installed)


@nox.session
def simulator_alone(session: nox.Session) -> None:
    """The simulator as somebody without Ansible has it: by pip in an environment of its own, started by its command."""
    with tempfile.TemporaryDirectory() as folder:
        sources, alone = Path(folder, "simulator"), Path(folder, "alone")
        shutil.copytree(ROOT / "extensions" / "simulator", sources)  # setuptools builds where the sources are
        session.run("python", "-m", "venv", str(alone))
        session.run(str(alone / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", str(sources))
        with session.chdir(folder):
            session.run(str(alone / "bin" / "asr-simulator"), "minimal", "--idle-exit", "0")


@nox.session
def rehearse(session: nox.Session) -> None:
    """The shipped scenario from the start: twelve VMs home, without one warning of Ansible. Hosts execute where pwsh is."""
    execute = ["--execute"] if shutil.which("pwsh") else []
    told = session.run("python", "extensions/rehearsal/rehearse.py", "--fresh", *execute, silent=True) or ""
    warnings = re.findall(r"^\[(?:DEPRECATION )?WARNING\].*", told, re.MULTILINE)
    session.run("python", "extensions/rehearsal/rehearse.py", "--stop")
    if warnings:
        session.error("\n".join(warnings))


@nox.session
def night(session: nox.Session) -> None:
    """What a night of 12 and of 100 VMs costs, and what each VM waits; see tests/benchmark/night.py."""
    session.run("python", "tests/benchmark/night.py", *session.posargs)


@nox.session(venv_backend="venv", reuse_venv=True)
@nox.parametrize("python,core", CORES, ids=[core for _python, core in CORES])
def core(session: nox.Session, core: str) -> None:
    """Another ansible-core: its sanity, unit and WinRM tests, the main target, and the rehearsal without warnings."""
    session.install("-r", "requirements-dev.txt")
    session.install(*(["--pre", "--upgrade", "ansible-core"] if core == "next" else [f"ansible-core=={core}.*"]))
    session.run("python", ".ci/fetch_collections.py")
    checks = ("sanity", "unit", "over_winrm", "integration_failback", "rehearse")
    session.run(
        "python", "-m", "nox", "-s", *(session.posargs or checks), env={"VIRTUAL_ENV": session.virtualenv.location}
    )


@nox.session(venv_backend="venv", reuse_venv=True)
def rulebook(session: nox.Session) -> None:
    """The event source under ansible-rulebook, which needs Java and is not a part of the tests' own environment."""
    session.install("-r", "requirements-dev.txt", "ansible-rulebook")
    session.run("python", "-m", "pytest", "-q", "-rs", "tests/e2e/test_vault_events.py", *session.posargs)


@nox.session
def everything(session: nox.Session) -> None:
    """All of it, two at a time. Environments that are named after -- try what `second` does in the same row."""
    others = [check for place in session.posargs for check in checks(SECOND, Path(place))]
    side_by_side(session, [*others, *checks(EVERYTHING)])


@nox.session
def second(session: nox.Session) -> None:
    """What another pair of Python and ansible-core could do differently."""
    side_by_side(session, checks(SECOND))


def checks(names: Sequence[str], environment: Path | None = None) -> list[tuple[str, list[str]]]:
    """What each check is called where its lines are shown, and the command that runs it: here, or in another environment."""
    python = str(ROOT / environment / "bin" / "python") if environment else sys.executable
    return [(f"{environment or ''} {name}".strip(), [python, "-m", "nox", "-s", name]) for name in names]


def side_by_side(session: nox.Session, several: Sequence[tuple[str, list[str]]]) -> None:
    """Run checks, two at a time, each to its end; then say how long each took, and fail if one of them failed."""
    pool = ThreadPoolExecutor(2)
    try:
        ended = list(pool.map(told, *zip(*several, strict=True)))
    finally:
        pool.shutdown(cancel_futures=True)  # whoever interrupts waits for no other
    for name, good, seconds in ended:
        print(f"{name}: {'good' if good else 'FAILED'}, {seconds:.0f} s")
    failed = [name for name, good, _seconds in ended if not good]
    if failed:
        session.error(f"failed: {', '.join(failed)}")


def told(name: str, command: list[str]) -> tuple[str, bool, float]:
    """Run a check, and show each line that it prints with its name. The name, whether it was good, and the seconds it took."""
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as check:
        for line in check.stdout or ():
            print(f"{name}| {line}", end="", flush=True)
    return name, check.returncode == 0, time.monotonic() - started
