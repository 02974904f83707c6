# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The Ansible glue of the modules that move items: options, and the way from them to the engine and back to an answer."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from ansible_collections.asr.hyperv.plugins.module_utils._engine.engine import Engine, Settings
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import Wait
from ansible_collections.asr.hyperv.plugins.module_utils._engine.patience import patiently
from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish, plan_tracks
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._engine.strangers import other_failbacks
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import still_left, warn_of_leftovers
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule, unforeseen
from ansible_collections.asr.hyperv.plugins.module_utils._glue.heartbeat import SILENCE
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import DUE, TARGET_OPTIONS, TARGET_RULES
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Params, Result, Spec
from ansible_collections.asr.hyperv.plugins.module_utils._glue.wishing import wish_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step, Way
from ansible_collections.asr.hyperv.plugins.module_utils._run.orchestration import (
    AUTO,
    ITEMWISE,
    NATIVE,
    Orchestration,
    choose_orchestration,
)
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import NO_LIMIT, limit
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import answer, problems
from ansible_collections.asr.hyperv.plugins.module_utils._run.to_azure import in_a_real_network
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.waiting import waiting
from ansible_collections.asr.hyperv.plugins.module_utils._run.well import tell_health
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError, BadInput, Interrupted
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._wish.skipped import skipped_actions

WAIT_OPTIONS: Spec = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 86400},
    "poll_interval": {"type": "float", "default": 10.0},
    "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
    "max_failures": {"type": "int", "default": NO_LIMIT},
    "max_concurrent": {"type": "int", "default": NO_LIMIT},
    "optional_items": {"type": "list", "elements": "str", "default": []},
    "estimates": {"type": "dict", "default": {}},
    "heartbeat": {"type": "int", "default": SILENCE},
}
PLAN_OPTIONS: Spec = {
    "orchestration": {"type": "str", "choices": [AUTO, NATIVE, ITEMWISE], "default": AUTO},
    "manual_actions": {"type": "str", "choices": ["wait", "stop"], "default": "wait"},
}
ONE_BY_ONE = (
    "alternate_host",
    "item_options",
    "optional_items",
    "max_concurrent",
)  # a plan's own operation has no such thing
SHARE_OPTION: Spec = {"share": {"type": "float", "default": 100}}
BOUND_OPTION: Spec = {"cut_over_within": {"type": "int", "default": NO_LIMIT}}
POINT_OPTIONS: Spec = {"recovery_point": {"type": "str", "default": "latest"}}


class MovingModule(AsrModule):
    """A module that brings items to a goal: the whole of what the moving modules do."""

    looks_for_others = False  # whether it names failbacks that wait and are of no item of its run

    def __init__(
        self,
        options: Spec | None = None,
        required_if: Sequence[tuple[object, ...]] = (),
        exclusive: Sequence[tuple[str, ...]] = (),
    ) -> None:
        rules = {
            **TARGET_RULES,
            "required_if": required_if,
            "mutually_exclusive": [*TARGET_RULES["mutually_exclusive"], *exclusive],
        }
        super().__init__({**(options or {}), **TARGET_OPTIONS, **WAIT_OPTIONS}, **rules)

    def refuse_options(self, options: Sequence[str], why: str) -> None:
        """Fail when one of these options was given a value that is not its default."""
        for option in options:
            if self.params[option] != self.argument_spec[option].get("default"):
                value = self.params[option]
                self.fail_json(
                    msg=f"{option}: '{value}' has no meaning when {why}. Leave the option out.", option=option
                )

    def move(self, goal: Goal, *permitted: Step, way: Way = Way.HOME, errand: Step | None = None) -> None:
        """Bring the items to the goal by these steps, or by any when none is named, do the errand there, and answer."""
        wish = replace(wish_of(self.params, goal, frozenset(permitted or Step)), way=way, errand=errand)
        self.run(lambda _module, vault: move_items(self, vault, wish))


def move_items(module: MovingModule, vault: Vault, wish: Wish) -> Result:
    """Bring the items that were asked for to the goal. In check mode nothing is sent.

    Fails with the same answer as on success when an item is not where it was asked to be.
    """
    check_options(module.params)
    plan = module.params["recovery_plan"] or ""
    clock, wait = module.clock, Wait(module.clock.sleep)
    tracks = patiently(
        lambda: plan_tracks(
            vault, select(vault, module.params["protected_items"], plan, module.params["groups"]), wish, wait
        ),
        lambda: clock.sleep(module.params["poll_interval"]),
        lambda error: hold_on(module, error),
    )
    warn_of_leftovers(module, vault, tracks, wish)
    if words := in_a_real_network(tracks):
        module.warn(words)
    found = cache(lambda: vault.plans.get(plan) if plan else None)
    orchestration = orchestration_of(module.params, found, tracks)
    if not (orchestration and orchestration.native):
        warn_of_actions(module, found, tracks, wish.way)
    told = {"orchestration": orchestration.told} if orchestration else {}
    told |= still_left(vault, module.params)
    if module.check_mode:
        tell_health(tracks)
        return {**answer(tracks, planned=True), **told, **others(module, vault, tracks, plan)}
    engine = Engine(vault, tracks, clock, settings_of(module, plan, orchestration), module.say)
    engine.watcher.new_jobs.follows(wait.new)
    drive(module, engine, tracks)
    result: Result = {**answer(tracks, planned=False), **told}
    result |= {} if engine.coming_back.done else others(module, vault, tracks, plan)
    if any(track.problem and not track.optional for track in tracks):
        module.fail_json(msg=" ".join(problems(tracks)), **result)
    return result


