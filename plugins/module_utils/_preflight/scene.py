# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a preflight, a gate or a cutover looks at: the hosts as the vault knows them and as they were read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import BEFORE_THE_GATE, MAY_HAVE_TO_START
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.capacity import Loads
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.cluster_checks import owner_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.estimate import Assumptions
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Moment
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import about_of, nearly_called, search
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import Needs
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vm_checks import Stay
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import AzureSide, AzureStay
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostFacts
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import FailbackOptions, called, the_one


def placed_by_vmm(track: Track, provider: Provider | None) -> bool:
    """Whether VMM decides where the VM comes home to; where the item does not tell, its provider does."""
    told = track.item.on_vmm or track.item.on_hyperv_site
    return track.item.on_vmm if told else provider is not None and provider.fabric_type.lower() == "vmm"


@dataclass(frozen=True)
class Scene:
    """What is the same for all items: time, hosts as the vault knows them, facts by host name, and what to assume.

    `since`: the vault's time before the hosts were read. `needs` and `loads`: what all items of the run need on which
    volume, and take of which host. `moment` is
    what is judged for. `options`: how each item is to come home, by its id, which the vault does not tell any more at the gate.
    `azure`: the Azure side of those that are not home, with their stay there, by the item's id. `domain_controllers`: the ids of
    those that somebody has said to be one. `needs_hosts`: whether the host of each has to be among those that were looked at.
    """

    now: datetime
    providers: Sequence[Provider]
    hosts: Sequence[HostFacts]
    guess: Assumptions
    since: datetime | None = None
    needs: Needs = field(default_factory=dict)
    loads: Loads = field(default_factory=dict)
    moment: Moment = Moment.PREFLIGHT
    options: Mapping[str, FailbackOptions] = field(default_factory=dict)
    azure: Mapping[str, tuple[AzureSide, AzureStay]] = field(default_factory=dict)
    domain_controllers: frozenset[str] = frozenset()
    needs_hosts: bool = False

    def moment_of(self, track: Track) -> Moment:
        """Who synchronizes or waits at the gate is judged for the gate, in a preflight as well: the next step is the cutover."""
        return Moment.GATE if self.moment is Moment.PREFLIGHT and track.phase in BEFORE_THE_GATE else self.moment

    def options_of(self, track: Track) -> FailbackOptions:
        return self.options.get(track.item.id, FailbackOptions())

    def recorded_of(self, track: Track) -> Provider | None:
        """The provider of the host that the vault names for the item."""
        return self.known(track.item.provider_id)

    def provider_of(self, track: Track) -> Provider | None:
        """The provider of the host that the item comes home to: the one that is asked for, else its own."""
        if track.intent.provider_id:
            return self.known(track.intent.provider_id)
        other = self.options_of(track).alternate_host
        if other and track.phase not in MAY_HAVE_TO_START:
            of_site = [one for one in self.providers if same_id(one.fabric, track.item.fabric)]
            try:
                return the_one(other, called(other, of_site)) or self.recorded_of(track)
            except BadInput:  # refused before the failback was started; what is asked for now cannot change its host
                return self.recorded_of(track)
        return self.recorded_of(track)

    def host_of(self, track: Track) -> str:
        """The host that the item comes home to; empty when the vault does not tell, or VMM decides."""
        provider = self.provider_of(track)
        return provider.host if provider and not placed_by_vmm(track, provider) else ""

    def known(self, provider_id: str) -> Provider | None:
        return next((one for one in self.providers if same_id(one.id, provider_id)), None)

    def facts_of(self, provider: Provider) -> HostFacts | None:
        """What was gathered from the host of a provider: by its registration, its very name, or a short name that is no other's.

        Of two names of one host the one that answered counts.
        """
        answered = [one for one in self.hosts if not one.get("error")]
        registered = [one for one in answered if provider.dra_id and same_id(provider.dra_id, registration(one))]
        exact = [one for one in (*answered, *self.hosts) if plain(one["name"]) == plain(provider.host)]
        near = [
            one for one in self.hosts if nearly_called(one["name"], provider.host) and not self.stranger(one, provider)
        ]
        near = [one for one in near if not one.get("error")] or near
        meant = {plain(one.host) for one in self.providers for facts in near if nearly_called(facts["name"], one.host)}
        if registered or exact:
            return (registered or exact)[0]
        return near[0] if len(near) == 1 and len(meant) == 1 else None

    def stranger(self, facts: HostFacts, provider: Provider) -> bool:
        """Whether a host that answered is another machine than the provider's: it is registered, and not under that name."""
        own = registration(facts)
        names = [one.host for one in self.providers if same_id(one.dra_id, own)]
        return bool(own) and bool(provider.dra_id) and not any(plain(name) == plain(provider.host) for name in names)

    def stay_of(self, track: Track, provider: Provider) -> Stay:
        """Where the item's VM is or is to be. Without another host being asked for, that is where its id was seen."""
        asked, recorded = self.options_of(track), self.recorded_of(track)
        elsewhere = not recorded or not same_id(provider.id, recorded.id)
        facts, found = self.facts_of(provider), search(self.hosts, track.item)
        moved = bool(found.seen) and not elsewhere and found.on(facts) is None
        seen = found.seen[0] if moved else None
        return Stay(
            host=seen.host if seen else provider.host,
            facts=seen.facts if seen else facts,
            search=found,
            recorded=recorded.host if recorded else provider.host,
            elsewhere=elsewhere,
            may_create=asked.create_vm_if_missing or bool(asked.alternate_host),
            begun=track.phase in BEFORE_THE_GATE,
            owner=owner_of(self.hosts, track.item),
        )


def registration(facts: HostFacts) -> str:
    """What a host calls its own registration."""
    provider = about_of(facts).get("provider")
    return (provider.get("dra_id") if provider else None) or ""
