# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a host calls the switches of another: its host variable `asr_switch_map`, by the names that the vault recorded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain

VLANS = range(4095)  # 0 for no tag
ALLOWED = "Allowed: for each old name the new one, or a dictionary with switch and, if need be, vlan (0 to 4094)."


class Plug(NamedTuple):
    """A switch of a host, and the VLAN that an adapter has there; None where that stays as it is."""

    switch: str
    vlan: int | None = None


SwitchMap = Mapping[str, Plug]


def switch_map(value: object, host: str) -> dict[str, Plug]:
    """The variable as it may be written, by old names in lower case. Raises BadInput, naming the host."""
    if value in (None, "", {}):
        return {}
    if not isinstance(value, Mapping):
        raise BadInput(f"asr_switch_map of {host}: {value!r} is not allowed. {ALLOWED}")
    return {plain(str(old)): plug_of(new, str(old), host) for old, new in value.items()}


def plug_of(new: object, old: str, host: str) -> Plug:
    """One entry of the variable."""
    told = {"switch": new} if isinstance(new, str) else new
    good = isinstance(told, Mapping) and not set(told) - {"switch", "vlan"} and str(told.get("switch") or "").strip()
    vlan = told.get("vlan") if isinstance(told, Mapping) else None
    if not good or isinstance(vlan, bool) or not (vlan is None or (str(vlan).isdecimal() and int(str(vlan)) in VLANS)):
        raise BadInput(f"asr_switch_map of {host}: '{old}' has {new!r}. {ALLOWED}")
    return Plug(str(told["switch"]), None if vlan is None else int(str(vlan)))  # type: ignore[index]


def there(old: str, mapped: SwitchMap) -> Plug:
    """Where a VM is plugged in on a host that was plugged into `old` before."""
    return mapped.get(plain(old), Plug(old))
