# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recovery plans: create, update, delete and the verbs."""

from __future__ import annotations

from .act import unknown
from .call import Answer, Request


def create(request: Request) -> Answer:
    return unknown(request)


def update(request: Request) -> Answer:
    return unknown(request)


def delete(request: Request) -> Answer:
    return unknown(request)


def verb(request: Request) -> Answer:
    return unknown(request)
