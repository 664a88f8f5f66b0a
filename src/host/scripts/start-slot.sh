# fenced
# with logs
# with running
# shellcheck shell=sh disable=SC2154
# Starts the idle slot; a slot that already runs this release is left alone, unless it is to start anew: once.
need release slot unit port_blue port_green upstream_file
live=$(recorded)
[ "$live" != "$p_slot" ] || fail "slot $p_slot is live on this host; it was not restarted"

show() { systemctl show -p "$1" --value -- "$p_unit"; }
running=
fresh=
case $given in *' fresh '*) fresh=$p_fresh ;; esac
note=$p_root/state/fresh-$p_slot
if [ "$(show ActiveState)" = active ]; then
  running=$(started_from "$p_unit")
  # The slot was stopped when the release came into it, so where nothing tells otherwise, it was started from that.
  [ -n "$running" ] || [ "$(readlink "$p_root/$p_slot")" != "releases/$p_release" ] || running=$p_release
fi
if [ -n "$fresh" ] && [ "$(cat "$note" 2>/dev/null || true)" != "$p_deployment" ]; then running=; fi
if [ "$running" = "$p_release" ]; then
  say already yes
else
  ! in_use "$p_slot" ||
    fail "nginx sends users to slot $p_slot (port $port), whatever .current_color says; it was not restarted"
  # From here on the journal is this release's: before, the slot's unit wrote for another one.
  [ ! -d "$p_root/$p_slot/.argo" ] || date +%s.%6N >"$p_root/$p_slot/.argo/started"
  note_log_sizes "$p_unit" "$p_root/$p_slot/.argo" "$(log_files "$p_unit")"
  # The start limit counts earlier deployments too, so it is cleared on purpose.
  systemctl reset-failed -- "$p_unit" 2>/dev/null || true
  systemctl restart -- "$p_unit" || {
    journal_of "$p_unit" -n 50 --since "@$(cat "$p_root/$p_slot/.argo/started" 2>/dev/null || echo 0)" -o cat >&2
    fail "systemctl start $p_unit failed: $(show Result)"
  }
  note_start "$p_unit" "$p_release"
  [ -z "$fresh" ] || printf '%s\n' "$p_deployment" >"$note"
fi
say pid "$(show MainPID)"
say restarts "$(show NRestarts)"
