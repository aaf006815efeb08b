# SPDX-License-Identifier: Apache-2.0
# The host's apt: becoming root for it, installing, and the Debian mirror it points to.
# shellcheck shell=bash

# Runs a command as root: directly, or through a sudo that asks nothing.
as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo -n "$@"
    fi
}

can_be_root() {
    ((EUID == 0)) || sudo -n true 2>/dev/null
}

# Of the given package names, prints those that are not installed.
apt_missing() {
    # shellcheck disable=SC2016  # dpkg-query fills in the fields
    { dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true; } |
        awk -v wanted="$*" '
            $2 == "installed" { installed[$1] = 1 }
            END {
                count = split(wanted, names, " ")
                for (i = 1; i <= count; ++i)
                    if (!(names[i] in installed))
                        print names[i]
            }'
}

# Installs packages on the host; the log is the last word when it fails.
# Usage: apt_install LOG PACKAGE…
apt_install() {
    local log=$1
    shift
    mkdir -p "${log%/*}" 2>/dev/null || die "the cache folder ${log%/*} cannot be made."
    {
        as_root env LC_ALL=C apt-get update &&
            as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive \
                apt-get install --yes --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null ||
        die "apt-get could not install $*: $(failure_reason "$log"); its log is $log."
}

# Prints the URI of the mirror the host's apt takes a Debian archive from, or
# nothing when it uses none. Usage: apt_mirror Debian|Debian-Security
apt_mirror() {
    local label=$1 folder=${1,,}
    has_commands apt-get || return 0
    # Labels are known once the lists were fetched; before, the folder's name tells.
    # shellcheck disable=SC2016  # apt-get fills in the fields
    apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' 2>/dev/null |
        awk -v label="$label" -v folder="/$folder/" '
            found { next }
            $2 == label || ($2 !~ /^[A-Z]/ && substr($1, length($1) - length(folder) + 1) == folder) {
                print $1
                found = 1
            }'
}

# Prints apt options, one a line, for the proxies the host's apt is set to use.
apt_proxy_options() {
    local scheme proxy
    has_commands apt-config || return 0
    for scheme in http https; do
        proxy=
        eval "$(apt-config shell proxy "Acquire::$scheme::Proxy")"
        [[ -z $proxy ]] || printf 'Acquire::%s::Proxy "%s"\n' "$scheme" "$proxy"
    done
}
