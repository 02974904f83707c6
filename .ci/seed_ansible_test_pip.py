"""Give ansible-test the pip it looks for without a download: a stand-in that runs the wheel which ensurepip carries."""

from __future__ import annotations

import os
import re
from pathlib import Path

import ansible_test._internal.python_requirements as requirements

STAND_IN = """\
import ensurepip, pathlib, sys
sys.path.insert(0, str(sorted((pathlib.Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))[-1]))
from pip._internal.cli.main import main
options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--upgrade", "--force-reinstall", *options]))
"""

source = Path(requirements.__file__).read_text(encoding="utf-8")
wanted = re.search(r"pip='([0-9.]+)'", source)
if wanted is None:
    raise SystemExit("this ansible-test names its pip in a way that is not known here")
path = Path(f"~/.ansible/test/cache/get_pip_{wanted.group(1).replace('.', '_')}.py").expanduser()
if not path.exists():
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}")  # another session may look for it at the same moment
    written.write_text(STAND_IN, encoding="utf-8")
    written.replace(path)
