# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people give by mistake, and what they have to be told: name, value, what is allowed, what to do. Tables for the tests."""

from __future__ import annotations

NOW = "2026-11-28T20:00:00+00:00"
FINE = {"failback_recovery_plan": "plan1", "failback_data_sync": "auto", "failback_validate": False}

# Variables of the role failback that are given instead of or besides FINE; what the one line says that this brings.
FAILBACK: list[tuple[dict[str, object], str]] = [
    # names that nobody knows
    ({"failback_hook": []}, "failback_hook is no variable of this collection. Near to it: failback_hooks"),
    ({"failback_gates": "now"}, "failback_gates is no variable of this collection. Near to it: failback_gate"),
    ({"failback_validation": True}, "Near to it: failback_validate"),
    ({"failback_windows": {}}, "Near to it: failback_window"),
    ({"failback_canaries": []}, "Near to it: failback_canary"),
    ({"failback_max_failure": 1}, "Near to it: failback_max_failures"),
    ({"validate_timeouts": 1}, "Near to it: validate_timeout"),
    ({"preflight_stopon": "never"}, "Near to it: preflight_stop_on"),
    ({"asr_vaults": {}}, "Near to it: asr_vault"),
    ({"drill_netwrok": "x"}, "Near to it: drill_network"),
    ({"alternate_host_switch": []}, "Near to it: alternate_host_switch"),
    ({"fallback_gate": "now"}, "fallback_gate is no variable of this collection. Near to it: failback_gate"),
    ({"failbck_hooks": []}, "Near to it: failback_hooks"),
    ({"fail_back_gate": "now"}, "Near to it: failback_gate"),
    ({"Failback_Gate": "now"}, "Near to it: failback_gate"),
    ({"FAILBACK_GATE": "now"}, "Near to it: failback_gate"),
    ({"validat_timeout": 5}, "Near to it: validate_timeout"),
    ({"failback_xyzzy": 1}, "failback_xyzzy is no variable of this collection."),
    ({"failback_manual_action": "stop"}, "Near to it: failback_manual_actions"),
    ({"failback_optionals": ["a"]}, "Near to it: failback_optional"),
    # no value, or one of another type
    ({"failback_hooks": None}, "failback_hooks has no value. Leave it out, or give a list"),
    ({"failback_gate": None}, "failback_gate has no value"),
    ({"failback_hooks": "a.yml"}, "failback_hooks is 'a.yml'. Allowed: a list"),
    ({"failback_hooks": "[{at: before_sync}]"}, "On the command line: -e '{\"failback_hooks\": [...]}'"),
    ({"failback_hooks": {"at": "before_sync", "tasks": "a"}}, "failback_hooks is {"),
    ({"failback_hooks": ["a.yml"]}, "failback_hooks[0] is 'a.yml'. Allowed: a dictionary with at, tasks, per"),
    ({"failback_recovery_plan": 12}, "failback_recovery_plan is 12. Allowed: a text. Put it in quotes"),
    ({"failback_recovery_plan": 0.5}, "failback_recovery_plan is 0.5. Allowed: a text"),
    ({"failback_recovery_plan": True}, "failback_recovery_plan is true. Allowed: a text"),
    ({"failback_recovery_plan": ["plan1"]}, 'failback_recovery_plan is ["plan1"]. Allowed: a text'),
    ({"failback_dependencies": {"app": "db"}}, "failback_dependencies.app is 'db'"),
    ({"failback_dependencies": "app"}, "failback_dependencies is 'app'. Allowed: a dictionary"),
    ({"failback_dependencies": {"app": [["db"]]}}, 'failback_dependencies.app[0] is ["db"]. Allowed: a text'),
    ({"failback_dependencies": ["app", "db"]}, 'failback_dependencies is ["app", "db"]. Allowed: a dictionary'),
    ({"failback_canary": "[a, b]"}, "failback_canary is '[a, b]'. Allowed: a list"),
    ({"failback_canary": {"a": 1}}, 'failback_canary is {"a": 1}. Allowed: a list'),
    ({"failback_canary": [7]}, "failback_canary[0] is 7. Allowed: a text"),
    ({"failback_canary": ["a", ""]}, "failback_canary[1] is empty"),
    ({"failback_optional": "a,,b"}, "failback_optional[1] is empty"),
    ({"failback_optional": ["a", "A"]}, "failback_optional: 'a' is given twice"),
    ({"failback_optional": ["a", 1]}, "failback_optional[1] is 1. Allowed: a text. Put it in quotes."),
    ({"failback_item_options": [{"name": "a"}, {"name": "A"}]}, "failback_item_options: 'a' is given twice"),
    ({"failback_item_options": {"name": "a"}}, "failback_item_options is {"),
    (
        {"failback_item_options": [{"name": "a", "nam": "b"}]},
        "failback_item_options[0] has 'nam', which is not known. Near to it: name",
    ),
    ({"failback_item_options": [{"data_sync": "auto"}]}, "failback_item_options[0] has no name"),
    (
        {"failback_item_options": [{"name": "a", "data_sync": "delta"}]},
        "failback_item_options[0].data_sync is 'delta'. Allowed: before",
    ),
    ({"failback_item_options": [{"name": "a", "alternatehost": "h"}]}, "Near to it: alternate_host"),
    (
        {"failback_item_options": [{"name": "a", "create_vm_if_missing": "maybe"}]},
        "create_vm_if_missing is 'maybe'. Allowed: true or",
    ),
    ({"failback_window": "tonight"}, "failback_window is 'tonight'. Allowed: a dictionary with opens, closes"),
    (
        {"failback_window": {"open": "x"}},
        "failback_window has 'open', which is not known",
    ),
    # truth, as a text that is none
    ({"failback_preflight": "flase"}, "failback_preflight is 'flase'. Allowed: true or false"),
    ({"failback_detach": "maybe"}, "failback_detach is 'maybe'. Allowed: true or false"),
    ({"failback_detach": 2}, "failback_detach is 2. Allowed: true or false"),
    ({"failback_detach": ""}, "failback_detach is ''. Allowed: true or false"),
    ({"failback_create_vm_if_missing": []}, "failback_create_vm_if_missing is []. Allowed: true or false"),
    # one of several words
    (
        {"failback_data_sync": "atuo"},
        "failback_data_sync is 'atuo'. Allowed: before_failover, during_failover, auto. Near to it: auto",
    ),
    ({"failback_data_sync": ""}, "failback_data_sync is ''. Allowed: before_failover"),
    ({"failback_data_sync": "Auto"}, "failback_data_sync is 'Auto'"),
    ({"failback_on_error": False}, "failback_on_error is false. Allowed: continue, stop"),
    ({"failback_on_blocked": "go"}, "failback_on_blocked is 'go'. Allowed: leave, stop"),
    ({"failback_orchestration": "itemwize"}, "Near to it: itemwise"),
    ({"failback_manual_actions": "ask"}, "failback_manual_actions is 'ask'. Allowed: wait, stop"),
    # numbers
    ({"failback_wave_timeout": 0}, "failback_wave_timeout is 0. Allowed: 1 to 2,592,000 (seconds)"),
    ({"failback_home_timeout": -5}, "failback_home_timeout is -5. Allowed: 1 to"),
    ({"failback_sync_timeout": 10**20}, "failback_sync_timeout is 100000000000000000000. Allowed: 1 to"),
    ({"failback_sync_timeout": "1h"}, "failback_sync_timeout is '1h'. Allowed: 1 to 2,592,000 (seconds)"),
    ({"failback_sync_timeout": 1.5}, "failback_sync_timeout is 1.5. Allowed: 1 to"),
    ({"failback_sync_timeout": True}, "failback_sync_timeout is true. Allowed: 1 to"),
    ({"failback_sync_timeout": ""}, "failback_sync_timeout is ''. Allowed: 1 to"),
    ({"failback_sync_timeout": [60]}, "failback_sync_timeout is [60]. Allowed: 1 to"),
    ({"failback_poll_interval": 10**12}, "failback_poll_interval is 1000000000000. Allowed: 0.1 to 3,600 (seconds)"),
    ({"failback_poll_interval": 0}, "failback_poll_interval is 0. Allowed: 0.1 to"),
    ({"failback_poll_interval": "nan"}, "failback_poll_interval is 'nan'. Allowed: 0.1 to"),
    ({"failback_poll_interval": "inf"}, "failback_poll_interval is 'inf'. Allowed: 0.1 to"),
    ({"failback_cut_over_within": 5}, "failback_cut_over_within is 5. Allowed: 60 to 86,400 (seconds)"),
    ({"failback_max_concurrent": -3}, "failback_max_concurrent is -3. Allowed: -1 to 1,000 (VMs, -1 for no limit)"),
    ({"failback_max_concurrent": 0}, "failback_max_concurrent is 0, so no VM could be cut over. Allowed: 1 to 1,000"),
    ({"failback_host_forks": -1}, "failback_host_forks is -1. Allowed: 0 to 500 (hosts, 0 for as many as Ansible has"),
    ({"failback_max_failures": -2}, "failback_max_failures is -2. Allowed: -1 to 1,000 (VMs, -1 for no limit)"),
    ({"failback_preflight_max_age": -2}, "failback_preflight_max_age is -2. Allowed: -1 to"),
    (
        {"failback_max_failures": "none"},
        "failback_max_failures is 'none'. Allowed: -1 to 1,000 (VMs, -1 for no limit)",
    ),
    ({"failback_gate_share": 0}, "failback_gate_share is 0. Allowed: 1 to 100 (percent)"),
    ({"failback_gate_share": 101}, "failback_gate_share is 101. Allowed: 1 to 100 (percent)"),
    ({"failback_gate_share": "80%"}, "failback_gate_share is '80%'. Allowed: 1 to 100 (percent)"),
    (
        {"failback_commit_after": "2 hours"},
        "failback_commit_after is '2 hours'. Allowed: seconds, or a time such as 2h",
    ),
    ({"failback_commit_after": -1}, "failback_commit_after is '-1'. Allowed: seconds"),
    # the gate and the window
    ({"failback_gate": "soon"}, "failback_gate is 'soon'. Allowed: now, stop, or a time with its zone"),
    ({"failback_gate": "22:00"}, "failback_gate is '22:00'. Allowed: now, stop, or a time"),
    ({"failback_gate": "2026-11-28T22:00:00"}, "Allowed: now, stop, or a time with its zone"),
    ({"failback_gate": "2026-13-28T22:00:00Z"}, "failback_gate is '2026-13-28T22:00:00Z'"),
    ({"failback_gate": "2025-11-28T22:00:00+01:00"}, "which is over: it is 2026-11-28T20:00:00+00:00"),
    ({"failback_gate": "2026-11-28T07:59:00Z"}, "failback_gate is '2026-11-28T07:59:00Z', which is over"),
    ({"failback_gate": "2062-11-28T22:00:00Z"}, "Allowed: 14 days ahead at most. Look at day, year and zone"),
    (
        {"failback_window": {"opens": "2026-11-28T22:00:00Z"}},
        "failback_window has opens. Allowed: opens and closes, both",
    ),
    (
        {"failback_window": {"opens": "2026-11-28T22:00:00Z", "closes": "2026-11-28T21:00:00Z"}},
        "which is not after it opens",
    ),
    (
        {"failback_window": {"opens": "22:00", "closes": "23:00"}},
        "failback_window.opens is '22:00'. Allowed: a time with its zone",
    ),
    (
        {"failback_window": {"opens": "2025-11-28T22:00:00Z", "closes": "2025-11-28T23:00:00Z"}},
        "failback_window.closes is '2025-11-28T23:00:00Z', which is over",
    ),
    (
        {"failback_window": {"opens": "2028-11-28T22:00:00Z", "closes": "2028-11-28T23:00:00Z"}},
        "failback_window.opens is '2028-11-28T22:00:00Z', and it is",
    ),
    (
        {
            "failback_gate": "2026-11-29T02:00:00Z",
            "failback_window": {"opens": "2026-11-28T22:00:00Z", "closes": "2026-11-29T01:00:00Z"},
        },
        "which is not before failback_window closes",
    ),
    (
        {
            "failback_preflight": False,
            "failback_window": {"opens": "2026-11-28T22:00:00Z", "closes": "2026-11-29T01:00:00Z"},
        },
        "failback_window needs failback_preflight: true",
    ),
    # what does not go together
    (
        {"failback_protected_items": ["db"]},
        "Give either failback_recovery_plan (now 'plan1') or failback_protected_items (now ['db'])",
    ),
    (
        {"failback_recovery_plan": ""},
        "Give either failback_recovery_plan (now '') or failback_protected_items (now [])",
    ),
    ({"failback_orchestration": "native", "failback_canary": ["a"]}, "failback_canary cannot be kept"),
    (
        {"failback_orchestration": "native", "failback_dependencies": {"a": ["b"]}},
        "failback_dependencies cannot be kept",
    ),
    ({"failback_validate": True, "failback_hosts_group": "hyperv_host"}, "no hosts in a group 'hyperv_host'"),
    ({"failback_validate": True, "failback_hosts_group": "empty"}, "no hosts in a group 'empty'"),
    # hooks
    ({"failback_hooks": [{"tasks": "good.yml"}]}, "failback_hooks[0] has no at"),
    ({"failback_hooks": [{"at": "before_sync"}]}, "failback_hooks[0] has no tasks"),
    (
        {"failback_hooks": [{"at": "before_comit", "tasks": "good.yml"}]},
        "failback_hooks[0].at is 'before_comit'. Allowed: before_sync",
    ),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "good.yml", "per": "host"}]},
        "failback_hooks[0].per is 'host'. Allowed: vm, arrival",
    ),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "good.yml", "per": "run"}]},
        "comes for each group, so it cannot be per run",
    ),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "good.yml", "grops": [1]}]},
        "failback_hooks[0] has 'grops', which is not known",
    ),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "good.yml", "groups": [0]}]},
        "failback_hooks[0].groups[0] is 0. Allowed: 1 to",
    ),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "good.yml", "on_failure": "stop"}]},
        "on_failure is 'stop'. Allowed: stop_vm, stop_run",
    ),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "good.yml", "vms": "[a"}]},
        "failback_hooks[0].vms is '[a'. Allowed: a list",
    ),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "nowhere.yml"}]},
        "failback_hooks: there is no file 'nowhere.yml'",
    ),
    ({"failback_hooks": [{"at": "after_boot", "tasks": "."}]}, "failback_hooks: there is no file '.'"),
    # task files
    ({"failback_gate_tasks": "nowhere.yml"}, "failback_gate_tasks: there is no file 'nowhere.yml' on the control node"),
    (
        {"failback_gate_tasks": "module.yml"},
        "failback_gate_tasks: module.yml: task 'Try': couldn't resolve module/action 'nosuch.module.here'",
    ),
    (
        {"failback_hooks": [{"at": "before_commit", "tasks": "module.yml"}]},
        "couldn't resolve module/action 'nosuch.module.here'",
    ),
    ({"failback_gate_tasks": "short_module.yml"}, "couldn't resolve module/action 'fial'"),
    ({"failback_gate_tasks": "keyword.yml"}, "'wehn' is not a valid attribute for a Task"),
    (
        {"failback_gate_tasks": "two_modules.yml"},
        "conflicting action statements: ansible.builtin.debug, ansible.builtin.fail",
    ),
    ({"failback_gate_tasks": "no_yaml.yml"}, "failback_gate_tasks: no_yaml.yml: YAML parsing failed"),
    ({"failback_gate_tasks": "mapping.yml"}, "failback_gate_tasks: mapping.yml: it is no list of tasks"),
    ({"failback_gate_tasks": "text.yml"}, "failback_gate_tasks: text.yml: it is no list of tasks"),
    ({"failback_gate_tasks": "play.yml"}, "it is a play, with hosts. Give a file that is a list of tasks"),
    ({"failback_gate_tasks": "in_block.yml"}, "couldn't resolve module/action 'no_such_module'"),
    ({"failback_gate_tasks": "include.yml"}, "there is no file not_there.yml"),
    ({"failback_gate_tasks": "nested.yml"}, "couldn't resolve module/action 'nosuch.module.here'"),
    ({"failback_gate_tasks": "role.yml"}, "there is no role not_there"),
    ({"failback_gate_tasks": "filter.yml"}, "there is no filter 'uper'"),
    ({"failback_gate_tasks": "lookup.yml"}, "there is no lookup 'fiel'"),
    ({"failback_gate_tasks": "template.yml"}, "in '{{ failback_items | }}'"),
    # reports
    ({"failback_report": "no/such/report"}, "failback_report is 'no/such/report', and there is no folder"),
    ({"failback_report": "folder/"}, "which is a folder. Give the name of the report in it as well"),
    ({"failback_report": "folder"}, "failback_report is 'folder', which is a folder"),
    ({"failback_report": "good.yml/report"}, "and there is no folder"),
    (
        {"failback_report": "report.json"},
        "failback_report is 'report.json'. Leave the ending out, it is added: report.",
    ),
    ({"failback_report": "report.md"}, "Leave the ending out, it is added: report."),
    ({"failback_report": "~/report"}, "A ~ is not expanded"),
    ({"failback_report": "x" * 260}, "a name that is too long. Allowed: 250 bytes"),
    ({"failback_report": "taken"}, "and 'taken.json' cannot be written"),
    # the roles that it includes
    (
        {"failback_validate": True, "validate_tcp_ports": [99999]},
        "validate_tcp_ports[0] is 99999. Allowed: 1 to 65,535 (ports)",
    ),
    ({"failback_validate": True, "validate_tcp_ports": "80,443"}, "validate_tcp_ports is '80,443'. Allowed: a list"),
    (
        {"failback_validate": True, "validate_tcp_ports": ["https"]},
        "validate_tcp_ports[0] is 'https'. Allowed: 1 to 65,535",
    ),
    ({"failback_validate": True, "validate_timeout": 0}, "validate_timeout is 0. Allowed: 1 to"),
    ({"failback_validate": True, "validate_http": [{"port": 80}]}, "validate_http[0] has no path"),
    (
        {"failback_validate": True, "validate_http": [{"path": "/", "scheme": "ftp"}]},
        "scheme is 'ftp'. Allowed: http, https",
    ),
    (
        {"failback_validate": True, "validate_must_match": ["disk"]},
        "validate_must_match[0] is 'disk'. Allowed: cpu, memory, disks",
    ),
    (
        {"failback_validate": True, "validate_vms": {"app": {"tcp_port": [1]}}},
        "validate_vms.app has 'tcp_port', which is not known",
    ),
    (
        {"failback_validate": True, "validate_vms": {"app": {"tcp_ports": [0]}}},
        "validate_vms.app.tcp_ports[0] is 0. Allowed: 1 to",
    ),
    (
        {"failback_validate": True, "validate_vms": {"app": {"vlan": 5000}}},
        "validate_vms.app.vlan is 5000. Allowed: 0 to 4,094",
    ),
    ({"failback_validate": True, "validate_vms": ["app"]}, 'validate_vms is ["app"]. Allowed: a dictionary'),
    ({"failback_validate": True, "validate_vms": {"app": None}}, "validate_vms.app has no value"),
    (
        {"failback_validate": True, "validate_tasks": "module.yml"},
        "validate_tasks: module.yml: task 'Try': couldn't resolve",
    ),
    (
        {"preflight_assume": {"bandwith_mbps": 1}},
        "preflight_assume has 'bandwith_mbps', which is not known. Near to it: bandwidth_mbps",
    ),
    ({"preflight_assume": {"bandwidth_mbps": 0}}, "preflight_assume.bandwidth_mbps is 0"),
    ({"preflight_stop_on": "red"}, "preflight_stop_on is 'red'. Allowed: blocked, warning, never"),
    (
        {"preflight_report": "verdicts.json"},
        "preflight_report is 'verdicts.json'. Leave the ending out, it is added: verdicts.",
    ),
    ({"failback_preflight_report": "verdicts.json"}, "Leave the ending out, it is added: verdicts."),
    (
        {"failback_preflight_report": "verdicts"},
        "failback_preflight_report: there is no file 'verdicts.json' on the control node",
    ),
    ({"preflight_report": "no/such/verdicts"}, "preflight_report is 'no/such/verdicts', and there is no folder"),
    # the vault, whose values are not shown
    ({"asr_vault": "vault-dr"}, "asr_vault is what was given. Allowed: a dictionary with subscription_id"),
    ({"asr_vault": {"vault": "x"}}, "asr_vault has 'vault', which is not known. Near to it: vault_name"),
    ({"asr_vault": ["x"]}, "asr_vault is what was given. Allowed: a dictionary"),
    # templates and surroundings
    ({"failback_report": "{{ night }}"}, "failback_report cannot be made of its template: 'night' is undefined"),
    ({"failback_gate": "{{ 1 / 0 }}"}, "failback_gate cannot be made of its template"),
    ({"ansible_connection": "winrm"}, "ansible_connection is 'winrm' for localhost, where the run itself works"),
    ({"ansible_shell_type": "powershell"}, "ansible_shell_type is 'powershell' for localhost"),
    ({"ansible_become_method": "runas"}, "ansible_become_method is 'runas' for localhost"),
]

