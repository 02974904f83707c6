# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Why a TLS connection did not come about: OpenSSL's reason in words, and the hint that fits it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

BUNDLE = (
    "Name the file of your certificate authorities in the environment variable REQUESTS_CA_BUNDLE; "
    "verification cannot be switched off."
)
CLOCK = "Renew it, or set the clock of this machine right; verification cannot be switched off."
NAME = (
    "Use the name that is in the certificate, or have one made for this address; verification cannot be switched off."
)
STRICT = (
    "Python 3.13 and newer look at this strictly: have the certificate made anew as RFC 5280 asks, or run Ansible with an older "
    "Python; verification cannot be switched off."
)
VERIFICATION = {  # OpenSSL's X509_V_ERR codes: the reason in words, and what to do
    9: ("is not valid yet", CLOCK),
    10: ("has expired", CLOCK),
    18: ("is self-signed and not trusted", BUNDLE),
    19: ("comes from an authority that is not trusted", BUNDLE),
    20: ("is not trusted: its issuer is unknown here, or the server does not send the certificate in between", BUNDLE),
    21: ("is not trusted: the server does not send the certificates in between", BUNDLE),
    62: ("is for another host", NAME),
    64: ("is for another address", NAME),
    79: ("is not trusted: an authority in its chain breaks the rules", STRICT),
    89: ("is not trusted: the basic constraints of its authority are not marked critical", STRICT),
    **dict.fromkeys((*range(80, 89), *range(90, 96)), ("is not trusted: it breaks the rules for certificates", STRICT)),
}
OLD = (
    "it speaks only a version of TLS that is too old",
    "At least TLS 1.2 is needed there, or in the proxy in between.",
)
CLEAR = (
    "it does not speak TLS",
    "Check the address and its port, and HTTPS_PROXY: a proxy is written http://host:port.",
)
HANDSHAKE = {  # OpenSSL's names for what goes wrong before anything is sent
    "WRONG_VERSION_NUMBER": CLEAR,
    "HTTP_REQUEST": CLEAR,
    "HTTPS_PROXY_REQUEST": CLEAR,
    "UNKNOWN_PROTOCOL": CLEAR,
    "UNSUPPORTED_PROTOCOL": OLD,
    "NO_PROTOCOLS_AVAILABLE": OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": OLD,
    "DH_KEY_TOO_SMALL": ("its keys are too short", "Have the server set up with longer keys."),
    "EE_KEY_TOO_SMALL": (
        "the key of its certificate is too short",
        "Have the certificate made anew with a longer key.",
    ),
    "CA_KEY_TOO_SMALL": ("the key of its authority is too short", "Have the authority made anew with a longer key."),
    "CA_MD_TOO_WEAK": ("its certificate is signed in a way that is too weak", "Have it signed with SHA-256 or better."),
}


def why_no_tls(chain: Iterable[BaseException]) -> tuple[str, str]:
    """The reason that errors of `ssl` among these give, and the hint for it; both empty when TLS is not to blame."""
    for error in chain:
        code, reason = getattr(error, "verify_code", None), getattr(error, "reason", None)
        if code:
            words, hint = VERIFICATION.get(code, ("is not trusted", BUNDLE))
            return f"its certificate {words} ({getattr(error, 'verify_message', '') or code})", hint
        if isinstance(reason, str) and reason in HANDSHAKE:
            return HANDSHAKE[reason]
    return "", ""
