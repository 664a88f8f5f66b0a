# Decides which parameters the runner accepts; prelude.sh calls `admit` for each. Root must have declared the values
# that belong to this host (root, units, ports, nginx, config locations, interpreter, user) in /etc/argo-bot/places.

# left: the numbers of the files in /etc/argo-bot/places that fit all parameters so far. Several may declare one root.
left=
admitting=yes
runner=@version@

turn_away() {
  printf 'the runner refuses the parameter %s: %s; nothing was done\n' "$1" "$2" >&2
  exit 79
}

read_places() {
  for file in /etc/argo-bot/places/*; do
    [ -f "$file" ] || continue
    place_number=$((${place_number:-0} + 1))
    place=
    # Each process costs milliseconds, and each script reads these files, so no `cat`.
    while IFS= read -r declared || [ -n "$declared" ]; do place=$place$newline$declared; done <"$file"
    eval "place_$place_number=\$place"
    left="$left $place_number"
  done
}
# only KEY VALUE SETTING…: keeps the files that declare VALUE for one of the settings. Refuses KEY if no file is left.
only() {
  only_key=$1 only_value=$2 fitting=
  shift 2
  for one in $left; do
    eval "declared=\$newline\$place_$one\$newline"
    for pinned; do
      case $declared in *"$newline$pinned=$only_value$newline"*) fitting="$fitting $one" && break ;; esac
    done
  done
  [ -n "$fitting" ] || turn_away "$only_key" "\"$only_value\" is not what root has declared in /etc/argo-bot/places"
  left=$fitting
}
# if_any KEY VALUE SETTING…: the same as `only`, but accepts an empty value.
if_any() { [ -z "$2" ] || only "$@"; }
# simple KEY VALUE: refuses a value that is not a plain file name.
simple() { case $2 in .* | -* | *[!A-Za-z0-9._:+-]*) turn_away "$1" 'it is no plain name' ;; esac }
number() { case $2 in *[!0-9.]*) turn_away "$1" 'it is no number' ;; esac }
# inside KEY VALUE: refuses a path that leads out of the release.
inside() { case /$2/ in //?* | */../*) turn_away "$1" 'it leads out of the release' ;; esac }
# local_url KEY VALUE: refuses a URL that is not at one of the service's ports on this host.
local_url() {
  url_port=${2#http://127.0.0.1:}
  [ "$url_port" != "$2" ] || turn_away "$1" 'it does not begin with http://127.0.0.1:'
  only "$1" "${url_port%%/*}" port_blue port_green
}

admit() {
  [ "$1" != root ] || read_places
  [ "$1" = root ] || [ -n "$left" ] || turn_away "$1" 'root must come first'
  case $1 in
    root | strategy | upstream_file | upstream | port_blue | port_green | unit_blue | unit_green | log_files | unit_allow | user) only "$1" "$2" "$1" ;;
    config | locations | wheels | guard | site_packages | require_hashes | only_binary) if_any "$1" "$2" "$1" ;;
    python) [ "$2" = /usr/bin/python3 ] || if_any "$1" "$2" python ;;
    unit | unit_live | old_unit | return_unit) if_any "$1" "$2" unit_blue unit_green ;;
    port | return_port | spare_port) if_any "$1" "$2" port_blue port_green ;;
    url | return_url) local_url "$1" "$2" ;;
    epoch | wait | room | payload_bytes | lines | keep | min_free_mb | memory_mb | stop_seconds | answer_seconds) number "$1" "$2" ;;
    silence | starts | lasts) number "$1" "$2" ;;
    deployment | release | base | back | bad | return_release | live_release | venv | manifest | verdict) simple "$1" "$2" ;;
    followed | slot | to | return_slot | old_slot | old_color | live_before | fresh | required | resend | heard | projects) simple "$1" "$2" ;;
    requirements | pip_folder | entry | script) inside "$1" "$2" ;;
    imports) case $2 in *[!A-Za-z0-9_.\ ,]*) turn_away "$1" 'it is no list of modules' ;; esac ;;
    # For unswitch, `path` is the path of a URL. For other scripts, it leads to a value in a JSON answer.
    path) case $0$2 in unswitch[!/]* | unswitch*[@\\]*) turn_away path 'it is no path of an address' ;; esac ;;
    # These values are shown to people, sent to the service's health address, or compared with its answer.
    well | return_well | headers | why) ;;
    *) turn_away "$1" 'it is not known here' ;;
  esac
}
