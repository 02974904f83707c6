# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What can be read beside the vault: Azure VMs, what belongs to them, and locks, each by its full ARM id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls
from ansible_collections.asr.hyperv.plugins.module_utils._azure.explain import explain, read_answer
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput, OddAnswer
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import rows, same_id, segment, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

if TYPE_CHECKING:
    from azure.core.rest import HttpResponse

LOCKS = "Microsoft.Authorization/locks"
LOCKS_VERSION = "2020-05-01"  # api-versions of what no SDK of ours knows; those for a few GETs would be 20 MB
VMS = "Microsoft.Compute/virtualMachines"
VMS_VERSION = "2024-07-01"
ARM_ID = re.compile(r"/subscriptions(?:/[^/\\?#%\x00-\x20]+)+", re.IGNORECASE)

GONE = {
    "resourcenotfound",
    "notfound",
    "resourcegroupnotfound",
}  # other 404s say that we asked wrongly, or are not Azure's


def checked(arm_id: str) -> str:
    """The id, if it is one of Azure Resource Manager and leads nowhere else. Raises BadInput."""
    if not ARM_ID.fullmatch(arm_id) or {".", ".."} & set(arm_id.split("/")):
        raise BadInput(f"{arm_id!r} is not an ARM id: it has to begin with /subscriptions/ and to be plain.")
    return arm_id


def is_gone(code: str) -> bool:
    """Whether this is the code of the 404 by which Azure says that exactly this does not exist."""
    return code.lower() in GONE


class Resources:
    """Reads of Azure Resource Manager. Each raises what `explain` makes of an error; "not there" is None."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def vm(self, arm_id: str) -> Json | None:
        """An Azure VM as JSON, with its instance view; None when it is gone, as it is after a failback's commit.

        Raises BadInput for one of another subscription, which is never read. Raises OddAnswer when the answer is about another VM
        than was asked for.
        """
        group, name = (segment(checked(arm_id), kind) for kind in ("resourceGroups", "virtualMachines"))
        if not self.calls.place.in_subscription(arm_id):
            raise BadInput(f"{arm_id} is in another subscription than {self.calls.place}: it is not read.")
        doing = f"read the Azure VM {name!r} in resource group {group!r}"
        body = self.present(doing, arm_id, VMS_VERSION, **{"$expand": "instanceView"})
        if body is not None and not same_id(text(body, "id"), arm_id):
            raise OddAnswer(doing, f"the answer is about another one: {text(body, 'id') or 'it has no id'}")
        return body

    def vms(self, scope: str) -> list[object]:
        """All Azure VMs of a subscription or resource group, by its ARM id, as JSON without their instance views."""
        return self.below(scope, VMS, VMS_VERSION)

    def locks(self, scope: str) -> list[object]:
        """All locks of a subscription or resource group, and of what is in it, as JSON."""
        return self.below(scope, LOCKS, LOCKS_VERSION)

    def resource(self, arm_id: str, api_version: str) -> Json | None:
        """Any resource of Azure Resource Manager as JSON, None when it is gone: what no SDK of ours knows, with one GET.

        Raises BadInput when the id is not one of a resource, so that our token goes nowhere else.
        """
        return self.present(f"read {arm_id}", arm_id, api_version)

    def present(self, doing: str, arm_id: str, api_version: str, **params: str) -> Json | None:
        """The JSON of what an ARM id names, None when Azure says that there is none."""
        with explain(doing):
            response = self.calls.ask(checked(arm_id), **{"api-version": api_version, **params})
            if response.status_code == 404 and is_gone(read_answer(response).code):
                return None
            return content_of(response)

    def below(self, scope: str, kind: str, api_version: str) -> list[object]:
        """All resources of a kind below a scope, over all pages. Raises what `Calls.follow` does."""
        doing = f"list {kind} of {scope}"
        body = self.fetch(doing, f"{checked(scope)}/providers/{kind}", api_version)
        found, seen = rows(body, "value"), set[str]()
        while link := text(body, "nextLink"):
            self.calls.follow(doing, link, seen)
            body = self.fetch(doing, link)
            found += rows(body, "value")
        return found

    def fetch(self, doing: str, address: str, api_version: str = "", **params: str) -> Json:
        """The JSON of one GET, by an address below the resource manager or a whole one."""
        asked = {"api-version": api_version, **params} if api_version else params
        with explain(doing):
            return content_of(self.calls.ask(address, **asked))


def content_of(response: HttpResponse) -> Json:
    """The JSON object of an answer. Raises what the SDK makes of one that says no."""
    response.raise_for_status()
    return {**response.json()}  # anything but an object is no answer
