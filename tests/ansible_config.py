# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's configuration for what tests start: as `examples/ansible.cfg` has it, and with what saves CPU."""

from __future__ import annotations

from pathlib import Path

# Ansible looks for what its processes answer 20 times a second, not 1,000: that is CPU of a wait.
CONFIG = f"""
[defaults]
internal_poll_interval = 0.05
callback_plugins = {Path(__file__).resolve().parent / "callbacks"}
callbacks_enabled = kept_payloads
bin_ansible_callbacks = true
"""


def configured(folder: Path) -> str:
    """The path of such a configuration in a folder."""
    place = folder / "ansible.cfg"
    place.write_text(CONFIG, encoding="utf-8")
    return str(place)
