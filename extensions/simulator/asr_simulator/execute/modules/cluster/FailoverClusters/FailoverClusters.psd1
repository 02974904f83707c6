# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

@{
    ModuleVersion = '2.0.0.0'
    GUID = '0b3f6c0e-6c0f-4a0e-8a11-1f0d7a4e2c52'
    RootModule = 'FailoverClusters.psm1'
    FunctionsToExport = '*-Cluster*'
    Description = 'The failover cluster of a simulated host.'
}
