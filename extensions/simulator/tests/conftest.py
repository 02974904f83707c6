# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What many of the tests are handed."""

from __future__ import annotations

import pytest

from asr_simulator.clock.clock import stopped
from asr_simulator.scenario.load import load
from asr_simulator.simulation import Simulation

from .simulated import SCENARIOS, Client


@pytest.fixture
def client() -> Client:
    """A client of the minimal scenario with a clock that only the test moves."""
    return Client(Simulation(load(SCENARIOS / "minimal.yml"), stopped()))
