# SPDX-License-Identifier: Apache-2.0
# The private Debian root for hosts without the needed libraries: made once for
# each package list, kept in the user's cache, shared by every checkout.
# shellcheck shell=bash

readonly ROOT_SUITE=trixie
# Raise when root_make changes what a root holds.
readonly ROOT_LAYOUT=1
readonly ROOT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
# Roots that no script entered for so many days go when a new one is made.
readonly ROOT_KEEP_DAYS=30
# What a root takes while it is made, in MB, with room to spare.
readonly ROOT_NEEDS_MB=2500
# Where a plain user's mmdebstrap works.
readonly ROOT_WORK=/var/tmp/stratascope-$EUID

# Prints the folder of the root that holds the given package lists.
root_path() {
    local hash
    hash=$({
        printf '%s %s %s\n' "$ROOT_LAYOUT" "$ROOT_SUITE" "$(uname -m)"
        package_names "$@"
    } | sha256sum)
    printf '%s/root-%s\n' "$CACHE_DIR" "${hash:0:12}"
}

# Makes the root unless it is there. Usage: root_ensure ROOT LIST…
root_ensure() {
    local root=$1
    [[ -d $root ]] || root_make_locked "$@"
    touch "$root/.used"
}

# One maker at a time; who waited finds the root made.
root_make_locked() {
    local root=$1 lock
    shift
    mkdir -p "$CACHE_DIR" 2>/dev/null || die "the cache folder $CACHE_DIR cannot be made."
    exec {lock}>"$CACHE_DIR/lock" || die "the cache folder $CACHE_DIR is not writable."
    if ! flock --nonblock "$lock"; then
        say "waiting for another run that makes the Debian root"
        flock "$lock"
    fi
    if [[ ! -d $root ]]; then
        root_need_tools
        root_need_namespaces
        root_clean
        root_need_space
        root_make "$root" "$@"
    fi
    exec {lock}>&-
}

# Removes every unfinished root; the lock tells that nobody works on one.
root_clean_leftovers() {
    local old
    for old in "$CACHE_DIR"/root-*.making; do
        [[ ! -e $old ]] || root_remove "$old"
    done
    if [[ -d $ROOT_WORK && -O $ROOT_WORK ]]; then
        LC_ALL=C mmdebstrap --unshare-helper rm --recursive --force "$ROOT_WORK"/* 2>/dev/null || true
        rmdir "$ROOT_WORK" 2>/dev/null || true
    fi
}

# Removes what killed runs left, and roots long unused.
root_clean() {
    local old
    root_clean_leftovers
    for old in "$CACHE_DIR"/root-*/.used; do
        [[ -e $old && -n $(find "$old" -mtime "+$ROOT_KEEP_DAYS") ]] || continue
        old=${old%/.used}
        mv "$old" "$old.making"
        root_remove "$old.making"
        rm --force "$old.log"
    done
}

root_remove() {
    rm --recursive --force --one-file-system "$1"
}

# The kernel lets this user enter a root: said before one is made.
root_need_namespaces() {
    bwrap --dev-bind / / true 2>/dev/null ||
        die "this system lacks Qt $HOST_MIN_QT and KDE Frameworks 6, and bubblewrap may not make the namespaces for a private Debian root here; use a system with these libraries, or allow this user namespaces."
}

root_need_space() {
    local free
    free=$(df --output=avail --block-size=1M "$CACHE_DIR" | tail -n 1)
    ((free >= ROOT_NEEDS_MB)) ||
        die "the private Debian root needs $ROOT_NEEDS_MB MB in $CACHE_DIR, where $((free)) MB are free."
}

