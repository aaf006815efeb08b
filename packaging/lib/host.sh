# SPDX-License-Identifier: Apache-2.0
# Whether the host itself can build and run Stratascope, and making it so where it can.
# shellcheck shell=bash

readonly HOST_MIN_GCC=14
readonly HOST_MIN_QT=6.8
# What CMakeLists.txt asks for, as pkg-config has it.
readonly HOST_MODULES=(
    "Qt6Core >= $HOST_MIN_QT" "Qt6Widgets >= $HOST_MIN_QT" "Qt6Svg >= $HOST_MIN_QT"
    "Qt6Test >= $HOST_MIN_QT" "libarchive >= 3.7" "libcrypto >= 3" "nlohmann_json >= 3.11"
    "CLI11 >= 2.4" libisal libzstd libxxhash libpcre2-8 libgit2
)

host_has_gcc() {
    local version
    version=$(g++ -dumpversion 2>/dev/null) && ((${version%%.*} >= HOST_MIN_GCC))
}

host_has_highlighting() {
    local folder
    for folder in /usr/lib "/usr/lib/$(g++ -print-multiarch 2>/dev/null)" /usr/lib64 /usr/local/lib; do
        [[ -e $folder/cmake/KF6SyntaxHighlighting/KF6SyntaxHighlightingConfig.cmake ]] && return
    done
    return 1
}

# Everything to configure and build is there.
host_is_ready() {
    has_commands cmake ninja pkg-config &&
        host_has_gcc &&
        pkg-config --exists "${HOST_MODULES[@]}" 2>/dev/null &&
        host_has_highlighting
}

# The host's own apt archive is new enough to make it ready.
host_apt_suffices() {
    local package version
    has_commands apt-cache apt-get dpkg || return 1
    if ! host_apt_offers base-files 0; then
        # An image whose package lists were never fetched.
        if ! can_be_root; then
            host_is_recent
            return
        fi
        as_root apt-get update >/dev/null 2>&1 </dev/null || return 1
    fi
    while read -r package version; do
        host_apt_offers "$package" "$version" || return 1
    done <<<"libkf6syntaxhighlighting-dev 6
qt6-base-dev $HOST_MIN_QT
g++ 4:$HOST_MIN_GCC"
}

# The host is of Debian 13's generation or later, as its C library tells.
host_is_recent() {
    local version
    # shellcheck disable=SC2016  # dpkg-query fills in the field
    version=$(dpkg-query --show --showformat='${Version}' libc6 2>/dev/null) &&
        dpkg --compare-versions "$version" ge 2.41
}

# The apt archive has the package in this version or a newer one.
host_apt_offers() {
    local candidate
    candidate=$(LC_ALL=C apt-cache madison "$1" 2>/dev/null | awk 'NR == 1 { print $3 }')
    [[ -n $candidate ]] && dpkg --compare-versions "$candidate" ge "$2"
}

# Nothing of the given package lists is missing, as far as the host's packages tell.
host_has_packages() {
    local -a names
    has_commands dpkg-query || return 1
    mapfile -t names < <(package_names "$@")
    [[ -z $(apt_missing "${names[@]}") ]]
}

# Installs what the given package lists name and the host lacks.
host_install() {
    local -a names missing
    mapfile -t names < <(package_names "$@")
    mapfile -t missing < <(apt_missing "${names[@]}")
    ((${#missing[@]})) || return 0
    can_be_root ||
        die "packages are missing; install them with: sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
    say "installing ${#missing[@]} packages with apt-get"
    apt_install "$CACHE_DIR/apt.log" "${missing[@]}"
}
