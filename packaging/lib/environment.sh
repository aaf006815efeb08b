# SPDX-License-Identifier: Apache-2.0
# Where the scripts work: on the host when it has all that is needed, else in
# the private Debian root. Sourced by every script of this folder.
# shellcheck shell=bash

PACKAGING_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
REPOSITORY=$(dirname "$PACKAGING_DIR")
CACHE_DIR=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/stratascope
readonly PACKAGING_DIR REPOSITORY CACHE_DIR

source "$PACKAGING_DIR/lib/message.sh"
source "$PACKAGING_DIR/lib/packages.sh"
source "$PACKAGING_DIR/lib/failure.sh"
source "$PACKAGING_DIR/lib/apt.sh"
source "$PACKAGING_DIR/lib/host.sh"
source "$PACKAGING_DIR/lib/root.sh"
source "$PACKAGING_DIR/lib/enter.sh"
source "$PACKAGING_DIR/lib/build.sh"

# Returns where the calling script can go on: on a fitting host, or inside the
# private root, into which it enters the script anew with the same arguments.
# A root always holds the lists build and test, so that the scripts share one.
# STRATASCOPE_ROOT names the root inside it; set to "host", the host is taken as it is.
# Usage: environment_enter "LIST…" SCRIPT [ARGUMENT…]
environment_enter() {
    local root
    local -a lists
    read -ra lists <<<"$1"
    shift
    [[ -n ${STRATASCOPE_ROOT:-} ]] || environment_prepare "$@"
}

# Chooses the environment and makes it ready. Does not return when that is the
# root. Reads the caller's lists.
environment_prepare() {
    root=$(root_path build test "${lists[@]}")
    if [[ ! -d $root ]] || ! has_commands bwrap; then
        # Dearest question last: a host that has all is told without apt.
        if host_is_ready && host_has_packages "${lists[@]}"; then
            return
        elif host_apt_suffices; then
            host_install "${lists[@]}"
            return
        elif host_is_ready; then
            return
        fi
    fi
    root_ensure "$root" build test "${lists[@]}"
    enter_root "$root" "$@"
}
