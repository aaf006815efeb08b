# SPDX-License-Identifier: Apache-2.0
# From a package tool's log to the reason a reader can act on.
# shellcheck shell=bash

# Prints the reason found in the log, as a clause.
failure_reason() {
    local log=$1
    local -A patterns=(
        [disk]='No space left on device|enough free space|Disk quota exceeded'
        [network]='Could not resolve|Temporary failure|Could not connect|Unable to connect|Connection (refused|timed out|failed)|Network is unreachable|Failed to fetch'
        [signature]='NO_PUBKEY|is not signed|GPG error|EXPKEYSIG|invalid signature'
        [package]='Unable to locate package|has no installation candidate'
        [namespaces]='newuidmap|newgidmap|/etc/subuid|/etc/subgid|unshare\(|unprivileged_userns'
        [lock]='Could not get lock|Unable to acquire the dpkg'
    )
    local -A reasons=(
        [disk]='the disk is full'
        [network]='the package mirror could not be reached'
        [signature]="the archive's signature could not be verified (a newer debian-archive-keyring may help)"
        [package]='the mirror lacks a package of the list'
        [namespaces]='this user may not make user namespaces (needed: newuidmap, and lines in /etc/subuid and /etc/subgid)'
        [lock]='another package tool is running'
    )
    local kind
    for kind in disk signature network package namespaces lock; do
        if grep --quiet --extended-regexp "${patterns[$kind]}" "$log" 2>/dev/null; then
            printf '%s\n' "${reasons[$kind]}"
            return
        fi
    done
    printf 'it stopped for a reason its log tells\n'
}
