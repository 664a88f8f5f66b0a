# Starts the idle slot. A slot that already runs this release is restarted only with `fresh`, and once per deployment.
# fenced
# with start-release
need release slot unit port_blue port_green upstream_file
live=$(recorded_slot)
[ "$live" != "$p_slot" ] || fail "slot $p_slot is live on this host; it was not restarted"

running=
fresh=${p_fresh:-}
note=$p_root/state/fresh-$p_slot
read_unit "$p_unit" ActiveState FragmentPath DropInPaths MainPID
if [ "$unit_ActiveState" = active ]; then
  running=$(started_from "$p_unit")
  # install-unit.sh stopped the slot before it put this release there. So if it is unknown which release the unit
  # started, this release counts as started.
  [ -n "$running" ] || ! holds "$p_slot" "$p_release" || running=$p_release
fi
if [ -n "$fresh" ] && [ "$(first_line "$note")" != "$p_deployment" ]; then running=; fi
if [ "$running" = "$p_release" ]; then
  say already yes
  say restarts "$(property NRestarts "$p_unit")"
else
  ! in_use "$p_slot" ||
    fail "nginx sends users to slot $p_slot (port $port), whatever .current_color says; it was not restarted"
  start_release "$p_unit" "$p_root/$p_slot" "$(log_files "$p_unit")"
  say restarts "${unit_NRestarts:-0}"
  [ -z "$fresh" ] || printf '%s\n' "$p_deployment" >"$note"
fi
