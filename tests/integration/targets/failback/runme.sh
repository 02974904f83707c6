#!/usr/bin/env bash
# A play of its own: as the name of a role, "failback" would mean the role of this collection.
set -eux
export ANSIBLE_ROLES_PATH=..
exec ansible-playbook failback.yml -i "$INVENTORY_PATH" "$@"
