# SPDX-License-Identifier: Apache-2.0
# What is needed: the package lists in packaging/packages, and commands.
# shellcheck shell=bash

# Prints the names in the given lists (build, test, dev), one a line, sorted, each once.
package_names() {
    local list
    for list in "$@"; do
        sed -e 's/#.*//' "$PACKAGING_DIR/packages/$list"
    done | tr -s '[:space:]' '\n' | sed '/^$/d' | LC_ALL=C sort -u
}

# All the given commands are there.
has_commands() {
    local name
    for name in "$@"; do
        command -v "$name" >/dev/null || return 1
    done
}