# Extra variables (-e) that the role failback would not get its own way with, or that nobody reads.
EXTRA = [
    (
        {"validate_stop": True},
        "validate_stop is set by the role failback itself, and an extra variable (-e) would win over it",
    ),
    ({"validate_items": []}, "validate_items is set by the role failback itself"),
    ({"validate_report": "x"}, "Leave it out. Give failback_report instead."),
    ({"validate_hosts_group": "x"}, "Leave it out. Give failback_hosts_group instead."),
    ({"preflight_recovery_plan": "x"}, "Leave it out. Give failback_recovery_plan instead."),
    (
        {"create_vm_if_missing": True},
        "create_vm_if_missing is read by nobody here: write failback_create_vm_if_missing",
    ),
    (
        {"item_options": [{"name": "a"}], "max_failures": 3},
        "item_options is read by nobody here: write failback_item_options",
    ),
]

# Other roles and playbooks: which, what is given, what the line says.
OTHERS = [
    (
        "preflight",
        {"preflight_data_sync": "auto"},
        "Give either preflight_recovery_plan (now '') or preflight_protected_items",
    ),
    ("preflight", {"preflight_recovery_plan": "p"}, "preflight_data_sync is not given. Allowed: before_failover"),
    ("preflight", {"preflight_recovery_plan": "p", "preflight_data_sync": "x"}, "preflight_data_sync is 'x'"),
    ("validate", {}, "validate_items is not given. Allowed: a list, each a dictionary"),
    ("validate", {"validate_items": "web01"}, "validate_items is 'web01'. Allowed: a list"),
    ("validate", {"validate_items": [], "validate_report": "no/such/file"}, "there is no folder"),
    ("validate", {"validate_items": [], "validate_hosts_group": "nobody"}, "no hosts in a group 'nobody'"),
    (
        "validate",
        {"validate_items": [], "validate_report": "results.md"},
        "Leave the ending out, it is added: results.",
    ),
    ("validate", {"validate_items": [], "validate_recorded": "results"}, "there is no file 'results.json'"),
    ("validate", {"validate_items": [], "validate_baseline": "kept.json"}, "there is no file 'kept.json'"),
    ("drill", {"drill_recovery_plan": "p"}, "drill_network is not given. Allowed: a text"),
    ("drill", {"drill_network": "n"}, "Give either drill_recovery_plan (now '') or drill_groups (now [])"),
    ("drill", {"drill_network": "n", "drill_recovery_plan": "p", "drill_groups": [["a"]]}, "one of the two"),
    (
        "drill",
        {"drill_network": "n", "drill_recovery_plan": "p", "drill_tasks": "no_yaml.yml"},
        "drill_tasks: no_yaml.yml: YAML",
    ),
    ("drill", {"drill_network": "n", "drill_recovery_plan": "p", "drill_report": "report.md"}, "Leave the ending out"),
    ("drill", {"drill_network": "n", "drill_recovery_plan": "p", "drill_timeout": 0}, "drill_timeout is 0"),
    ("drill", {"drill_network": "n", "drill_groups": "a,b"}, "drill_groups is 'a,b'. Allowed: a list"),
    (
        "alternate_host",
        {"alternate_host_threads": {"download_threads": 64}},
        "download_threads is 64. Allowed: 1 to 32",
    ),
    ("alternate_host", {"alternate_host_switches": [{"nam": "x"}]}, "alternate_host_switches[0] has 'nam'"),
    ("alternate_host", {"alternate_host_timeout": "ten"}, "alternate_host_timeout is 'ten'. Allowed: 1 to"),
    ("alternate_host", {"alternate_host_reboot": "perhaps"}, "alternate_host_reboot is 'perhaps'"),
    ("fail_over", {}, "Nothing says which VMs it is about. Give one of asr_recovery_plan"),
    ("fail_over", {"asr_recovery_plan": "p", "asr_groups": [["a"]]}, "asr_recovery_plan and asr_groups says which VMs"),
    (
        "fail_over",
        {"asr_recovery_plan": "p", "asr_planned": "perhaps"},
        "asr_planned is 'perhaps'. Allowed: true or false",
    ),
    (
        "fail_over",
        {"asr_recovery_plan": "p", "asr_plan": True},
        "asr_plan is no variable of this collection. Near to it: asr_planned",
    ),
    (
        "fail_over",
        {"asr_recovery_plan": "p", "asr_comit": True},
        "asr_comit is no variable of this collection. Near to it: asr_commit",
    ),
    ("cancel_failover", {"asr_protected_items": {"a": 1}}, 'asr_protected_items is {"a": 1}. Allowed: a list'),
    (
        "cancel_failover",
        {"asr_recovery_plan": "p", "asr_accept_inconsistent_vms": True},
        "Near to it: asr_accept_inconsistent_vm",
    ),
    ("recovery_point", {"asr_recovery_plan": 5}, "asr_recovery_plan is 5. Allowed: a text"),
    (
        "repair_replication",
        {"asr_recovery_plan": "p", "asr_force": "yess"},
        "asr_force is 'yess'. Allowed: true or false",
    ),
    (
        "generate_plans",
        {"asr_plan_folder": "plans"},
        "asr_plan_folder is no variable of this collection. Near to it: asr_plans_folder",
    ),
    ("plan_drift", {"asr_drift_fail": False}, "Near to it: asr_drift_fails"),
    ("recovery_plans", {"asr_plans_folder": ["a"]}, 'asr_plans_folder is ["a"]. Allowed: a text'),
    ("check_host", {"asr_check_swich": "x"}, "Near to it: asr_check_switch"),
    ("baseline", {"asr_baseline_fil": "x"}, "Near to it: asr_baseline_file"),
]

