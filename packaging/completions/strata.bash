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
    local commands='info layers tree history diff cat extract verify run cache help'
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
        run)
            options+=' --json --keep-going --diff --upper --metacopy --commit --format --compression'
            options+=' --container --name --message --author --cmd --env'
            ;;
        cache) options='--clear --json --help' ;;
    esac
    case $prev in
        -C | --directory)
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            return
            ;;
        --format)
            mapfile -t COMPREPLY < <(compgen -W 'oci-archive oci-layout docker-archive' -- "$cur")
            return
            ;;
        --compression)
            mapfile -t COMPREPLY < <(compgen -W 'gzip zstd none' -- "$cur")
            return
            ;;
        --commit)
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
        --image | --platform | --as-of | --layer | --container | --name | --message | --author | \
            --cmd | --env) return ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
    fi
    [[ ${words[1]} == cache ]] && return
    # Only the first word after the options is a file of this system, and the second one of run; a
    # PATH lies in the image.
    local i files=1
    [[ ${words[1]} == run ]] && files=2
    for ((i = 2; i < cword; i++)); do
        case ${words[i]} in
            --image | --platform | --as-of | --layer | -C | --directory | --commit | --format | \
                --compression | --container | --name | --message | --author | --cmd | --env) ((i++)) ;;
            -*) ;;
            *) ((files--)) ;;
        esac
    done
    if ((files > 0)); then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}

complete -o filenames -F _strata strata