# bubblewrap and mmdebstrap: installed where that is possible, asked for elsewhere.
root_need_tools() {
    local -a missing=()
    has_commands bwrap || missing+=(bubblewrap)
    has_commands mmdebstrap || missing+=(mmdebstrap)
    [[ -e $ROOT_KEYRING ]] || missing+=(debian-archive-keyring)
    ((EUID == 0)) || has_commands newuidmap || missing+=(uidmap)
    ((${#missing[@]})) || return 0
    if has_commands apt-get && can_be_root; then
        say "installing ${missing[*]} with apt-get"
        apt_install "$CACHE_DIR/apt.log" "${missing[@]}"
    else
        die "this system lacks Qt $HOST_MIN_QT and KDE Frameworks 6; to work in a private Debian root, install: ${missing[*]}"
    fi
}

# Prints the archives to make the root from, as apt's source lines. None: the
# host's apt knows no Debian mirror and mmdebstrap takes its own.
root_sources() {
    local main security options="[signed-by=$ROOT_KEYRING]"
    main=$(apt_mirror Debian)
    security=$(apt_mirror Debian-Security)
    [[ -n $main ]] || return 0
    printf 'deb %s %s %s main\n' "$options" "$main" "$ROOT_SUITE"
    printf 'deb %s %s %s-updates main\n' "$options" "$main" "$ROOT_SUITE"
    [[ -z $security ]] || printf 'deb %s %s %s-security main\n' "$options" "$security" "$ROOT_SUITE"
}

# Prints mmdebstrap's options for a lean root with the given package lists.
root_options() {
    local path
    printf '%s\n' \
        --variant=minbase \
        --include="$(package_names "$@" | paste --serial --delimiters=,)" \
        --aptopt='APT::Install-Recommends "false"' \
        --aptopt='Acquire::Languages "none"' \
        --aptopt='Acquire::Retries "3"' \
        --dpkgopt=force-unsafe-io
    for path in doc info man locale gnome/help lintian; do
        printf -- '--dpkgopt=path-exclude=/usr/share/%s/*\n' "$path"
    done
    printf '%s\n' '--dpkgopt=path-include=/usr/share/doc/*/copyright'
    apt_proxy_options | sed 's/^/--aptopt=/'
}

# Makes the root beside its place and moves it there when it is whole.
root_make() {
    local root=$1 log=$1.log
    local -a options sources
    shift
    mapfile -t options < <(root_options "$@")
    mapfile -t sources < <(root_sources)
    say "making a private Debian root, once: a few minutes, up to 3 GB in $CACHE_DIR"

    trap root_abandon EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    # In the background, so that a signal to this script is answered at once,
    # and in a group of its own, so that the tool ends with all its children.
    set -m
    root_bootstrap "$root.making" "${options[@]}" "$ROOT_SUITE" -- "${sources[@]}" >"$log" 2>&1 </dev/null &
    ROOT_MAKER=$!
    set +m
    wait "$ROOT_MAKER" ||
        die "the Debian root could not be made: $(failure_reason "$log"); its log is $log."
    { root_finish "$root.making" && mv --no-target-directory "$root.making" "$root"; } >>"$log" 2>&1 ||
        die "the Debian root could not be put in its place: $(failure_reason "$log"); its log is $log."
    trap - EXIT INT TERM HUP
    root_clean_leftovers
}

# Ends the making that root_make began and removes what there is of the root.
# shellcheck disable=SC2317  # called by a trap
root_abandon() {
    local tries
    trap '' INT TERM HUP
    if kill -TERM -- "-$ROOT_MAKER" 2>/dev/null; then
        say "stopping; what there is of the Debian root is removed"
        for ((tries = 0; tries < 100; ++tries)); do
            kill -0 -- "-$ROOT_MAKER" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$ROOT_MAKER" 2>/dev/null || true
        wait "$ROOT_MAKER" || true
    fi
    root_clean_leftovers
}

# Runs mmdebstrap, in the place of the calling subshell.
# Usage: root_bootstrap FOLDER OPTION… SUITE -- SOURCE…
root_bootstrap() {
    local folder=$1
    local -a before=()
    shift
    while [[ $1 != -- ]]; do
        before+=("$1")
        shift
    done
    shift
    if ((EUID == 0)); then
        # Namespaces of its own: mounts and processes are gone the moment it ends.
        exec setpriv --pdeathsig KILL \
            unshare --mount --pid --fork --kill-child --mount-proc \
            env LC_ALL=C mmdebstrap --mode=root --format=directory "${before[@]}" "$folder" "$@"
    fi
    # A plain user takes it as an archive, so that every file is the user's own.
    # What it works in must be open to the user ids it maps, as a home seldom is.
    mkdir "$folder"
    mkdir --parents "$ROOT_WORK"
    chmod 755 "$ROOT_WORK"
    LC_ALL=C TMPDIR=$ROOT_WORK mmdebstrap --mode=unshare --format=tar "${before[@]}" - "$@" |
        tar --extract --directory="$folder" --no-same-owner --exclude='./dev/*'
}

# Gives the root the files and folders that entering it binds over.
root_finish() {
    local root=$1 name
    rm --force "$root"/etc/apt/apt.conf.d/99mmdebstrap
    for name in resolv.conf hosts hostname passwd group machine-id; do
        [[ -f $root/etc/$name && ! -L $root/etc/$name ]] || {
            rm --force "$root/etc/$name"
            : >"$root/etc/$name"
        }
    done
}
