# Reports the state of a slot's service, and the last lines of its log. Changes nothing.
# with journal-end
need root deployment slot unit lines

# say_rest UNIT: tells why nothing of the unit runs, and after how many seconds systemd starts it again.
say_rest() {
  read_unit "$1" SubState RestartUSec
  case $unit_SubState in
    auto-restart*)
      waits=$(systemd-analyze timespan "$unit_RestartUSec" 2>/dev/null | sed -n 's/.*s: \([0-9]*\)$/\1/p' | head -n 1)
      say restart_after $((${waits:-0} / 1000000))
      ;;
    dead) say last_job "$last_job" ;;
  esac
}
guard=$p_root/state/guard
# The watch sends `heard`, which tells the guard that the bot is not silent.
! was_given heard || hear "$guard"
read_first "$guard/returned"
[ "${first% *}" != "$p_deployment" ] || say guard_returned "${first#* }"
read_unit "$p_unit" ActiveState ExecMainStatus NRestarts
if by_hand_listens "$p_slot"; then unit_ActiveState=active; fi
say active "$unit_ActiveState"
say exit_status "$unit_ExecMainStatus"
say restarts "$unit_NRestarts"
link_of "$p_slot"
[ ! -L "$p_root/$p_slot" ] || say release "$in_slot"
live=$(recorded_slot)
[ -z "$live" ] || say live "$live"

# The watch needs to know how a service ended, but no log.
case $p_lines:$unit_ActiveState:$unit_NRestarts in
  0:active:0) exit 0 ;;
  0:*) was_given heard || exit 0 ;;
esac
since=0
kept=$p_root/$p_slot/.argo
[ ! -f "$kept/started" ] || since=$(cat "$kept/started")
# With `strategy: restart`, both slots share the unit, so this slot's log ends when the other slot's release started.
until=
if [ "$p_strategy" = restart ]; then
  case $p_slot in blue) other=green ;; *) other=blue ;; esac
  after=$(cat "$p_root/$other/.argo/started" 2>/dev/null || true)
  [ -z "$after" ] || [ "$(printf '%s\n%s\n' "$since" "$after" | sort -n | tail -n 1)" = "$since" ] || until=$after
fi
last_run "$p_unit" "$since" "$until"
say ended "$last_end"
[ "$unit_ActiveState" = active ] || say_rest "$p_unit"
[ "$p_lines" != 0 ] || exit 0
journal_end "$p_unit" "$p_lines" --since "@$since" ${until:+"--until=@$until"} | say_each log
say_filed "$p_unit" "$p_lines" "$kept"
