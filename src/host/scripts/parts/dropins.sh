# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with dropins` in its head: files that change a unit beside its own.

# dropin_names UNIT: whatever systemd looks under for it, besides its kind: its names, the template of an instance, and
# what is left of each when it is cut after a dash.
dropin_names() {
  {
    echo "$1"
    systemctl show -p Names --value -- "$1" | tr ' ' '\n'
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
# dropins_of UNIT: those that will be in force at its next start, by systemd's rules: of files with one name the first
# counts, and an empty one hides the others. From the disk, since systemd may not have read them yet, and says nothing
# of a unit that is not installed; and what systemd names besides.
dropins_of() {
  paths=$(systemctl show -p UnitPath --value)
  [ -n "$paths" ] || paths='/etc/systemd/system.control /run/systemd/system.control /run/systemd/transient /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system'
  names=$(dropin_names "$1")
  {
    for names in "$names" service; do
      for folder in $paths; do
        # On most hosts these two are one.
        if [ "$folder" = /lib/systemd/system ] && [ "$folder" -ef /usr/lib/systemd/system ]; then continue; fi
        for name in $names; do
          for dropin in "$folder/$name.d"/*.conf; do [ ! -e "$dropin" ] || printf '%s\n' "$dropin"; done
        done
      done
    done
    systemctl show -p DropInPaths --value -- "$1" | tr ' ' '\n'
  } | awk -F/ '$NF != "" && !seen[$NF]++' | while IFS= read -r dropin; do
    if [ -f "$dropin" ] && [ -s "$dropin" ]; then printf '%s\n' "$dropin"; fi
  done
}
# of_the_system FILE: for all services alike, and part of the distribution: every unit there has it.
of_the_system() {
  case $1 in /usr/lib/systemd/system/service.d/* | /lib/systemd/system/service.d/*) ;; *) return 1 ;; esac
  for package_of in 'dpkg -S' 'rpm -qf' 'pacman -Qo'; do
    command -v "${package_of% *}" >/dev/null 2>&1 || continue
    $package_of "$1" >/dev/null 2>&1 || $package_of "${1#/usr}" >/dev/null 2>&1
    return
  done
}
# say_dropins UNIT: each with what it sets; a file that sets nothing changes nothing.
say_dropins() {
  dropins_of "$1" | while IFS= read -r dropin; do
    # What argo-bot writes beside the unit (rules.sh).
    [ "$dropin" != "/etc/systemd/system/$1.d/zz-argo-bot.conf" ] || continue
    sets=$(sed -n 's/^[[:space:]]*\([A-Za-z][A-Za-z]*\)[[:space:]]*=.*/\1/p' "$dropin" | sort -u | head -n 6 | tr '\n' ' ')
    [ -n "$sets" ] && ! of_the_system "$dropin" || continue
    say dropin "$dropin ($(echo $sets | sed 's/ /, /g'))"
  done
}
