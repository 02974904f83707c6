# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program as a whole, over HTTPS, with clients that are not ours."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from asr_simulator.server import NotLoopback, check_host

from .simulated import ROOT, SCENARIOS

JS = Path(__file__).parent / "js"


class Running:
    """A simulator in a process of its own."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.ready_file = folder / "ready.json"
        command = [sys.executable, "-m", "asr_simulator", str(SCENARIOS / "minimal.yml")]
        options = ["--ready-file", str(self.ready_file), "--speed", "3000", *more]
        self.process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL)
        for _time in range(1000):
            if self.ready_file.exists() or self.process.poll() is not None:
                break
            time.sleep(0.01)
        self.token = ""  # whoever signs in keeps it here
        self.ready = json.loads(self.ready_file.read_text(encoding="utf-8"))
        self.tls = ssl.create_default_context(cafile=self.ready["ca_file"])

    def control(self, name: str, body: Any = None) -> Any:
        url = f"{self.ready['control_url']}/{name}"
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.ready['control_token']}"}
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), context=self.tls) as found:
            return json.load(found)

    def stop(self, with_signal: int = signal.SIGTERM) -> float:
        """Seconds until it has ended."""
        begun = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        self.process.wait(10)
        return time.monotonic() - begun


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    simulator = Running(tmp_path_factory.mktemp("simulator"))
    yield simulator
    simulator.stop()


@pytest.fixture
def running(shared, monkeypatch):
    """One simulator for all tests, put back to its start for each."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", shared.ready["ca_file"])
    shared.control("reset", {})
    return shared


def secret_credential(ready: dict[str, str], **more: str):
    identity = pytest.importorskip("azure.identity")
    given = {"tenant_id": ready["tenant"], "client_id": ready["client_id"], "client_secret": ready["secret"], **more}
    return identity.ClientSecretCredential(**given, authority=ready["metadata_url"], disable_instance_discovery=True)


def scope(ready: dict[str, str]) -> str:
    return f"{ready['metadata_url']}/.default"


def test_the_ready_file_has_everything_and_is_private(running):
    assert set(running.ready) >= {
        "metadata_url", "ca_file", "tenant", "client_id", "secret", "subscription_id", "resource_group",
        "vault_name", "control_url", "control_token", "pid",
    }  # fmt: skip
    assert running.ready_file.stat().st_mode & 0o777 == 0o600
    assert running.ready["pid"] == running.process.pid


def test_the_ready_file_has_the_same_as_options_of_ansible_and_as_environment_variables(running):
    ready, options = running.ready, running.ready["options"]
    assert options.pop("cloud_environment") == ready["metadata_url"]
    assert len(options) == 6 and all(value == ready[name] for name, value in options.items())
    values = {ready["metadata_url"], ready["ca_file"], *options.values()}
    assert set(ready["environment"].values()) == values and len(ready["environment"]) == 8


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quickly_and_takes_its_files_away(tmp_path, with_signal):
    running = Running(tmp_path)
    assert running.stop(with_signal) < 3
    assert running.process.returncode == 0
    assert not running.ready_file.exists()
    assert not Path(running.ready["ca_file"]).exists()


def refused(tmp_path: Path, *options: str) -> str:
    """What it says to options that it doesn't take."""
    command = [sys.executable, "-m", "asr_simulator", "--ready-file", str(tmp_path / "ready.json"), *options]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert found.returncode == 2
    assert not (tmp_path / "ready.json").exists()
    return found.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", ""])  # the refusal is the point
def test_only_loopback_is_listened_on(host):
    with pytest.raises(NotLoopback, match="loopback"):
        check_host(host)


def test_another_address_is_one_clear_message(tmp_path):
    assert "loopback" in refused(tmp_path, str(SCENARIOS / "minimal.yml"), "--host", "192.168.1.5")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_addresses_are_fine(host):
    assert check_host(host)


def test_a_bad_scenario_is_one_clear_message(tmp_path):
    (tmp_path / "bad.yml").write_text("speed: fast\nsites: []\n", encoding="utf-8")
    text = refused(tmp_path, str(tmp_path / "bad.yml"))
    assert "speed: 'fast' is not allowed; allowed: type number" in text
    assert "Traceback" not in text


def test_the_sdk_of_site_recovery_brings_a_vm_home(running, monkeypatch):
    asr = pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")
    compute = pytest.importorskip("azure.mgmt.compute")
    ready, credential = running.ready, secret_credential(running.ready)
    more = {"base_url": ready["metadata_url"], "credential_scopes": [scope(ready)]}
    client = asr.SiteRecoveryManagementClient(credential, ready["subscription_id"], **more)
    vms = compute.ComputeManagementClient(credential, ready["subscription_id"], **more).virtual_machines
    vault = (ready["resource_group"], ready["vault_name"])
    found = next(iter(client.replication_protected_items.list(*vault)))
    assert found.properties.provider_specific_details.instance_type == "HyperVReplicaAzure"
    assert [vm.name for vm in vms.list("rg-failover")] == ["app01", "db01", "web01"]
    verbs, parts = client.replication_protected_items, found.id.split("/")
    item = (*vault, parts[10], parts[12], parts[14])
    details = {"instanceType": "HyperVReplicaAzureFailback", "dataSyncOption": "ForSynchronization"}
    body = {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}
    quick = {"polling_interval": 0.05}
    done = verbs.begin_planned_failover(*item, {"properties": body}, **quick).result()
    assert done.properties.protection_state == "FinalizeRestorePending"
    done = verbs.begin_failover_commit(*item, **quick).result()
    assert done.properties.protection_state == "RestoreFinalized"
    assert [vm.name for vm in vms.list("rg-failover")] == ["db01", "web01"]
    details = {"instanceType": "HyperVReplicaAzure"}
    body = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": details}
    done = verbs.begin_reprotect(*item, {"properties": body}, **quick).result()
    assert done.properties.protection_state in ("InitialReplicationInProgress", "Protected")
    assert len(list(client.replication_jobs.list(*vault))) >= 4
    assert client.replication_recovery_plans.get(*vault, "plan1").properties.groups[2].group_type == "Boot"


