# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Put in front of a module's own utils: what every Windows host has before any script runs. Nothing of the module is touched.

Import-Module -Name AsrHost -Global
