# SPDX-License-Identifier: Apache-2.0
# What the scripts say. Everything goes to stderr, so stdout stays the program's.
# shellcheck shell=bash

# Name of the script the user called, as it starts every message.
readonly MESSAGE_NAME="packaging/${0##*/}"

# One line of news.
say() {
    printf '%s: %s\n' "$MESSAGE_NAME" "$*" >&2
}

# One sentence of what is wrong and what to do, then the end.
die() {
    say "$@"
    exit 1
}
