# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options say of a run."""

from __future__ import annotations

import math

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._engine.settings import Settings


@pytest.mark.parametrize("gone", [0, 0.01, 0.99, 1.5, 3.0])
def test_a_message_names_the_time_that_the_caller_gave_and_not_what_was_left_of_it(gone):
    left = 5 - gone
    assert Settings(timeout=math.ceil(left), elapsed=5 - left).wait_timeout == 5
