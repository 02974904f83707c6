# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The imitation of the module that plugs network adapters of VMs in and out."""

from __future__ import annotations

import re
from typing import Any

from ..estate.parts import Adapter
from ..estate.places import Machine
from .calls import Call, Module, ModuleFailed
from .hyperv import find_one
from .machines import adapter_name


def vm_network_adapter(call: Call) -> dict[str, Any]:
    """asr.hyperv.vm_network_adapter."""
    mac = checked_mac(call)
    call.need_hyperv()
    vm = find_one(call)
    name, one = the_adapter(call, vm)
    before: dict[str, Any] = {"virtual_switch": one.plugged, "vlan": one.vlan, "mac_address": one.mac or "dynamic"}
    after = wanted(call, vm, name, before, mac)
    if after["mac_address"] != before["mac_address"] and vm.power != "off":
        raise ModuleFailed(f"mac_address: Hyper-V changes it only while a VM is off, and '{vm.name}' is not.")
    if not call.check:
        one.plugged, one.vlan = after["virtual_switch"], after["vlan"]
        one.mac = "" if after["mac_address"] == "dynamic" else after["mac_address"]
    shown_before, shown_after = ({"name": name, **told} for told in (before, after))
    return {
        "changed": before != after,
        "network_adapter": shown_after,
        "diff": {"before": shown_before, "after": shown_after},
    }


def the_adapter(call: Call, vm: Machine) -> tuple[str, Adapter]:
    """The adapter that is meant, and what it is called."""
    called = call.args["adapter"]
    named = [(adapter_name(place), one) for place, one in enumerate(vm.adapters)]
    found = [(name, one) for name, one in named if called is None or name.lower() == called.lower()]
    if len(found) != 1:
        which = f" called '{called}'" if called else ""
        raise ModuleFailed(
            f"'{vm.name}' has {len(found)} network adapters{which}. Say which one with the option adapter; "
            "names have to be unique."
        )
    return found[0]


def checked_mac(call: Call) -> str | None:
    """What no adapter can have is refused; the MAC address as Hyper-V writes it."""
    vlan, mac = call.args["vlan"], call.args["mac_address"]
    if vlan is not None and not 0 <= vlan <= 4094:
        raise ModuleFailed(f"vlan: {vlan} is not allowed. Allowed: 1 to 4094, or 0 for no tag.")
    if call.args["virtual_switch"] and call.args["connected"] is False:
        raise ModuleFailed("virtual_switch: an adapter that is not connected has none. Leave it out, or connected.")
    if mac is None or mac == "dynamic":
        return mac  # type: ignore[no-any-return]
    plain = re.sub("[-:.]", "", mac).upper()
    if not re.fullmatch("[0-9A-F][02468ACE][0-9A-F]{10}", plain):
        raise ModuleFailed(
            f"mac_address: '{mac}' is not allowed. "
            "Allowed: 12 hexadecimal digits of an address that is not a group's, or dynamic."
        )
    return plain


def wanted(call: Call, vm: Machine, called: str, before: dict[str, Any], mac: str | None) -> dict[str, Any]:
    """The adapter as it will be."""
    after, name, where = dict(before), call.args["virtual_switch"], call.computer
    if name:
        found = [one for one in where.switches if one.lower() == name.lower()]
        if len(found) != 1:
            raise ModuleFailed(
                f"There are {len(found)} virtual switches called '{name}' on {where.name}. "
                "asr.hyperv.host_info lists those that are there."
            )
        after["virtual_switch"] = found[0]
    elif call.args["connected"] is False:
        after["virtual_switch"] = None
    elif call.args["connected"] and not before["virtual_switch"]:
        raise ModuleFailed(
            f"The network adapter '{called}' of '{vm.name}' is plugged into nothing. Give virtual_switch, where to plug it in."
        )
    if call.args["vlan"] is not None:
        after["vlan"] = call.args["vlan"]
    if mac:
        after["mac_address"] = mac
    return after


MODULES: dict[str, Module] = {"asr.hyperv.vm_network_adapter": vm_network_adapter}
