# Decides whether root may follow a path. Root must not if another user can change where it leads.

# read_modes PATH…: reads owner, group and mode of the paths and of all folders above them, for others_write. One call
# of stat is faster than one for each.
known_modes=
read_modes() {
  for path in "$@"; do
    while [ -n "$path" ]; do set -- "$@" "$path"; path=${path%/*}; done
  done
  known_modes=$(stat -c '%n/ %u %g 0%a' -- / "$@" 2>/dev/null) || true
  known_modes=$newline$known_modes$newline
}
# others_write PATH: succeeds if a user other than root can change PATH, or what is in it.
others_write() {
  case $known_modes in
    *"$newline$1/ "*) modes=${known_modes#*"$newline$1/ "} modes=${modes%%"$newline"*} ;;
    *) [ -e "$1" ] && modes=$(stat -c '%u %g 0%a' -- "$1" 2>/dev/null) || return 1 ;;
  esac
  case $modes in 0\ *) ;; "$(id -u) "*) ;; *) return 0 ;; esac
  case $modes in
    *[2367]) return 0 ;;
    *[!2367]?) return 1 ;;
    # Root's group has no other members. But a file with an ACL shows in this digit what users in the ACL may do.
    *' 0 '*) case $(ls -ld -- "$1") in ??????????+*) return 0 ;; esac ;;
    *) return 0 ;;
  esac
  return 1
}
# walk PATH: follows all links and sets `real` (where PATH leads), `linked` (yes if there was a link), `untrusted` (the
# first folder on the way that other users can change, so they decide where PATH leads) and `circle` (yes if links form
# a circle).
walk() {
  real='' linked='' untrusted='' circle='' hops=0
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
        circle=yes
        return 0
      fi
      todo=${leads#/}${todo:+/$todo}
    else real=$real/$step; fi
  done
}
# trusted FOLDER: succeeds if root may work in FOLDER; otherwise sets `untrusted`.
trusted() {
  walk "$1"
  if [ -z "$untrusted" ] && others_write "${real:-/}"; then untrusted=${real:-/}; fi
  [ -z "$untrusted" ]
}
# distrusted FOLDER: prints why root must not work in FOLDER, with the command that fixes it; nothing if root may.
distrusted() {
  ! trusted "$1" || return 0
  case $(stat -c '%u 0%a' -- "$untrusted") in
    *\ 01???) echo "everybody can write to $untrusted: choose a place that is not below it" ;;
    0\ *) echo "others than root can write to $untrusted: chmod go-w $untrusted" ;;
    *) echo "$untrusted belongs to $(stat -c %U -- "$untrusted"), who can replace what is in it: chown root $untrusted && chmod go-w $untrusted" ;;
  esac
}
# distrust PLACE WHY: ends the script with 77. Call it before anything is changed.
distrust() {
  printf 'root must not work in %s: %s\n' "$1" "$2" >&2
  exit 77
}
# planted FOLDER: prints `path<TAB>why` if others may have written to .argo of a folder that was set up by hand, before it
# was root's: root reads and writes files there, among them units.
planted() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  put_there=$(find "$1" \( -type l -o ! -uid "$(id -u)" -o -perm /022 \) -print -quit)
  [ -z "$put_there" ] || printf '%s\t%s\n' "$1" "others than root may have put $put_there there: rm -r $1"
}
# distrusted_places: prints `path<TAB>why` for the folders in which root must not work, and for the upstream file.
# Includes folders that were set up by hand, because argo-bot adopts them with their unit, which root installs.
distrusted_places() {
  read_modes "$p_root/state" "$p_root/venvs" "$p_root/releases/adopted-blue" "$p_root/releases/adopted-green" "${p_upstream_file:-/}"
  for place in '' /state /releases /venvs /blue /green /releases/adopted-blue /releases/adopted-green; do
    case $place in /blue | /green) by_hand "${place#/}" || continue ;; esac
    trusted "$p_root$place" || printf '%s\t%s\n' "$p_root$place" "$(distrusted "$p_root$place")"
    case $place in /blue | /green | */adopted-*) planted "$p_root$place/.argo" ;; esac
  done
  [ -n "$p_upstream_file" ] || return 0
  walk "$p_upstream_file"
  [ -z "$untrusted" ] || printf '%s\t%s\n' "$p_upstream_file" "$(distrusted "$untrusted")"
}
