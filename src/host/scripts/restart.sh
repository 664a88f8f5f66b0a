# Replaces the running release of a service with `strategy: restart`. Makes all checks while the old release runs; then
# stops the service, replaces its unit and starts it. Safe to repeat.
# fenced
# with unit-check
# with arm-guard
# with start-release
# with pycache
need user unit_allow release to unit_blue port_blue back bad why stop_seconds
unit=$p_unit_blue
releases=$p_root/releases
release=$releases/$p_release
link=$p_root/$p_to
file=/etc/systemd/system/$unit
note=$p_root/state/restart
untouched='the service was not touched'

# uptime_ms: prints the milliseconds since boot, which no clock change affects.
uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
noted() { [ "$(cut -d' ' -f1,2 "$note" 2>/dev/null || true)" = "$p_deployment $p_release" ]; }
# say_down: prints the downtime that this deployment has caused so far. A reboot ends the count.
say_down() {
  noted || return 0
  down=$(($(uptime_ms) - $(cut -d' ' -f3 "$note")))
  [ "$down" -lt 0 ] || say down_ms "$down"
}
# runs: succeeds if the unit runs this release. Call it when the release's unit is installed. This script installs the
# unit after the stop, so if it is unknown which release the unit started, this release counts as started.
runs() {
  [ "$(property ActiveState "$unit")" = active ] || return 1
  case $(started_from "$unit") in
    "$p_release") ;;
    '') [ "$(property NeedDaemonReload "$unit")" = no ] ;;
    *) return 1 ;;
  esac
}

# The release was rolled back. A run that is repeated after a crash must not start it for users again.
verdict_of "$p_release"
[ "$first" != bad ] ||
  fail "$p_release was left before ($(head -n 1 "$release/.argo/why" 2>/dev/null || echo 'no reason recorded')); $untouched"
if [ -n "$p_bad" ] && [ -d "$releases/$p_bad/.argo" ] && verdict_of "$p_bad" && [ "$first" != bad ]; then
  printf '%s\n' "$p_why" >"$releases/$p_bad/.argo/why"
  set_verdict "$p_bad" bad
fi

# A release that was set up by hand, and still is the slot's own folder, stays there.
if [ ! -d "$release" ] && [ "$p_release" = "adopted-$p_to" ] && by_hand "$p_to"; then release=$link; fi
wanted=$release/.argo/unit.$p_to
if [ "$p_release" = "adopted-$p_to" ] && [ ! -f "$wanted" ] && ! ours "$(property FragmentPath "$unit")"; then
  # The restart was refused before it adopted the service that was set up by hand, so that service still runs.
  say already yes
  exit 0
fi
[ -f "$wanted" ] || fail "$wanted does not exist: the release was removed from the host; $untouched"
judge_unit "$wanted"
[ -z "$forbidden" ] || fail "$unit: $forbidden; $untouched"
in_place=no
if [ "$release" = "$link" ] || holds "$p_to" "$p_release"; then in_place=yes; fi

if [ "$in_place" = yes ] && cmp -s -- "$wanted" "$file" && runs; then
  arm_guard
  await_guard
  record_live "$p_to"
  say already yes
  say_down
  enable_unit "$unit"
  exit 0
fi

[ "$in_place" = yes ] || [ "$(works_in "$unit")" != "$p_to" ] ||
  fail "the service works in slot $p_to, which holds another release than $p_release; $untouched"
if [ "$in_place" = no ] && by_hand "$p_to" && [ -e "$releases/adopted-$p_to" ]; then
  fail "$link was laid out by hand and $releases/adopted-$p_to is there already; $untouched" "move one of them away"
fi
stranger=$(stranger_on "$p_port_blue" "$unit")
[ -z "$stranger" ] || fail "port $p_port_blue is taken by $stranger; $untouched" "stop it, or give the service another port in argo.yml"

# adopt: saves the unit of a service that was set up by hand, so that a rollback can start it.
adopt() {
  slot=${p_back#adopted-}
  keep=$releases/$p_back
  if [ ! -d "$keep" ] && by_hand "$slot"; then keep=$p_root/$slot; fi
  [ ! -f "$keep/.argo/unit.$slot" ] || return 0
  own=$(property FragmentPath "$unit")
  [ -f "$own" ] && ! ours "$own" || fail "the unit of the service that was laid out by hand is not installed any more, so a rollback cannot start it; $untouched"
  mkdir -p "$keep/.argo"
  copy_file "$own" "$keep/.argo/unit.$slot"
  # The service runs outside the slot, so the slot leads to a folder with only the saved unit.
  [ -e "$p_root/$slot" ] || ln -sfn -- "releases/$p_back" "$p_root/$slot"
}
case $p_back in adopted-*) adopt ;; esac

# The release goes into slot $p_to, where nothing runs, so changing the slot's link causes no downtime.
if [ "$in_place" = no ]; then
  ! by_hand "$p_to" || mv -T -- "$link" "$releases/adopted-$p_to"
  link_to "releases/$p_release" "$link"
fi
missing=
has_run_well "$release" || missing=$(missing_paths "$wanted")
[ -z "$missing" ] || fail "$unit: $missing; $untouched"
# Compiled Python files under the slot's path belong to the previous release. This release has them under its own path.
forget_compiled "$p_to"
case $p_release in adopted-*) ;; *) find "$release" -name __pycache__ -prune -exec rm -rf -- {} + ;; esac

tell_edits "$release" "$unit" "$(recorded_slot)"
arm_guard
if ! noted; then
  started=
  [ "$(property ActiveState "$unit")" != active ] || started="$p_deployment $p_release $(uptime_ms)"
  write_file "$note" "$started"
fi
# How long the stop may take: the unit's own limit (without one, 90 s), or stop_seconds if that is longer.
limit=
case $(property TimeoutStopUSec "$unit") in
  '' | infinity) ;;
  *) limit=$(systemd-analyze timespan "$(property TimeoutStopUSec "$unit")" 2>/dev/null | sed -n 's/.*s: \([0-9]*\)$/\1/p' | head -n 1) ;;
esac
limit=$((${limit:-90000000} / 1000000))
[ "$limit" -ge "$p_stop_seconds" ] || limit=$p_stop_seconds
# Do the slow work before the stop, because users wait from then on.
plan_dropin "$unit" "$wanted"
read_unit "$unit" FragmentPath DropInPaths MainPID
writes_to=$(log_files "$unit")
await_guard
timeout $((limit + 10)) systemctl stop -- "$unit" 2>/dev/null || {
  systemctl kill --kill-who=all -s KILL -- "$unit" 2>/dev/null || true
  timeout 10 systemctl stop -- "$unit" 2>/dev/null || true
}
[ "$(property Result "$unit")" != timeout ] || say killed "$limit"
# A unit written by hand may leave child processes behind that keep the port.
if listens "$p_port_blue"; then systemctl kill --kill-who=all -s KILL -- "$unit" 2>/dev/null || true; fi

copy_file "$wanted" "$file"
put_dropin || true
pass
systemctl daemon-reload
record_live "$p_to"
start_release "$unit" "$release" "$writes_to"
say_down
enable_unit "$unit"
# After a restart by the guard, remove the note: a bot that comes later would report too long a downtime.
[ "$0" != guard-return ] || rm -f -- "$note"
