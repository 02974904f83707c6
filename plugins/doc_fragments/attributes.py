# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module says of itself: a module adds `support` (and `details` where it is partial)."""

from __future__ import annotations


class ModuleDocFragment:
    """Extend `asr.hyperv.attributes`; add `.vault` or `.host`, and `.moving` or `.read_only` where it is so."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second run says that nothing changed.
      - This assumes that nothing else changed the vault in between.
"""

    VAULT = r"""
options: {}
attributes:
  platform:
    description: Where the module runs. It talks to Azure over HTTPS, so the control node (C(localhost)) is the usual place.
    support: full
    platforms: posix
  action_group:
    description: Use C(group/asr.hyperv.vault) in C(module_defaults) to set the vault and the credentials once.
    support: full
    membership:
      - asr.hyperv.vault
"""

    HOST = r"""
options: {}
attributes:
  platform:
    description: Where the module runs. It runs on the Hyper-V host itself, reached with the C(winrm) or C(psrp) connection.
    support: full
    platforms: windows
"""

    MOVING = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - Says the phase, the steps that are left and the chosen data synchronization of each item, and sends nothing that
        changes the vault.
  diff_mode:
    support: full
    details:
      - One line for each protected item, before and after; in check mode the second is the plan.
"""

    READ_ONLY = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module only reads.
  diff_mode:
    support: N/A
    details:
      - This module only reads.
  idempotent:
    support: full
    details:
      - This module only reads.
"""
