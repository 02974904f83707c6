# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person asks the role failback for, in a run over simulated hosts."""

from __future__ import annotations

import json

WAY_HOME = {  # two waves: web01 is at home and not committed, app01 still in Azure
    "failback_protected_items": ["web01", "app01"],
    "failback_dependencies": {"app01": ["web01"]},
    "failback_data_sync": "auto",
    "failback_preflight": False,
    "failback_poll_interval": 0.3,
    "validate_timeout": 20,
}


def test_wishes_for_vms_of_a_later_wave_hold_nobody_up(hosts):
    own = {"validate_vms": {"web01": {"tcp_ports": []}, "app01": {"tcp_ports": []}}, "failback_gate": "now"}
    printed = hosts.play("asr.hyperv.failback", "-e", json.dumps({**WAY_HOME, **own}))
    assert "2 of 2 protected items are home and protected" in printed
