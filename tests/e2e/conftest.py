# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator and real ansible-playbook runs against it; nothing outlives a test."""

from __future__ import annotations

import pytest


@pytest.fixture
def stage(tmp_path):
    """A fresh vault with three VMs in Azure, and a playbook that can be run, killed and run again."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path) as started:
        yield started
