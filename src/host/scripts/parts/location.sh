# shellcheck shell=sh disable=SC2154,SC2034
# Put into the scripts that look at or write the config's further locations: where such a path leads, and whether
# root may follow it there. A link is followed only through folders that nobody but root can change.

# others_write FOLDER: somebody who is not root can change what is in it.
others_write() {
  modes=$(stat -c '%u %g 0%a' -- "$1" 2>/dev/null) || return 1
  case $modes in 0\ *) ;; *) return 0 ;; esac
  case $modes in
    *[2367]) return 0 ;;
    '0 0 '*) return 1 ;;
    *[2367]?) return 0 ;;
  esac
  return 1
}

# locate PATH: sets `real` (the file that is meant), `linked` (yes where a link leads there), `refused` (why it cannot
# be written; nothing where it can) and `absent` (yes where its folder does not exist).
locate() {
  real='' linked='' refused='' absent='' untrusted='' hops=0
  todo=${1#/}
  while [ -n "$todo" ]; do
    step=${todo%%/*}
    case $todo in */*) todo=${todo#*/} ;; *) todo='' ;; esac
    case $step in '' | .) continue ;; ..) real=${real%/*}; continue ;; esac
    if [ -z "$untrusted" ] && others_write "${real:-/}"; then untrusted=${real:-/}; fi
    if [ -L "$real/$step" ]; then
      linked=yes
      hops=$((hops + 1))
      leads=$(readlink -- "$real/$step" || true)
      case $leads in *"$newline"*) hops=41 ;; /*) real='' ;; esac
      if [ "$hops" -gt 40 ]; then
        real=$1 refused='is a link that leads in a circle'
        return 0
      fi
      todo=${leads#/}${todo:+/$todo}
    else real=$real/$step; fi
  done
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
    if [ -n "$untrusted" ]; then
      echo "leads to $real through $untrusted, which others than root can change"
      return
    fi
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
