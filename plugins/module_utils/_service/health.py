# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the vault says of an item's health: words for the whole, and errors with their causes (docs/service.md 4.3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import DEEPEST, rows, sentence, squeeze, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

LISTS = ("healthErrors", "replicationHealthErrors", "failoverHealthErrors")  # the last two are those of 2016-08-10
WELL = ("", "normal", "none")
CRITICAL = "critical"


@dataclass(frozen=True)
class HealthError:
    """One health error. `inner` are those that it is made of."""

    code: str
    level: str
    category: str
    message: str
    possible_causes: str = ""
    recommended_action: str = ""
    inner: tuple[HealthError, ...] = field(default=())

    @classmethod
    def from_service(cls, body: object, deeper: int = DEEPEST) -> HealthError:
        """Make the record from the JSON of one error, of any API version; a provider's own words are put behind the message."""
        own, provider = (
            sentence(text(body, "errorMessage") or text(body, "summaryMessage")),
            sentence(text(body, "recoveryProviderErrorMessage")),
        )
        return cls(
            code=text(body, "errorCode"),
            level=text(body, "errorLevel"),
            category=text(body, "errorCategory"),
            message=squeeze(own if provider in own else f"{own} {provider}"),
            possible_causes=squeeze(text(body, "possibleCauses")),
            recommended_action=squeeze(text(body, "recommendedAction")),
            inner=tuple(
                cls.from_service(one, deeper - 1) for one in mappings(rows(body, "innerHealthErrors")) if deeper
            ),
        )

    @property
    def flat(self) -> Iterable[HealthError]:
        """The error and all that it is made of, the innermost last."""
        yield self
        for one in self.inner:
            yield from one.flat

    @property
    def words(self) -> str:
        """The error in a line without a full stop: message, code, level, causes."""
        causes = f": {self.possible_causes}" if self.possible_causes else ""
        said = f"{self.message or 'no message'} (code {self.code or 'unknown'}, {self.level or 'no level'})"
        return f"{said.replace('. (', ' (')}{causes}".rstrip(".")

    def told(self) -> dict[str, object]:
        """As a module returns it."""
        return asdict(self)


def mappings(found: Iterable[object]) -> list[Json]:
    return [one for one in found if isinstance(one, Mapping)]


def health_errors(item: object) -> tuple[HealthError, ...]:
    """The errors of an item (its `properties`), each once, from whatever lists its API version has."""
    told = [HealthError.from_service(body) for name in LISTS for body in mappings(rows(item, name))]
    return tuple(dict.fromkeys(told))


class Patient(Protocol):
    """What has a health: a protected item."""

    @property
    def replication_health(self) -> str: ...

    @property
    def health_errors(self) -> Sequence[HealthError]: ...


def is_well(item: Patient) -> bool:
    """Whether the vault has nothing to say against the replication of the item."""
    return item.replication_health.lower() in WELL


def is_critical(item: Patient) -> bool:
    return item.replication_health.lower() == CRITICAL


def ailments(item: Patient) -> str:
    """The health errors of an item in one line without a full stop; empty without any."""
    return "; ".join(error.words for error in item.health_errors)


def sickness(item: Patient) -> str:
    """What ails an item, in words that follow a sentence; empty for one in good health."""
    if is_well(item):
        return ""
    return f" The vault calls its health {item.replication_health}: {ailments(item) or 'it gives no health error'}."
