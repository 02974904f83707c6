#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vault_key_file
short_description: Have a vault key file with which a host registers in a Hyper-V site
version_added: 0.1.0
description:
  - Has a vault key file (C(.VaultCredentials)) of a Hyper-V site, as the portal offers it for download. The provider of a host
    registers with it, see M(asr.hyperv.provider_registration).
  - One request makes it. The service makes a certificate that is good for five days and sends it once, with its private key;
    nobody can read it again. The file is readable by its owner alone, and no output shows the key.
  - A file that is there, is of this vault and site, and is good for long enough stays as it is. Any other key file is written
    anew. What is no key file is never written over.
notes:
  - The request is the portal's, as scripts of Microsoft and Terraform send it. Azure's public description of the API knows the
    path and the answer, and another way to use it.
  - Files that were made before stay good until their certificates end. There is no way to take one back, so delete it when it
    was used.
  - It takes the right C(Microsoft.RecoveryServices/vaults/certificates/write), which the role definition
    C(docs/rights/hosts.json) has.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.vault
attributes:
  check_mode:
    support: full
    details:
      - Looks for vault, site and file, and makes none.
  diff_mode:
    support: full
    details:
      - Tells vault, site and end, and nothing that is secret.
  idempotent:
    support: partial
    details:
      - A file stays as it is while it is good for O(good_for) hours more, so for less than five days. After that it is
        made anew.
options:
  dest:
    description: Where the file is to be, on the machine that the module runs on. Its folder has to be there.
    type: path
    required: true
  site:
    description:
      - The Hyper-V site, by the name that the portal shows or by its name in ARM.
      - Not needed where the vault has one Hyper-V site only.
    type: str
  good_for:
    description: For how many hours at least a file that is there has to be good, 0 to 119. One that ends sooner is made anew.
    type: int
    default: 24
seealso:
  - module: asr.hyperv.provider_registration
  - module: asr.hyperv.provider_info
"""

EXAMPLES = r"""
- name: A key file for a new host of the site
  asr.hyperv.vault_key_file:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    site: site1
    dest: ~/site1.VaultCredentials
"""

RETURN = r"""
key_file:
  description: The file as it is then. Nothing of it is secret.
  returned: success
  type: dict
  contains:
    path:
      description: Where it is.
      type: str
      returned: always
    vault_name:
      description: The vault that it lets a host into.
      type: str
      returned: always
    site:
      description: The Hyper-V site of that vault.
      type: str
      returned: always
    valid_until:
      description: When its certificate ends, in UTC; null in check mode for one that would be made.
      type: str
      returned: always
  sample:
    path: /srv/site1.VaultCredentials
    vault_name: vault1
    site: site1
    valid_until: "2026-02-05T22:00:00Z"
"""

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result, Spec
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.key_files import LONGEST, KeyFile, read_key_file
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Fabric

OPTIONS: Spec = {
    "dest": {"type": "path", "required": True},
    "site": {"type": "str"},
    "good_for": {"type": "int", "default": 24},
}
MODE = 0o600


def keep(module: AsrModule, vault: Vault) -> Result:
    """Have a key file that is good for long enough. In check mode none is made."""
    dest, hours = Path(module.params["dest"]), module.params["good_for"]
    if hours not in range(120):
        raise BadInput(f"good_for: {hours} is not allowed. Allowed: 0 to 119 (hours).", option="good_for")
    old = there(dest)
    site = chosen(vault.hosts.sites(), module.params["site"], str(vault.place))
    fits = old is not None and old.is_for(vault.place.subscription_id, vault.place.vault, site)
    end = vault.keys.end(old.certificate) if old and fits else None
    stays = end is not None and end >= vault.service_time() + timedelta(hours=hours)
    open_to_others = stays and dest.stat().st_mode & 0o777 != MODE
    before = {"vault_name": old.vault, "site": old.site, "valid_until": told(end)} if old else {}
    if not stays:
        end = None if module.check_mode else vault.keys.end(write(dest, vault.keys.make(site)))
    elif open_to_others and not module.check_mode:
        dest.chmod(MODE)
    after = {"vault_name": vault.place.vault, "site": site.friendly_name, "valid_until": told(end)}
    return {
        "changed": not stays or open_to_others,
        "key_file": {"path": str(dest), **after},
        "diff": {"before": before, "after": after},
    }


def there(dest: Path) -> KeyFile | None:
    """The key file at a place; None where there is nothing, or an empty file. Raises BadInput for anything else."""
    if not dest.parent.is_dir():
        raise BadInput(f"dest: there is no folder '{dest.parent}'.", option="dest")
    if not dest.exists():
        return None
    if not dest.is_file():
        raise BadInput(f"dest: '{dest}' is no file.", option="dest")
    try:
        content = dest.read_bytes()[:LONGEST].decode("utf-8", "replace")
    except OSError as error:
        raise BadInput(f"dest: '{dest}' cannot be read: {error.strerror}.", option="dest") from error
    found = read_key_file(content)
    if content.strip() and not found:
        raise BadInput(f"dest: '{dest}' is no vault key file, and is not written over.", option="dest")
    return found


def chosen(fabrics: Sequence[Fabric], wanted: str | None, place: str) -> Fabric:
    """The Hyper-V site that was named, or the only one. Raises BadInput, naming those that there are."""
    sites = [one for one in fabrics if one.is_hyperv_site]
    named = [one for one in sites if not wanted or wanted.lower() in (one.friendly_name.lower(), one.name.lower())]
    if len(named) == 1:
        return named[0]
    names = ", ".join(sorted(f"'{one.friendly_name}' ({one.name})" for one in sites)) or "none"
    why = f"'{wanted}' is {'the name of several sites' if named else 'not there'}" if wanted else "it has to be named"
    raise BadInput(f"site: {why}. The Hyper-V sites of {place}: {names}.", option="site")


def write(dest: Path, content: str) -> str:
    """Write the file at once, so that nobody but its owner can ever read it. Returns its certificate, a secret."""
    handle, name = tempfile.mkstemp(dir=dest.parent, prefix=".asr-")  # its mode is 0600
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(name, dest)
    except OSError as error:
        os.unlink(name)
        raise BadInput(f"dest: '{dest}' cannot be written: {error.strerror}.", option="dest") from error
    made = read_key_file(content)
    return made.certificate if made else ""


def told(end: datetime | None) -> str | None:
    """A time in the form of all our answers."""
    return f"{end:%Y-%m-%dT%H:%M:%SZ}" if end else None


def main() -> None:
    AsrModule(OPTIONS).run(keep)


if __name__ == "__main__":
    main()
