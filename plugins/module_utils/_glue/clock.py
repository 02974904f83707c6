# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Wall-clock time for the engine, and the three ways a run is told to stop."""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import time

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import Interrupted

GLANCE = 0.5  # seconds between two looks at whether to stop
AGAIN = 2.0  # seconds until a run that was told to stop, and goes on, is told again
GRACE = 30  # seconds after wait_timeout that a call to the service may take to end by itself
LONGEST_TIMER = 10**8  # seconds; more is none to the operating system
JITTER = 0.1  # a tick is up to a tenth shorter than asked, so that runs side by side do not march in step


class WallClock:
    """Real time, until told to stop: SIGTERM and SIGINT raise Interrupted wherever the run is waiting, once.

    Nothing is lost by that: what the service has accepted goes on there, and the next run finds it. `sleep` also ends
    when nobody reads our answer any more.
    """

    def __init__(self) -> None:
        self.why, self.over, self.recall = "", False, ""
        self.began, self.end = self.now(), float("inf")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def stop(self, number: int, frame: object) -> None:
        """The signal handler: end the run, but do not disturb it while it says where everything stands.

        Until it says so, the run is told again and again: a library may have taken the first word for an error of its own.
        """
        late = number == signal.SIGALRM
        if self.over or (self.why and not late):
            return
        self.why = self.why or (
            f"{self.limited} is over and the service does not answer" if late else signal.Signals(number).name
        )
        signal.signal(signal.SIGALRM, self.stop)
        signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        raise interrupted(self.why)

    def limit(self, seconds: float, name: str = "wait_timeout") -> None:
        """End the run after so many seconds even where it hangs: in a call that is retried again and again."""
        self.limited, self.began = name, self.now()
        self.end = self.began + seconds
        signal.signal(signal.SIGALRM, self.stop)
        signal.setitimer(signal.ITIMER_REAL, min(seconds, LONGEST_TIMER))

    def elapsed(self) -> float:
        """The seconds since that limit was set, which is before the first request."""
        return self.now() - self.began

    def left(self) -> float:
        """The seconds until that end, less the time that the last call may take."""
        return max(0.0, self.end - self.now() - GRACE)

    def ends(self) -> str:
        """When that end is, as a time of day (UTC), with the day where it is another one."""
        end = time.time() + self.left()
        same = time.gmtime(end)[:3] == time.gmtime()[:3]
        return time.strftime("%H:%MZ" if same else "%Y-%m-%d %H:%MZ", time.gmtime(end))

    def disarm(self) -> None:
        """The run is over: its answer is on the way, and no signal may spoil it."""
        self.over = True
        signal.setitimer(signal.ITIMER_REAL, 0)

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass, less some jitter. Raises Interrupted within half a second of the reader's end, and ends early
        when the run is called back."""
        end = self.now() + seconds * (1 - random.uniform(0, JITTER))
        while (left := end - self.now()) > 0 and not self.recalled():
            if reader_is_gone():
                raise interrupted("the process that started it is gone")
            time.sleep(min(GLANCE, left))

    def recalled(self) -> bool:
        """Whether the file `recall` is there: whoever started the run wants it back. Without a path nobody can."""
        return self.recall != "" and os.path.exists(self.recall)


def interrupted(why: str) -> Interrupted:
    return Interrupted(
        f"The run was stopped ({why}). Nothing was cancelled: jobs of the service go on. Run the same playbook again to continue."
    )


def reader_is_gone() -> bool:
    """Whether the pipe that takes our answer is closed at its other end: then a killed playbook has left us behind."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _stream, event in poll.poll(0))
