# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""WS-Management messages: requests are read, answers and faults written. Only what a remote shell needs (MS-WSMV)."""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
FAULT_TYPE = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
ANONYMOUS = f"{ADDRESSING}/role/anonymous"
COMMAND_SHELL = f"{SHELL}/cmd"
POWERSHELL = "http://schemas.microsoft.com/powershell/"  # and the name of a configuration
OPEN = (
    f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:x="{TRANSFER}" '
    f'xmlns:w="{WSMAN}" xmlns:rsp="{SHELL}">'
)
DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")


class Fault(Exception):
    """Goes to the client as a SOAP fault with HTTP status 500."""

    def __init__(self, code: int, subcode: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.subcode, self.reason = code, subcode, reason


def no_such_shell() -> Fault:
    """The shell or command is not there any more."""
    reason = "The WS-Management service cannot process the request because the request contained invalid selectors."
    return Fault(2150858843, "w:InvalidSelectors", reason)


def not_supported(action: str) -> Fault:
    """The verb is not one of a shell."""
    return Fault(2150858751, "a:ActionNotSupported", f"The action {action} is not supported by the service.")


def no_such_resource(uri: str) -> Fault:
    """The client wants another kind of shell, or something else."""
    return Fault(2150858752, "a:DestinationUnreachable", f"The service cannot find the resource {uri}.")


def timed_out() -> Fault:
    """There is nothing to receive yet; a client asks again."""
    return Fault(2150858793, "w:TimedOut", "The operation timed out: the command works, or waits for input.")


def bad_message(why: str) -> Fault:
    """The message cannot be read."""
    return Fault(2150858750, "w:SchemaValidationError", why)


@dataclass
class Message:
    """A request."""

    action: str
    id: str
    resource: str
    to: str
    selectors: dict[str, str]
    options: dict[str, str]
    timeout: float
    largest_answer: int
    body: ElementTree.Element | None

    @property
    def verb(self) -> str:
        return self.action.rpartition("/")[2].lower()

    def part(self, name: str) -> ElementTree.Element | None:
        """A direct child of the body's content, in the namespace of shells."""
        return None if self.body is None else self.body.find(f"{{{SHELL}}}{name}")

    def parts(self, name: str) -> list[ElementTree.Element]:
        return [] if self.body is None else self.body.findall(f"{{{SHELL}}}{name}")


def seconds(text: str) -> float:
    """A duration such as PT60.000S."""
    match = DURATION.fullmatch(text)
    if not match:
        raise bad_message(f"The XML contains an invalid timeout: {text}.")
    hours, minutes, rest = (float(value or 0) for value in match.groups())
    return hours * 3600 + minutes * 60 + rest


def read(data: bytes) -> Message:
    """Take a request apart."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise bad_message("The SOAP XML in the message does not match the XML schema definition.") from error
    head, body = root.find(f"{{{SOAP}}}Header"), root.find(f"{{{SOAP}}}Body")
    if head is None or body is None:
        raise bad_message("The message lacks its header or body.")

    def text(space: str, name: str) -> str:
        return (head.findtext(f"{{{space}}}{name}") or "").strip()

    return Message(
        action=text(ADDRESSING, "Action"),
        id=text(ADDRESSING, "MessageID"),
        resource=text(WSMAN, "ResourceURI"),
        to=text(ADDRESSING, "To"),
        selectors={one.get("Name", ""): one.text or "" for one in head.iter(f"{{{WSMAN}}}Selector")},
        options={one.get("Name", ""): one.text or "" for one in head.iter(f"{{{WSMAN}}}Option")},
        timeout=seconds(text(WSMAN, "OperationTimeout") or "PT60S"),
        largest_answer=int(text(WSMAN, "MaxEnvelopeSize") or 153600),
        body=body[0] if len(body) else None,
    )


def write(action: str, relates_to: str, body: str) -> bytes:
    """An envelope of ours."""
    head = (
        f"<a:Action>{escape(action)}</a:Action><a:MessageID>uuid:{new_id()}</a:MessageID>"
        f"<a:To>{ANONYMOUS}</a:To><a:RelatesTo>{escape(relates_to)}</a:RelatesTo>"
    )
    return f"{OPEN}<s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def answer(message: Message, body: str) -> bytes:
    """The answer to a request."""
    return write(f"{message.action}Response", message.id, body)


def new_id() -> str:
    """A guid in capitals, as Windows writes them."""
    return str(uuid.uuid4()).upper()


def fault(relates_to: str, error: Fault, machine: str) -> bytes:
    """The client finds the code in WSManFault."""
    reason = escape(error.reason)
    detail = (
        f'<f:WSManFault xmlns:f="{FAULT_TYPE}" Code="{error.code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{reason}</f:Message></f:WSManFault>"
    )
    body = (
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{error.subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{reason}</s:Text></s:Reason><s:Detail>{detail}</s:Detail></s:Fault>'
    )
    return write("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", relates_to, body)


def created(message: Message, shell: str, owner: str) -> bytes:
    """The answer to Create: where the shell is, and what it is."""
    body = (
        f"<x:ResourceCreated><a:Address>{escape(message.to)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{escape(message.resource)}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>'
        f"<rsp:Shell><rsp:ShellId>{shell}</rsp:ShellId><rsp:ResourceUri>{escape(message.resource)}</rsp:ResourceUri>"
        f"<rsp:Owner>{escape(owner)}</rsp:Owner><rsp:InputStreams>stdin</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
    )
    return answer(message, body)


def received(message: Message, command: str, chunks: list[tuple[str, bytes]], exit_code: int | None) -> bytes:
    """A part of the output; with an exit code the last part."""
    body = [
        f'<rsp:Stream Name="{name}" CommandId="{command}">{base64.b64encode(data).decode()}</rsp:Stream>'
        for name, data in chunks
    ]
    if exit_code is None:
        body.append(f'<rsp:CommandState CommandId="{command}" State="{SHELL}/CommandState/Running"/>')
    else:
        body += [f'<rsp:Stream Name="{name}" CommandId="{command}" End="true"/>' for name in ("stdout", "stderr")]
        body.append(
            f'<rsp:CommandState CommandId="{command}" State="{SHELL}/CommandState/Done">'
            f"<rsp:ExitCode>{exit_code}</rsp:ExitCode></rsp:CommandState>"
        )
    return answer(message, f"<rsp:ReceiveResponse>{''.join(body)}</rsp:ReceiveResponse>")


def identified() -> bytes:
    """The answer to Identify, which needs no password."""
    body = (
        f'<i:IdentifyResponse xmlns:i="{IDENTITY}"><i:ProtocolVersion>{WSMAN}</i:ProtocolVersion>'
        "<i:ProductVendor>Microsoft Corporation</i:ProductVendor>"
        "<i:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0 (simulated)</i:ProductVersion></i:IdentifyResponse>"
    )
    return f"{OPEN}<s:Header/><s:Body>{body}</s:Body></s:Envelope>".encode()