def test_azure_core_alone_is_enough(running):
    core = pytest.importorskip("azure.core")
    from azure.core.pipeline.policies import BearerTokenCredentialPolicy
    from azure.core.rest import HttpRequest

    ready = running.ready
    policy = BearerTokenCredentialPolicy(secret_credential(ready), scope(ready))
    client = core.PipelineClient(ready["metadata_url"], policies=[policy])
    vault = (
        f"/subscriptions/{ready['subscription_id']}/resourceGroups/{ready['resource_group']}"
        f"/providers/Microsoft.RecoveryServices/vaults/{ready['vault_name']}"
    )
    found = client.send_request(
        HttpRequest("GET", f"{ready['metadata_url']}{vault}/replicationJobs?api-version=2018-07-10")
    )
    assert found.status_code == 200 and {job["properties"]["state"] for job in found.json()["value"]} == {"Succeeded"}


@pytest.mark.parametrize(
    "code, more", [("AADSTS7000215", {"client_secret": "wrong"}), ("AADSTS700016", {"client_id": "x"})]
)
def test_msal_reads_our_refusals(running, code, more):
    exceptions = pytest.importorskip("azure.core.exceptions")
    with pytest.raises(exceptions.ClientAuthenticationError, match=code):
        secret_credential(running.ready, **more).get_token(scope(running.ready))


def test_an_assertion_and_a_managed_identity_log_on(running, monkeypatch):
    identity = pytest.importorskip("azure.identity")
    ready = running.ready
    monkeypatch.setenv("IDENTITY_ENDPOINT", ready["identity_endpoint"])
    monkeypatch.setenv("IDENTITY_HEADER", ready["identity_header"])
    assertion = identity.ClientAssertionCredential(
        ready["tenant"], ready["client_id"], lambda: "a.b.c", authority=ready["metadata_url"],
        disable_instance_discovery=True,
    )  # fmt: skip
    for credential in (assertion, identity.ManagedIdentityCredential()):
        assert credential.get_token(scope(ready)).token


def test_a_dropped_connection_is_really_dropped(running):
    running.control("faults", {"kind": "reset", "match": {"path": "^/metadata"}})
    url = f"{running.ready['metadata_url']}/metadata/endpoints?api-version=2022-09-01"
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        urllib.request.urlopen(url, context=running.tls)
    with urllib.request.urlopen(url, context=running.tls) as found:
        assert found.status == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer x"}, {"Host": "evil.example"}, {"Origin": "https://evil"}]
)
def test_nobody_else_on_the_machine_and_no_page_controls_it(running, headers):
    good = {"Authorization": f"Bearer {running.ready['control_token']}"} if headers.keys() & {"Host", "Origin"} else {}
    request = urllib.request.Request(
        f"{running.ready['control_url']}/reset", b"{}", {**good, "Content-Type": "text/plain", **headers}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, context=running.tls)
    assert refused.value.code == 403


def test_it_ends_by_itself_when_nobody_asks(tmp_path):
    simulator = Running(tmp_path, "--idle-exit", "0.2")
    assert simulator.process.wait(10) == 0
    assert not simulator.ready_file.exists()


def test_a_negative_speed_is_refused(tmp_path):
    assert "at least 0" in refused(tmp_path, str(SCENARIOS / "minimal.yml"), "--speed=-1")


def test_the_clock_runs_by_itself(running):
    before = running.control("clock")["simulated_time"]
    time.sleep(0.01)
    assert running.control("clock")["simulated_time"] > before


@pytest.mark.skipif(
    not (shutil.which("node") and (JS / "node_modules").is_dir()), reason="node or tests/js/node_modules is missing"
)
def test_the_javascript_sdk_brings_a_vm_home(running):
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": running.ready["ca_file"]}
    command = ["node", "failback.mjs", str(running.ready_file)]
    done = subprocess.run(command, cwd=JS, env=environment, capture_output=True, text=True, timeout=40, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["items"] == ["app01", "db01", "web01"]
    assert found["states"][:3] == ["PlannedFailoverStatesBegin", "FinalizeRestorePending", "RestoreFinalized"]
    assert {"PlannedFailover", "FinalizeFailback", "ReprotectReplicationGroup"} <= set(found["jobs"])
    assert found["plans"] == ["plan1"]
