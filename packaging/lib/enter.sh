# SPDX-License-Identifier: Apache-2.0
# Entering the private root with bubblewrap: its system folders, the host's everything else.
# shellcheck shell=bash

# Top-level folders that are the system's own: the root's, or the kernel's.
readonly ENTER_SYSTEM_FOLDERS=' bin boot dev etc lib lib32 lib64 libx32 lost+found proc run sbin sys usr var '

# Runs a command inside the root and ends this script with its exit code.
# Usage: enter_root ROOT COMMAND [ARGUMENT…]
enter_root() {
    local root=$1 passwd group
    shift
    has_commands bwrap || root_need_tools
    local -a options=()
    enter_system_options "$root"
    enter_host_options "$root"
    enter_environment_options "$root"
    exec {passwd}< <(enter_accounts passwd "$EUID")
    exec {group}< <(enter_accounts group "$(id -g)")
    options+=(--ro-bind-data "$passwd" /etc/passwd --ro-bind-data "$group" /etc/group)
    # Not exec: bubblewrap shall end with this script, whatever its caller does.
    local status=0
    bwrap "${options[@]}" --die-with-parent --chdir "$PWD" -- "$@" || status=$?
    exit "$status"
}

# Adds the root's own folders, read-only, and the kernel's.
enter_system_options() {
    local root=$1 entry name
    for entry in "$root"/*; do
        name=${entry##*/}
        [[ $ENTER_SYSTEM_FOLDERS == *" $name "* && $name != @(boot|dev|proc|run|sys) ]] || continue
        if [[ -L $entry ]]; then
            options+=(--symlink "$(readlink "$entry")" "/$name")
        else
            options+=(--ro-bind "$entry" "/$name")
        fi
    done
    for name in dev proc sys run; do
        options+=(--dev-bind "/$name" "/$name")
    done
    for name in resolv.conf hosts hostname machine-id ssl/certs/ca-certificates.crt; do
        [[ ! -s /etc/$name || ! -f $root/etc/$name ]] ||
            options+=(--ro-bind "$(realpath "/etc/$name")" "/etc/$name")
    done
    # Root keeps its capabilities, so that the tests can mount overlays.
    ((EUID != 0)) || options+=(--cap-add ALL)
}

# Adds the host's folders under their own names, as writable as they are there.
enter_host_options() {
    local root=$1 entry
    for entry in /* /var/tmp "$REPOSITORY" "$PWD" "${HOME:-/}" "${TMPDIR:-/tmp}" "$CACHE_DIR"; do
        enter_host_folder "$root" "$entry"
    done
}

enter_host_folder() {
    local root=$1 path=$2 top
    top=${path#/}
    top=${top%%/*}
    [[ -e $path && -n $top ]] || return 0
    if [[ $ENTER_SYSTEM_FOLDERS != *" $top "* ]]; then
        # A top-level folder or link; what lies deeper comes with it.
        [[ $path == "/$top" ]] || return 0
        if [[ -L $path ]]; then
            options+=(--symlink "$(readlink "$path")" "$path")
            enter_host_folder "$root" "$(realpath "$path")"
        else
            options+=(--dev-bind-try "$path" "$path")
        fi
    elif [[ $path != "/$top" && $top != @(dev|proc|run|sys) && -d $path ]]; then
        # A folder of the user's inside a system folder, /var/lib/… say.
        mkdir -p "$root$path" || die "the folder $path cannot be shown inside the private root."
        options+=(--dev-bind "$path" "$path")
    fi
}

# Adds the environment: the root's paths and a locale it has, the user's language.
enter_environment_options() {
    local root=$1 name language=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} zone
    options+=(
        --setenv STRATASCOPE_ROOT "${root##*/}"
        --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        --setenv LANG C.UTF-8
        --setenv SHELL /bin/bash
    )
    [[ -n ${LANGUAGE:-} || $language == @(|C|C.*|POSIX) ]] ||
        options+=(--setenv LANGUAGE "${language%%.*}")
    zone=$(realpath /etc/localtime 2>/dev/null) || zone=
    [[ -n ${TZ:-} || $zone != /usr/share/zoneinfo/* ]] ||
        options+=(--setenv TZ "${zone#/usr/share/zoneinfo/}")
    # What names the host's libraries and locales means nothing in the root.
    for name in LD_LIBRARY_PATH LD_PRELOAD QT_PLUGIN_PATH QT_QPA_PLATFORM_PLUGIN_PATH QT_QPA_PLATFORMTHEME \
        PKG_CONFIG_PATH CMAKE_PREFIX_PATH PERL5LIB PYTHONPATH "${!LC_@}"; do
        options+=(--unsetenv "$name")
    done
}

# Prints the host's passwd or group file, with the current id's line even when
# another service keeps it. Usage: enter_accounts passwd|group ID
enter_accounts() {
    cat "/etc/$1"
    awk -F: -v id="$2" '$3 == id { found = 1 } END { exit !found }' "/etc/$1" || getent "$1" "$2" || true
}
