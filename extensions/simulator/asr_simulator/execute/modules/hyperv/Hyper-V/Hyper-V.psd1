# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

@{
    ModuleVersion = '2.0.0.0'
    GUID = 'd3c1d5f0-5c5e-4b52-9a0c-3f1c0a7b8e11'
    RootModule = 'Hyper-V.psm1'
    FunctionsToExport = '*-VM*', 'Get-VHD'
    Description = 'Hyper-V of a simulated host.'
}
