# SPDX-License-Identifier: Apache-2.0
# bash completion for strata(1)

_strata()
{
    local cur prev words cword
    _init_completion -s 2>/dev/null || {
        cur=${COMP_WORDS[COMP_CWORD]}
        prev=${COMP_WORDS[COMP_CWORD - 1]}
        words=("${COMP_WORDS[@]}")
        cword=$COMP_CWORD
    }
    local commands='info layers tree history diff cat extract verify cache help'
    if ((cword == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$cur")
        return
    fi
    local options='--image --platform --no-cache --help'
    case ${words[1]} in
        help)
            mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
            return
            ;;
        info | layers | history | verify) options+=' --json' ;;
        tree) options+=' --json --as-of' ;;
        diff) options+=' --json --all' ;;
        cat) options+=' --layer' ;;
        extract) options+=' --as-of --directory -C' ;;
        cache) options='--clear --json --help' ;;
    esac
    case $prev in
        -C | --directory)
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            return
            ;;
        --image | --platform | --as-of | --layer) return ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
    fi
    [[ ${words[1]} == cache ]] && return
    # Only the first word after the options is a file of this system; a PATH lies in the image.
    local i images=0
    for ((i = 2; i < cword; i++)); do
        case ${words[i]} in
            --image | --platform | --as-of | --layer | -C | --directory) ((i++)) ;;
            -*) ;;
            *) images=1 ;;
        esac
    done
    if ((images == 0)); then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}

complete -o filenames -F _strata strata
