# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Missing rights of the caller: the scenario lists denied actions, for all items or for some (docs/service.md 5.7)."""

from __future__ import annotations

from fnmatch import fnmatch

from ..wire.errors import arm
from .call import Request

ENDINGS = {"GET": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


def action_of(method: str, path: str) -> tuple[str, str]:
    """Name of the right that a request needs, and the scope it is about."""
    head, _kind, tail = path.rpartition("/providers/")
    parts = tail.strip("/").split("/") if tail else []
    if not parts:
        names = path.strip("/").split("/")[0::2]
        return f"Microsoft.Resources/{'/'.join(names)}/{ENDINGS.get(method, 'action')}", path
    namespace, rest = parts[0], parts[1:]
    if method == "POST":
        verb, rest = rest[-1], rest[:-1]
        ending = f"{verb}/action"
    else:
        ending = ENDINGS.get(method, "action")
    types = "/".join(rest[0::2])
    scope = f"{head}/providers/{namespace}/{'/'.join(rest)}"
    return f"{namespace}/{types}/{ending}", scope


def check_rights(request: Request) -> None:
    """403 where the scenario denies the action."""
    world = request.world
    action, _scope = action_of(request.method, request.path)
    item = world.estate.item(request.names.get("item", ""))
    for denied in world.scenario["denied_actions"]:
        here = not denied["items"] or (item is not None and item.key in denied["items"])
        if here and fnmatch(action.lower(), denied["action"].lower()):
            raise forbidden(request)


def forbidden(request: Request) -> Exception:
    """The 403 of ARM, which names caller, action and scope."""
    tokens = request.world.tokens
    action, scope = action_of(request.method, request.path)
    return arm(
        403,
        "AuthorizationFailed",
        f"The client '{tokens.client}' with object id '{tokens.object_id}' does not have "
        f"authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If "
        "access was recently granted, please refresh your credentials.",
    )
