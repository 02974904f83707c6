#!/usr/bin/env bash
# A play of its own: as the name of a role, "drill" would mean the role of this collection.
set -eux
export ANSIBLE_ROLES_PATH=..
exec ansible-playbook drill.yml -i "$INVENTORY_PATH" "$@"
