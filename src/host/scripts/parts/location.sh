# shellcheck shell=sh disable=SC2154,SC2034
# Put into the scripts that look at or write the config's further locations: where such a path leads, and whether
# root may write there: only where nobody but root can change any folder on the way.

# locate PATH: sets `real` (the file that is meant), `linked` (yes where a link leads there), `refused` (why it cannot
# be written; nothing where it can) and `absent` (yes where its folder does not exist).
locate() {
  refused='' absent=''
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
  elif awk -v path="$real" '$5 == path { found = 1 } END { exit !found }' /proc/self/mountinfo; then
    echo 'is a mount of its own, so it cannot be replaced'
  elif [ -e "$real" ] && [ ! -w "$real" ]; then echo 'cannot be written: it is immutable or on a read-only file system'
  elif [ -d "${real%/*}/" ] && [ ! -w "${real%/*}/" ]; then
    echo 'cannot be written: its folder is immutable or on a read-only file system'
  fi
}

# tell_location PATH: after locate, what somebody should know before it is written.
tell_location() {
  if [ -n "$refused" ]; then say refused "$1 $refused"
  elif [ -n "$linked" ] && [ "$real" != "$1" ]; then
    if [ -f "$real" ]; then say linked "$1 $real $(stat -c %a -- "$real")"
    else say dangling "$1 $real"; fi
  fi
  if [ -f "$real" ] && [ "$(stat -c %h -- "$real")" -gt 1 ]; then say names "$1 $(stat -c %h -- "$real")"; fi
}
