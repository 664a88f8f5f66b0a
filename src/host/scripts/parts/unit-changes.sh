# Shows what applies at a unit's next start: changes of its text, and the drop-ins that systemd reads beside it.

# say_diff INSTALLED WANTED: prints how the two unit files differ.
say_diff() {
  installed=$1
  [ -f "$installed" ] || installed=/dev/null
  ! cmp -s -- "$installed" "$2" || return 0
  diff -u --label installed --label new -- "$installed" "$2" | tail -n +3 | head -n 5000 | say_each diff
}

# dropin_names UNIT: call it after `read_unit UNIT Names`. Prints the names for which systemd looks for drop-ins: all
# names of the unit, the template of an instance (a@.service), and each name cut after a dash (a-.service).
dropin_names() {
  {
    echo "$1"
    printf '%s\n' "$unit_Names" | tr ' ' '\n'
  } | awk '
    function tell(name) { if (name != "" && !(name in told)) { told[name] = 1; print name } }
    function cut(stem, rest) {
      while (match(stem, /-[^-]+$/) || match(stem, /-$/)) {
        stem = substr(stem, 1, RSTART)
        tell(stem rest)
        sub(/-$/, "", stem)
      }
    }
    $0 != "" {
      tell($0)
      stem = $0; sub(/\.service$/, "", stem)
      at = index(stem, "@")
      if (at) {
        tell(substr(stem, 1, at) ".service")
        cut(substr(stem, 1, at - 1), substr(stem, at) ".service")
        cut(substr(stem, 1, at - 1), "@.service")
      }
      else cut(stem, ".service")
    }'
}
# dropins_of UNIT: prints the drop-ins that apply at the next start of UNIT. Of files with one name, the first applies;
# if that is empty, it hides the others. Looks on the disk, because systemd may not have read them yet. say_dropins has
# read the unit.
dropins_of() {
  # systemd has read all files of a loaded unit, and knows whether one has changed since.
  if [ "$unit_LoadState$unit_NeedDaemonReload" = loadedno ]; then
    for dropin in $unit_DropInPaths; do [ ! -s "$dropin" ] || printf '%s\n' "$dropin"; done
    return
  fi
  paths=$(systemctl show -p UnitPath --value)
  [ -n "$paths" ] || paths='/etc/systemd/system.control /run/systemd/system.control /run/systemd/transient /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system'
  names=$(dropin_names "$1")
  {
    for names in "$names" service; do
      for folder in $paths; do
        # On most hosts, /lib/systemd/system and /usr/lib/systemd/system are the same folder.
        if [ "$folder" = /lib/systemd/system ] && [ "$folder" -ef /usr/lib/systemd/system ]; then continue; fi
        for name in $names; do
          for dropin in "$folder/$name.d"/*.conf; do [ ! -e "$dropin" ] || printf '%s\n' "$dropin"; done
        done
      done
    done
    printf '%s\n' "$unit_DropInPaths" | tr ' ' '\n'
  } | awk -F/ '$NF != "" && !seen[$NF]++' | while IFS= read -r dropin; do
    if [ -f "$dropin" ] && [ -s "$dropin" ]; then printf '%s\n' "$dropin"; fi
  done
}
# of_the_system FILE: succeeds if a package of the distribution installed this drop-in for all services.
of_the_system() {
  case $1 in /usr/lib/systemd/system/service.d/* | /lib/systemd/system/service.d/*) ;; *) return 1 ;; esac
  for package_of in 'dpkg -S' 'rpm -qf' 'pacman -Qo'; do
    command -v "${package_of% *}" >/dev/null 2>&1 || continue
    $package_of "$1" >/dev/null 2>&1 || $package_of "${1#/usr}" >/dev/null 2>&1
    return
  done
}
# say_dropins UNIT: prints each drop-in with its settings. A file without settings changes nothing, so it is skipped.
# Also sets unit_ActiveState.
say_dropins() {
  read_unit "$1" LoadState NeedDaemonReload DropInPaths Names ActiveState
  dropins_of "$1" | while IFS= read -r dropin; do
    # Skip argo-bot's own drop-in, which unit-hardening.sh writes.
    [ "$dropin" != "/etc/systemd/system/$1.d/zz-argo-bot.conf" ] || continue
    sets=$(sed -n 's/^[[:space:]]*\([A-Za-z][A-Za-z]*\)[[:space:]]*=.*/\1/p' "$dropin" | sort -u | head -n 6 | tr '\n' ' ')
    [ -n "$sets" ] && ! of_the_system "$dropin" || continue
    say dropin "$dropin ($(echo $sets | sed 's/ /, /g'))"
  done
}