# What is fine, and must not be refused.
GOOD = [
    {"failback_gate": "2026-11-28T19:00:00Z"},  # the same command, run again an hour after the time that it names
    {"failback_gate": "2026-11-29T02:00:00+01:00", "failback_gate_share": "80"},
    {"failback_canary": "a,b", "failback_optional": ["c"]},
    {"failback_max_failures": -1, "failback_max_concurrent": -1, "failback_poll_interval": "0.5"},
    {"failback_preflight": "no", "failback_detach": "True"},
    {
        "failback_hooks": [{"at": "before_commit", "tasks": "good.yml", "vms": ["a"], "groups": [1]}],
        "failback_gate_tasks": "good.yml",
    },
    {"failback_report": "report", "preflight_report": "verdicts"},
    {"failback_report": "folder/report"},
    {
        "failback_window": {"opens": "2026-11-28T18:00:00Z", "closes": "2026-11-28T19:30:00Z"}
    },  # it closed half an hour ago
    {
        "failback_item_options": [{"name": "a", "alternate_host": "hv02"}],
        "failback_dependencies": {"a": ["b"], "c": []},
    },
    {"asr_vault": {"vault_name": "v", "resource_group": "g", "secret": "s"}},
    {"failback_validate": True, "validate_vms": {"app": {"tcp_ports": [443], "vlan": 0, "address": "192.0.2.1"}}},
    {"asr_known_variables": ["failback_of_mine", "asr_of_mine"], "failback_of_mine": 1, "asr_of_mine": 2},
    {
        "validate_certs": False,
        "asr_host_name": "hv01",
        "preflight_verdicts": [],
        "validate_results": [],
        "__failback_x": 1,
    },
    {"drill_results": [], "backup_gate": 1, "fail": 1, "gate": "x", "report": "y"},
    {"failback_commit_after": "1h30m", "failback_veto": "*"},
]
