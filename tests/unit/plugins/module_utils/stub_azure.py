# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scripted Azure on loopback, over real TLS: it answers what the tests say, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme
from azure.core.credentials import AccessToken, TokenCredential

from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import vault_of
from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import Cloud
from ansible_collections.asr.hyperv.plugins.module_utils._azure.credentials import SignIn
from ansible_collections.asr.hyperv.plugins.module_utils._azure.vault import Vault

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/vault1"

CONTAINER = "replicationFabrics/site1/replicationProtectionContainers/cloud1"
ITEM = f"{CONTAINER}/replicationProtectedItems/vm1"
PLAN = "replicationRecoveryPlans/plan1"
JOB = "replicationJobs/job1"
DISKS = [{"vhdId": "data-disk", "vhdType": "Data"}, {"vhdId": "os-disk", "vhdType": "OperatingSystem"}]
BODY: dict[str, Any] = {  # as the service writes it: id with a capital S
    "id": f"/S{VAULT[2:]}/{ITEM}",
    "name": "vm1",
    "properties": {
        "friendlyName": "VM One",
        "protectableItemId": f"{VAULT}/{CONTAINER}/replicationProtectableItems/vm1",
        "providerSpecificDetails": {
            "instanceType": "HyperVReplicaAzure",
            "recoveryAzureStorageAccount": "/storage/one",
            "azureVMDiskDetails": DISKS,
            "aKeyNobodyKnows": [1],
        },
    },
}


@dataclass
class Answer:
    """One answer. `broken` is how the connection ends instead: "reset" and "hang up" before the answer, "cut" in it."""

    status: int = 200
    body: object = None
    headers: dict[str, Any] = field(default_factory=dict)
    broken: str = ""

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


FORBIDDEN = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "does not have authorization to perform"}})


@dataclass
class Asked:
    """One request as it arrived. `path` is relative to the vault where it is in the vault."""

    method: str
    path: str
    query: dict[str, Any]
    headers: dict[str, Any]
    body: object


class QuietServer(ThreadingHTTPServer):
    """Threads for connections, and no word about those that break off."""

    def handle_error(self, *_arguments: object) -> None:
        """Keep quiet."""


class StubAzure:
    """Answers from a script; the last answer for a path stays. An unscripted request is answered 501.

    `connections` counts every connection, also one that sends no request.
    """

    def __init__(self, folder, authority: trustme.CA | None = None) -> None:
        self.authority = authority = authority or trustme.CA()
        self.connections, self.folder = 0, folder
        self.ca_file = str(folder / "ca.pem")
        authority.cert_pem.write_to_path(self.ca_file)
        self.script: dict[tuple[str, str], list[Answer]] = {}
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.server = QuietServer(("127.0.0.1", 0), handler_for(self))
        self.server.verify_request = self.count  # type: ignore[assignment]  # of which it looks at nothing
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def url(self) -> str:
        return f"https://{self.host}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def count(self, *_connection: object) -> bool:
        self.connections += 1
        return True

    def answers(self, method: str, path: str, *answers: Answer) -> None:
        """Say what a path answers. A path without a leading slash is one in the vault."""
        self.script[method, path if path.startswith("/") else f"{VAULT}/{path}"] = list(answers)

    def next_answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            waiting = self.script.get((asked.method, asked.path))
            asked.path = asked.path.removeprefix(f"{VAULT}/")
            if not waiting:
                return Answer(501, {"error": {"code": "NotScripted", "message": f"{asked.method} {asked.path}"}})
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def to(self, method: str) -> list[Asked]:
        """The requests of one method, in order."""
        return [asked for asked in self.asked if asked.method == method]

    def describes_itself(self) -> None:
        """Answer like a cloud of its own: metadata, OpenID configuration and a token."""
        cloud = {
            "name": "StubCloud",
            "resourceManager": self.url,
            "authentication": {"loginEndpoint": self.url, "audiences": [self.url]},
        }
        openid = {
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/{TENANT}/oauth2/v2.0/token",
            "issuer": f"{self.url}/{TENANT}/v2.0",
        }
        token = {"token_type": "Bearer", "expires_in": 3600, "access_token": "the-token"}
        self.answers("GET", "/metadata/endpoints", Answer(body=cloud))
        self.answers("GET", f"/{TENANT}/v2.0/.well-known/openid-configuration", Answer(body=openid))
        self.answers("POST", f"/{TENANT}/oauth2/v2.0/token", Answer(body=token))


def handler_for(stub: StubAzure) -> type:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            parts = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            json_sent = content and "json" in self.headers.get("Content-Type", "")
            body = json.loads(content) if json_sent else content.decode() or None
            asked = Asked(self.command, parts.path, parse_qs(parts.query), dict(self.headers), body)
            self.send(stub.next_answer(asked))

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do  # noqa: N815

        def send(self, answer: Answer) -> None:
            if answer.broken == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if answer.broken in ("reset", "hang up"):
                self.close_connection = True
                self.connection.close()
                return
            self.send_response_only(answer.status)
            usual = {"Content-Type": "application/json", "Date": formatdate(usegmt=True)}
            for name, value in (usual | answer.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content) + (100 if answer.broken == "cut" else 0)))
            self.end_headers()
            self.wfile.write(answer.content)
            self.close_connection = self.close_connection or answer.broken == "cut"

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

    return Handler


class FixedToken:
    """A credential that always has a token, or always an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        if self.error:
            raise self.error
        return AccessToken("the-token", int(time.time()) + 3600)


def vault_at(url: str, retries: int = 3, credential: TokenCredential | None = None) -> Vault:
    """A vault behind `url`, with our pipeline and a credential that needs no sign-in."""
    cloud = Cloud("stub", url, url, f"{url}/.default", well_known=False)
    caller = SignIn(credential or FixedToken(), cloud, SUBSCRIPTION, "a test")
    return vault_of(caller, "rg", "vault1", retries)
