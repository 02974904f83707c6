# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What all Azure-side modules are: the connection, an end, the live progress file, and the one place where errors end."""

from __future__ import annotations

import atexit
import gc
import traceback
from collections.abc import Callable
from functools import cached_property
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.clock import GRACE, WallClock
from ansible_collections.asr.hyperv.plugins.module_utils._glue.heartbeat import SILENCE, Heartbeat, at_work
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import VAULT_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.progress import Progress
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result, Spec
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError, BadInput, MissingLibrary

OBJECTS = 10_000  # new ones after which garbage is looked for: a list of items alone is more, and none of it is garbage
READING_SECONDS = 1800  # how long a module without wait_timeout may take in all
UNFORESEEN = (
    "The run broke off on an error of this collection ({}: {}). Nothing was cancelled: jobs of the service go on. "
    "Run the same playbook again to continue, and report this with its traceback."
)


class AsrModule(AnsibleModule):
    """A module that talks to one vault. `run` calls the module's own function and turns its errors into failures."""

    def __init__(self, options: Spec, **rules: object) -> None:
        atexit.register(gc.freeze)  # else all is searched for garbage at the end: a fifth of what a short call costs
        super().__init__(argument_spec={**VAULT_OPTIONS, **options}, supports_check_mode=True, **rules)

    def run(self, action: Callable[[AsrModule, Vault], Result]) -> None:
        """Connect, do the work, answer. From the first request on there is an end, whatever the service does.

        Only errors of our own tree are caught, as a programming error should look like one; but once something was sent, the
        answer is that something has changed.
        """
        self.clock = WallClock()
        vault: Vault | None = None
        silence = self.params.get("heartbeat", SILENCE)
        self.heartbeat = Heartbeat(self.say, lambda: at_work(vault.begun if vault else (), self.clock.ends()), silence)
        self.heartbeat.start()
        gc.disable()  # what the libraries bring stays: a tenth of loading them was the search for garbage in it
        try:
            from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import connect

            self.set_limit()
            vault = connect(self.params)
            gc.freeze()
            gc.set_threshold(OBJECTS)
            gc.enable()
            result = action(self, vault)
        except MissingLibrary as error:
            self.fail(missing_required_lib(error.library), vault, exception=traceback.format_exc())
        except AsrError as error:
            refused = {"refused": True} if isinstance(error, BadInput) else {}  # it would be refused again
            self.fail(str(error), vault, **refused, **error.details)
        except Exception as error:
            if not vault or not vault.begun:
                raise
            self.fail(unforeseen(error), vault, exception=traceback.format_exc())
        self.clock.disarm()
        self.heartbeat.stop()
        self.exit_json(**result)

    def set_limit(self) -> None:
        """The end of the run: option time_limit, else wait_timeout and some grace, else READING_SECONDS."""
        own, waits = self.params["time_limit"], self.params.get("wait_timeout")
        if own is not None and own < 1:
            raise BadInput(f"time_limit: {own} is too small. Allowed: 1 or more (seconds).", option="time_limit")
        name, most = ("wait_timeout", waits + GRACE) if waits else ("the time limit of the module", READING_SECONDS)
        self.clock.limit(*((own, "time_limit") if own else (max(most, 1), name)))

    def fail(self, message: str, vault: Vault | None, **details: Any) -> None:
        """The one place where errors end, but for those that tell of items."""
        self.clock.disarm()
        self.heartbeat.stop()
        if vault and vault.begun:
            details["changed"] = True
            message += f" Sent before that: {', '.join(vault.begun)}."
        self.fail_json(msg=message, **details)

    def exit_json(self, **answer: Any) -> NoReturn:
        """End well, without any secret in the answer."""
        super().exit_json(**self.without_secrets(answer))

    def fail_json(self, msg: str, **details: Any) -> NoReturn:
        """End in a failure, without any secret in the answer."""
        super().fail_json(**self.without_secrets({"msg": msg, **details}))

    def without_secrets(self, answer: Result) -> Result:
        """The answer without the secrets that we met, wherever they came from.

        Up to ansible-core 2.21 Ansible takes them out of what a module answers. Since 2.22 it hides them from the screen alone:
        they would get into reports, and into what playbooks register.
        """
        from ansible_collections.asr.hyperv.plugins.module_utils._azure.secrets import KNOWN, hidden

        self.no_log_values.update(KNOWN)
        return hidden(answer)

    @cached_property
    def progress(self) -> Progress:
        return Progress(self.tmpdir)

    def say(self, line: str) -> None:
        """One line of progress for whoever watches."""
        self.heartbeat.heard()
        self.progress.write(line)


def unforeseen(error: Exception) -> str:
    """The sentence for an error that is none of ours: of the collection, or of a library."""
    return UNFORESEEN.format(type(error).__name__, error)
