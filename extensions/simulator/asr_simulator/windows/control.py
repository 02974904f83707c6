# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts in the control interface: plain facts."""

from __future__ import annotations

from typing import Any

from ..estate.places import Computer


def host_facts(computer: Computer) -> dict[str, Any]:
    """Plain facts about a host, in no client's words. No secret is among them."""
    return {
        "online": computer.online,
        "registered": computer.registration is not None,
        "provider_installed": computer.provider,
        "features": sorted(computer.features),
        "restart_pending": bool(computer.pending),
        "services": dict(computer.services),
        "threads": dict(computer.threads),
        "volumes": [{**vars(volume), "letter": volume.letter} for volume in computer.volumes],
        "cluster": computer.cluster,
        "machine_id": computer.machine_id,
        "virtual_switches": computer.switches,
        "programs_run": list(computer.programs_run),
        "files": sorted(path for path, content in computer.files.items() if content is not None),
        "other_vms": [{"name": vm.name, "id": vm.id, "power": vm.power} for vm in computer.others],
    }
