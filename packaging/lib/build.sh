# SPDX-License-Identifier: Apache-2.0
# Configuring and building a CMake preset: quiet, logged, short when nothing is to do.
# shellcheck shell=bash

readonly BUILD_TAIL_LINES=60

# Configures the preset if need be and builds it, or the given targets of it.
# News goes to stderr, the tools' own words to a log. Usage: build_preset PRESET [TARGET…]
build_preset() {
    local preset=$1 folder=$REPOSITORY/build/$1 log=$REPOSITORY/build/$1.log lock
    local -a options=()
    shift
    # The presets build through ccache, which need not be there.
    has_commands ccache || options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=)
    mkdir -p "$REPOSITORY/build" 2>/dev/null || die "the folder $REPOSITORY/build cannot be made."
    # One build of a preset at a time.
    exec {lock}>"$folder.lock" || die "the folder $REPOSITORY/build is not writable."
    if ! flock --nonblock "$lock"; then
        say "waiting for another build ($preset)"
        flock "$lock"
    fi
    if ! build_is_configured; then
        say "configuring ($preset)"
        build_logged cmake --fresh --preset "$preset" "${options[@]}"
        build_environment >"$folder/environment"
    fi
    build_logged cmake --build --preset "$preset" ${1:+--target "$@"}
    exec {lock}>&-
}

# The configured folder is this environment's and as new as the presets; what
# changes in the CMakeLists.txt files, the build itself notices.
build_is_configured() {
    [[ -e $folder/build.ninja && ! $REPOSITORY/CMakePresets.json -nt $folder/build.ninja ]] &&
        [[ -e $folder/environment && $(<"$folder/environment") == "$(build_environment)" ]]
}

# Prints what a build folder is bound to: the root's release and the checkout's place.
build_environment() {
    local system=host
    [[ ${STRATASCOPE_ROOT:-host} == host ]] || system=$ROOT_SUITE
    printf '%s %s\n' "$system" "$REPOSITORY"
}

# Runs a step in the checkout, its output in the log; shows the part that matters if it fails.
build_logged() {
    : >"$log" || die "the log $log cannot be written."
    env --chdir="$REPOSITORY" "$@" </dev/null 2>&1 | build_progress || {
        build_log_tail
        die "the build failed; its log is $log."
    }
}

# Copies ninja's output into the log and tells how far it is: on a terminal in
# one line that changes, elsewhere with a line at every quarter.
build_progress() {
    local line step total quarter=0 drawn=
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
        step=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
        if [[ -t 2 ]]; then
            printf '\r\e[K%s: building (%s), step %d of %d' "$MESSAGE_NAME" "$preset" "$step" "$total" >&2
            drawn=yes
        elif ((step * 4 / total > quarter)); then
            quarter=$((step * 4 / total))
            say "building ($preset), step $step of $total"
        fi
    done
    [[ -z $drawn ]] || printf '\r\e[K' >&2
}

# Prints the log from its first error on, or else its end.
build_log_tail() {
    local first
    first=$(awk '/^(FAILED:|CMake Error)/ { print NR; exit }' "$log")
    if [[ -n $first ]]; then
        sed --quiet "$first,$((first + BUILD_TAIL_LINES))p" "$log"
    else
        tail --lines="$BUILD_TAIL_LINES" "$log"
    fi >&2
}
