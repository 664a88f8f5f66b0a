# Finds where each path in config_locations (a copy of the config) leads, and whether root may write there.

# locations: prints the paths in config_locations, one a line.
locations() { [ -z "$p_locations" ] || printf '%s\n' "$p_locations" | tr : '\n'; }
# name_copies PATH: sets `memory` to the name of the file that has the digest of what argo-bot last wrote to PATH, and
# `original` to the name of the copy from before argo-bot. If PATH did not exist then, the copy is *.none. Both names
# are PATH with = for each /. No path has a =, so names are unique.
name_copies() {
  rest=$1 flat=
  while :; do
    case $rest in */*) flat=$flat${rest%%/*}= rest=${rest#*/} ;; *) break ;; esac
  done
  memory=$p_root/state/config/$flat$rest original=$p_root/state/config/original/$flat$rest
}

# locate PATH: sets `real` (the file that PATH leads to), `linked` (yes if a link leads there), `refused` (why the file
# cannot be written) and `absent` (yes if its folder does not exist).
locate() {
  refused='' absent=''
  read_modes "${1%/*}"
  walk "$1"
  if [ -n "$circle" ]; then
    real=$1 refused='is a link that leads in a circle'
    return 0
  fi
  refused=$(why_refused)
  [ -d "${real%/*}/" ] || absent=yes
}

why_refused() {
  if [ -n "$linked" ]; then
    own=$(readlink -f -- "$p_root" || printf %s "$p_root")
    case $real/ in
      "$p_root"/* | "$own"/*)
        echo "leads to $real, and argo-bot changes no file of a release"
        return ;;
    esac
  fi
  if [ -n "$untrusted" ]; then
    why=$(distrusted "$untrusted")
    leads_there='is below'
    [ -z "$linked" ] || leads_there="leads to $real through"
    echo "$leads_there $untrusted, which others than root can change: ${why##*: }"
    return
  fi
  if [ -d "$real" ]; then echo 'is a folder'
  elif [ -e "$real" ] && [ ! -f "$real" ]; then echo 'is not a plain file'
  elif grep -qsF " $real " /proc/self/mountinfo && awk -v path="$real" '$5 == path { found = 1 } END { exit !found }' /proc/self/mountinfo; then
    echo 'is a mount of its own, so it cannot be replaced'
  elif [ -e "$real" ] && [ ! -w "$real" ]; then echo 'cannot be written: it is immutable or on a read-only file system'
  elif [ -d "${real%/*}/" ] && [ ! -w "${real%/*}/" ]; then
    echo 'cannot be written: its folder is immutable or on a read-only file system'
  fi
}

# tell_unwritable PATH: call it after locate. Prints why nothing can be written to PATH.
tell_unwritable() { if [ -n "$refused" ]; then say refused "$1 $refused"; else say absent "$1"; fi; }
# keep_previous: call it after name_copies. Copies the file to *.argo-previous. Prints `drift` if somebody edited it since
# argo-bot wrote it.
keep_previous() {
  digest "$real"
  [ ! -f "$memory" ] || [ "$(cat "$memory")" = "$digested" ] || say drift "$real"
  rm -f -- "$real.argo-previous"
  cp -p -- "$real" "$real.argo-previous"
  chmod 0600 -- "$real.argo-previous"
}

# tell_location PATH: call it after locate. Prints what a person should know before PATH is written.
tell_location() {
  if [ -n "$refused" ]; then say refused "$1 $refused"
  elif [ -n "$linked" ] && [ "$real" != "$1" ]; then
    if [ -f "$real" ]; then say linked "$1 $real $(stat -c %a -- "$real")"
    else say dangling "$1 $real"; fi
  fi
  if [ -f "$real" ] && [ "$(stat -c %h -- "$real")" -gt 1 ]; then say names "$1 $(stat -c %h -- "$real")"; fi
}
