# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Azure VMs as compute shows them."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureVm

OS_DISK = {"name": "os", "diskSizeGB": 64, "managedDisk": {"id": "/subscriptions/s/disks/os"}}
DATA_DISK = {"name": "data", "lun": 0, "vhd": {"uri": "https://a.blob.example/vhds/data.vhd"}}


def body(*codes, **more):
    return {
        "id": "/subscriptions/s/virtualMachines/vm1",
        "name": "vm1",
        "location": "westeurope",
        "properties": {"instanceView": {"statuses": [{"code": code} for code in codes]}, **more},
    }


def test_power_disks_and_size_are_read():
    stored = {"osDisk": OS_DISK, "dataDisks": [DATA_DISK]}
    codes = ("ProvisioningState/succeeded", "PowerState/deallocated")
    vm = AzureVm.from_service(body(*codes, storageProfile=stored, hardwareProfile={"vmSize": "Standard_D2s_v3"}))
    assert (vm.power_state, vm.provisioning_state, vm.size) == ("deallocated", "succeeded", "Standard_D2s_v3")
    assert [(disk.name, disk.size_gb, disk.managed, disk.where) for disk in vm.disks] == [
        ("os", 64, True, "/subscriptions/s/disks/os"),
        ("data", None, False, "https://a.blob.example/vhds/data.vhd"),
    ]


@pytest.mark.parametrize("codes", [(), ("ProvisioningState/updating",), ("powerless",)])
def test_a_power_state_that_is_not_told_is_empty(codes):
    vm = AzureVm.from_service(body(*codes))
    assert (vm.power_state, vm.disks) == ("", ())
