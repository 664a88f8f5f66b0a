# with logs
# shellcheck shell=sh disable=SC2154
# How a slot's service is, and the last lines it wrote. Changes nothing.
need root deployment slot unit lines
guard=$p_root/state/guard
# The watch is heard of by this; nobody else's look counts.
case $given in *' heard '*) hear "$guard" ;; esac
show() { systemctl show -p "$1" --value -- "$p_unit"; }
pid=$(show MainPID)
returned=$(cat "$guard/returned" 2>/dev/null || true)
[ "${returned% *}" != "$p_deployment" ] || say guard_returned "${returned#* }"
say active "$(state_of "$p_slot" "$p_unit")"
say result "$(show Result)"
say exit_status "$(show ExecMainStatus)"
say restarts "$(show NRestarts)"
say pid "$pid"
[ ! -L "$p_root/$p_slot" ] || say release "$(basename "$(readlink "$p_root/$p_slot")")"
live=$(recorded)
[ -z "$live" ] || say live "$live"
if [ "$p_lines" != 0 ]; then
  since=0
  kept=$p_root/$p_slot/.argo
  [ ! -f "$kept/started" ] || since=$(cat "$kept/started")
  say ended "$(ended "$p_unit" "$since")"
  # The one unit of both slots: what it wrote for the release that came after is not this one's.
  until=
  if [ "$p_strategy" = restart ]; then
    case $p_slot in blue) other=green ;; *) other=blue ;; esac
    after=$(cat "$p_root/$other/.argo/started" 2>/dev/null || true)
    [ -z "$after" ] || [ "$(printf '%s\n%s\n' "$since" "$after" | sort -n | tail -n 1)" = "$since" ] || until=$after
  fi
  journal_of "$p_unit" -n "$p_lines" --since "@$since" ${until:+"--until=@$until"} -o short-iso | while IFS= read -r line; do say log "$line"; done
  say_filed "$p_unit" "$p_lines" "$kept"
fi