def settings_of(module: AsrModule, plan: str, orchestration: Orchestration | None) -> Settings:
    """What the options say of the run, from now on."""
    options, elapsed = module.params, module.clock.elapsed()
    return Settings(
        wait=options["wait"],
        timeout=min(options["wait_timeout"], elapsed + module.clock.left()),
        interval=options["poll_interval"],
        plan=plan,
        max_failures=0 if options["on_error"] == "stop" else limit(options["max_failures"]),
        max_concurrent=limit(options["max_concurrent"]),
        native=orchestration is not None and orchestration.native,
        stop_at_manual_action=options.get("manual_actions") == "stop",
        share=options.get("share") or 100,
        cut_over_within=limit(options.get("cut_over_within", NO_LIMIT)),
        elapsed=elapsed,
        until_due=options.get("until") == DUE,
    )


def others(module: MovingModule, vault: Vault, tracks: Sequence[Track], plan: str) -> Result:
    """Failbacks that wait and are nobody's of this run, for modules that look for them."""
    return {"other_failbacks": other_failbacks(vault, tracks, plan)} if module.looks_for_others else {}


def hold_on(module: AsrModule, error: AsrError) -> bool:
    """Wait as long as a busy service asks for, and say so; False when the time is up."""
    seconds = max(error.retry_after or 0.0, module.params["poll_interval"])
    if seconds >= module.clock.left():
        return False
    module.say(f"nothing was started yet, looking again in {seconds:.0f} s: {error}")
    module.clock.sleep(seconds)
    return True


def warn_of_actions(
    module: AsrModule, plan: Callable[[], RecoveryPlan | None], tracks: Sequence[Track], way: Way
) -> None:
    """The members of a plan go one by one, so that nobody runs its actions: say so when there are any."""
    whole = plan() if any(track.path and not track.there for track in tracks) else None
    if whole and (skipped := skipped_actions(whole, way)):
        module.warn(
            f"The members of '{whole.name}' go one by one, so these actions of the plan are not run, and nobody is asked for "
            f"the manual ones: {', '.join(skipped)}. See to them yourself."
        )


def orchestration_of(
    options: Params, plan: Callable[[], RecoveryPlan | None], tracks: Sequence[Track]
) -> Orchestration | None:
    """How a recovery plan goes; None for modules that do not offer the choice. Reads the plan where that matters."""
    asked = options.get("orchestration")
    if asked is None:
        return None
    return choose_orchestration(
        asked,
        plan(),
        tracks,
        [option for option in ONE_BY_ONE if options.get(option, NO_LIMIT) not in (None, "", [], NO_LIMIT)],
    )


def drive(module: AsrModule, engine: Engine, tracks: Sequence[Track]) -> None:
    """Run the engine. However the run ends, it says where every item stands and whether anything was sent."""
    module.clock.recall = module.params.get("recall") or ""
    module.heartbeat.words = lambda: waiting(tracks, module.clock.ends(), module.params.get("estimates"))
    try:
        engine.run()
    except Exception as error:
        module.clock.disarm()
        ours = isinstance(error, AsrError)
        told: Result = (
            {"interrupted": True} if isinstance(error, Interrupted) else {"exception": traceback.format_exc()}
        )
        module.fail_json(
            msg=str(error) if ours else unforeseen(error),
            **told,
            **answer(tracks, planned=False),
        )


def check_options(params: Params) -> None:
    """What an argument spec cannot say. Raises BadInput."""
    for option in ("protected_items", "groups"):
        if params[option] is not None and not any(params[option]):
            raise BadInput(f"{option}: the list is empty. Name at least one protected item, or give recovery_plan.")
    for option, least in (("wait_timeout", 1), ("poll_interval", 0.1), ("heartbeat", 1)):
        if params[option] < least:
            raise BadInput(f"{option}: {params[option]} is too small. Allowed: {least} or more.", option=option)
    check_limits(params)
    if not 0 < params.get("share", 100) <= 100:
        raise BadInput(f"share: {params['share']} is no percentage. Allowed: more than 0, up to 100.", option="share")


def check_limits(params: Params) -> None:
    """What may have no limit at all. Raises BadInput."""
    for option, least in (("max_failures", 0), ("max_concurrent", 1), ("cut_over_within", 1)):
        given = params.get(option, NO_LIMIT)
        if given != NO_LIMIT and given < least:
            told = f"{option}: {given} is too small. Allowed: {least} or more, or {NO_LIMIT} for no limit."
            raise BadInput(told, option=option)
    if params["on_error"] == "stop" and params["max_failures"] > 0:
        raise BadInput(
            "max_failures: on_error is 'stop', which allows none. Leave one of them out.", option="max_failures"
        )
