# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""One vault: its things, each with what can be read of it and started for it. Our words, our records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls
from ansible_collections.asr.hyperv.plugins.module_utils._azure.hosts import Hosts
from ansible_collections.asr.hyperv.plugins.module_utils._azure.items import Items
from ansible_collections.asr.hyperv.plugins.module_utils._azure.jobs import Jobs
from ansible_collections.asr.hyperv.plugins.module_utils._azure.keys import Keys
from ansible_collections.asr.hyperv.plugins.module_utils._azure.place import Place
from ansible_collections.asr.hyperv.plugins.module_utils._azure.plans import Plans
from ansible_collections.asr.hyperv.plugins.module_utils._azure.resources import Resources
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import rows

PERMISSIONS = "providers/Microsoft.Authorization/permissions?api-version=2022-04-01"


class Vault:
    """A vault, and in `azure` what a failover made beside it. May be used by several threads at once."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.hosts = Hosts(calls)
        self.plans = Plans(calls)
        self.items = Items(calls, self.hosts, self.plans)
        self.jobs = Jobs(calls)
        self.keys = Keys(calls)
        self.azure = Resources(calls)

    @property
    def place(self) -> Place:
        """Where the vault is."""
        return self.calls.place

    @property
    def begun(self) -> Sequence[str]:
        """What was sent to change something and not surely refused, in words."""
        return self.calls.begun

    def service_time(self) -> datetime:
        """The service's time now, UTC, to about a second; our own clock's before its first answer."""
        return self.calls.clock.now()

    def permissions(self) -> Sequence[object]:
        """What the caller may do with the vault: actions and notActions, as ARM tells them."""
        doing = f"read the caller's permissions on {self.place}"
        address = f"{self.place.resource_manager.rstrip('/')}{self.place.id}/{PERMISSIONS}"
        with self.calls.explained(doing):
            return rows(self.calls.fetch(address).json(), "value")
