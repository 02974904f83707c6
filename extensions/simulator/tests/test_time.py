# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time is moved by the clock and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from asr_simulator.clock.clock import Clock, iso, parse, stopped
from asr_simulator.clock.events import Kernel
from asr_simulator.clock.line import Link

from .simulated import client_of, small


def test_reading_moves_nothing(client):
    headers = client.fail_back("app01")
    before = client.control("GET", "clock")["simulated_time"]
    for _time in range(50):
        client.jobs()
        client.item("app01")
        client.control("GET", "state")
        client.control("GET", "measurements")
    assert client.control("GET", "clock")["simulated_time"] == before
    assert client.job(headers)["properties"]["state"] == "NotStarted"


def test_speed_is_simulated_seconds_per_wall_second():
    wall = [1000.0]
    clock = Clock(60, lambda: wall[0])
    wall[0] += 2
    assert clock.now() == 1120
    clock.set_speed(10)
    wall[0] += 1
    assert clock.now() == 1130
    clock.advance(70)
    assert clock.now() == 1200
    assert clock.wall_at(1060) == 1001
    assert clock.wall_at(1150) == 1003
    assert clock.wall_at(1200) == 1003


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "2024-05-06T07:08:09Z"),
        (123456, "2024-05-06T07:08:09.1234562Z"),
        (123450, "2024-05-06T07:08:09.12345Z"),
        (500000, "2024-05-06T07:08:09.5Z"),
        (1, "2024-05-06T07:08:09.0000017Z"),
        (999999, "2024-05-06T07:08:09.9999993Z"),
    ],
)
def test_times_have_up_to_seven_digits_and_are_read_as_they_are_written(micros, text):
    moment = parse("2024-05-06T07:08:09Z") + micros / 1e6
    assert iso(moment) == text and parse(text) == pytest.approx(moment, abs=2e-6)
    assert iso(moment, 0) == "2024-05-06T07:08:09Z"


def test_times_at_which_jobs_began_bound_a_list_that_has_these_jobs():
    """Whatever their digits: a client takes the bounds from what it was shown."""
    for number in range(40):
        client = client_of(small())
        client.wait(number / 7)
        client.fail_back("vm1")
        client.wait(30)
        [job] = client.jobs()
        start = job["properties"]["startTime"]
        assert len(client.jobs(f"StartTime eq '{start}' and EndTime eq '{start}'")) == 1, start


def test_things_happen_at_their_own_moment_however_late_one_looks(client):
    headers = client.fail_back("app01", "ForSynchronization")
    client.wait(86400)
    job = client.job(headers)["properties"]
    took = parse(job["endTime"]) - parse(job["startTime"])
    assert 200 < took < 600


def send(kernel: Kernel, link: Link, megabytes: float, ends: list[float]):
    def steps():
        yield from link.send(megabytes)
        ends.append(kernel.time)

    return kernel.start(steps())


@pytest.mark.parametrize("capacity, first, second", [(10.0, 15.0, 20.0), (float("inf"), 5.0, 10.0)])
def test_transfers_share_the_line_of_their_host(capacity, first, second):
    clock = stopped(0.0)
    kernel = Kernel(clock)
    ends: list[float] = []
    link = Link(kernel, capacity, 15.0)
    send(kernel, link, 75, ends)
    send(kernel, link, 125 if capacity == 10.0 else 150, ends)
    clock.advance(100)
    kernel.settle()
    assert ends == pytest.approx([first, second])


def test_a_stopped_transfer_leaves_the_line_to_the_others():
    clock = stopped(0.0)
    kernel = Kernel(clock)
    ends: list[float] = []
    link = Link(kernel, 10.0, 10.0)
    send(kernel, link, 100, ends)
    other = send(kernel, link, 100, ends)
    clock.advance(10)
    kernel.settle()
    other.stop()
    clock.advance(100)
    kernel.settle()
    assert ends == pytest.approx([15.0])


def test_a_narrow_line_makes_failbacks_longer():
    def took(bandwidth: float | None) -> float:
        hosts = [{"name": "hv01", "bandwidth_mbps": bandwidth}]
        vms = [{"name": "vm2", "host": "hv01", "disks_gb": [10]}]
        client = client_of(small(sites=[{"name": "site1", "hosts": hosts}], vms=vms))
        ends = [client.fail_back(name, "ForSynchronization") for name in ("vm1", "vm2")]
        client.wait(86400)
        jobs = [client.job(headers)["properties"] for headers in ends]
        return max(parse(job["endTime"]) - parse(job["startTime"]) for job in jobs)

    assert took(100) > took(None) + 1000


def test_data_decides_how_long_a_synchronization_takes():
    def took(**vm: Any) -> float:
        client = client_of(small(vm=vm))
        headers = client.fail_back("vm1")
        for _time in range(2000):
            client.wait(10)
            if client.job(headers)["properties"]["state"] == "Suspended":
                return client.world.now
        raise AssertionError("never synchronized")

    plain = took(disks_gb=[10], changed_gb=1)
    assert took(disks_gb=[100], changed_gb=1) > plain
    assert took(disks_gb=[10], changed_gb=9) > plain


@pytest.mark.parametrize("speed, expected", [(1, "30"), (10, "3"), (120, "1"), (0, "30")])
def test_retry_after_is_in_seconds_of_the_client(speed, expected):
    client = client_of(small())
    client.world.clock.speed = speed
    assert client.fail_back("vm1")["Retry-After"] == expected
