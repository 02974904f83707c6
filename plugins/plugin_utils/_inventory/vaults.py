# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The vaults that a file of the inventory names: which they are, and all of them read side by side, in an end time."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.asr.hyperv.plugins.module_utils._azure.credentials import meant
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import VAULT_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._roles.names import nearest
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AsrError,
    BadInput,
    MissingLibrary,
    NotConnected,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.inventory_shapes import Reading

WHERE: tuple[Literal["subscription_id", "resource_group", "vault_name"], ...] = (
    "subscription_id",
    "resource_group",
    "vault_name",
)
CLOUD = (
    "cloud_environment",
    "disable_instance_discovery",
    "cert_validation_mode",
    "api_profile",
    "log_path",
    "log_mode",
)
OF_A_VAULT = tuple(name for name in VAULT_OPTIONS if name != "time_limit")
WHO = tuple(name for name in OF_A_VAULT if name not in (*WHERE, *CLOUD))  # taken whole, as everywhere else
APART = (*WHO, "cloud_environment")
SECRETS = tuple(name for name in WHO if VAULT_OPTIONS[name].get("no_log"))
Asked = Mapping[str, object]


def asked_vaults(options: Mapping[str, object]) -> list[Asked]:
    """The options for each vault that is asked for: those of its entry in `vaults`, and what all have in common.

    Raises BadInput for an entry that cannot be understood, and for a vault that is named twice.
    """
    common = {name: options.get(name) for name in OF_A_VAULT if options.get(name) is not None}
    entries = options.get("vaults") or [{}]
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise BadInput(
            "vaults is no list. Give an entry for each vault, with vault_name, resource_group and what differs."
        )
    found = [of_entry(number, entry, common) for number, entry in enumerate(entries, start=1)]
    places = [place_of(one) for one in found]
    for number, place in enumerate(places):
        if place in places[:number]:
            raise BadInput(f"vaults: entry {number + 1} names the vault of entry {places.index(place) + 1} once more.")
    return found


def place_of(asked: Asked) -> tuple[str, ...]:
    """Which vault is meant, as far as can be said before anybody signs in: who does may bring a subscription of its own."""
    said = WHERE if asked.get("subscription_id") else (*WHERE, *(name for name in APART if name not in SECRETS))
    return tuple(plain(str(asked.get(name) or "")) for name in said)


def kept_as(vaults: Sequence[Asked], azure_vms: bool) -> str:
    """Under what a cache keeps what these vaults say: another subscription, cloud or account has entries of its own."""
    told = json.dumps([[[str(asked.get(name)) for name in WHERE], of_caller(asked)] for asked in vaults])
    return hashlib.sha256(f"{told} {azure_vms}".encode()).hexdigest()[:12]


def of_caller(asked: Asked) -> list[str]:
    """Which subscription and cloud this means, and who signs in; what was given where nobody can sign in now."""
    try:
        return meant(asked)
    except BadInput:
        return [str(asked.get(name)) for name in APART if name not in SECRETS]


def named_twice(readings: Sequence[Reading]) -> str:
    """Two entries of one vault, which only the subscriptions of their accounts tell; empty without such."""
    places = [plain("/".join(reading[name] for name in WHERE)) for reading in readings]
    twice = [place for number, place in enumerate(places) if place in places[:number]]
    return f"vaults: two entries mean the same vault, {twice[0]} (subscription, resource group, name)." if twice else ""


def of_entry(number: int, entry: object, common: Asked) -> Asked:
    """The options for one vault. Who signs in is that of the entry as a whole, or that of all."""
    where = f"vaults: entry {number}"
    if not isinstance(entry, Mapping):
        raise BadInput(f"{where} is no dictionary. Give it vault_name and resource_group.")
    for key in entry:
        if key not in OF_A_VAULT:
            raise BadInput(f"{where} has '{key}', which is no option of a vault.{nearest(str(key), OF_A_VAULT)}")
    own = {name: value for name, value in entry.items() if value is not None}
    for name, value in own.items():
        if isinstance(value, (Mapping, list)):
            raise BadInput(f"{where}: {name} is a list or a dictionary. Give one value.")
    shared = {name: value for name, value in common.items() if not (name in WHO and own.keys() & {*WHO})}
    whole = {**dict.fromkeys(OF_A_VAULT), "auth_source": "auto", **shared, **own}
    if missing := [name for name in ("resource_group", "vault_name") if not whole[name]]:
        what = f"{where} has" if entry else "the file has"
        raise BadInput(f"{what} no {' and no '.join(missing)}, so nobody knows which vault it is about.")
    return whole


def without_secrets(asked: Asked) -> dict[str, object]:
    """How tasks reach the same vault, to be shown: who signs in is left out as a whole when a secret is a part of it."""
    hidden = WHO if any(asked.get(name) for name in SECRETS) else ()
    usual = {"auth_source": "auto", "disable_instance_discovery": False}
    return {name: value for name, value in asked.items() if value and name not in hidden and value != usual.get(name)}


def read_all(reads: Sequence[Callable[[], Reading]], seconds: float) -> list[Reading | AsrError]:
    """What each gives, or why it gives nothing, side by side. What is not there after so many seconds is an error as well."""
    answers: dict[int, Reading | AsrError | Exception] = {}
    threads = [
        threading.Thread(target=keep, args=(answers, place, read), daemon=True) for place, read in enumerate(reads)
    ]
    end = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    late = NotConnected(
        f"It was not read within {seconds:.0f} seconds (time_limit): the service does not answer, or is slow."
    )
    return list(known(answers.get(place, late) for place in range(len(reads))))


def keep(answers: dict[int, Reading | AsrError | Exception], place: int, read: Callable[[], Reading]) -> None:
    """Note what reading gives. Whatever goes wrong belongs to the thread that asked."""
    try:
        answers[place] = read()
    except Exception as error:
        answers[place] = error


def known(answers: Iterator[Reading | AsrError | Exception]) -> Iterator[Reading | AsrError]:
    """The answers. Raises the first error that is none of ours."""
    for one in answers:
        if isinstance(one, MissingLibrary):
            yield NotConnected(missing_required_lib(one.library))
        elif isinstance(one, Exception) and not isinstance(one, AsrError):
            raise one
        else:
            yield one
