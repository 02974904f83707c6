# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the package and the helpers, wherever the tests are started from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
for place in (TESTS, TESTS.parent):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))


@pytest.fixture
def client():
    """A client of the minimal scenario with a clock that only the test moves."""
    from simulated import SCENARIOS, Client

    from asr_simulator.clock.clock import stopped
    from asr_simulator.scenario.load import load
    from asr_simulator.simulation import Simulation

    return Client(Simulation(load(SCENARIOS / "minimal.yml"), stopped()))
