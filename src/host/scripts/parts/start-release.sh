# Starts a release, and tells later from which release a unit was started. Does not ask the process's environment,
# because the process may change it.
# with logs

# start_release UNIT FOLDER LOG-FILES: starts the release in the folder, and saves systemd's id of this start.
start_release() {
  # Save the time in microseconds, so that log lines of the previous release do not count as lines of this release.
  [ ! -d "$2/.argo" ] || date +%s.%6N >"$2/.argo/started"
  note_log_sizes "$1" "$2/.argo" "$3"
  # Reset the count of systemd's start limit, which includes earlier deployments.
  systemctl reset-failed -- "$1" 2>/dev/null || true
  systemctl restart -- "$1" || {
    journal_of "$1" -n 50 --since "@$(cat "$2/.argo/started" 2>/dev/null || echo 0)" -o cat >&2
    fail "systemctl start $1 failed: $(property Result "$1")"
  }
  read_unit "$1" InvocationID NRestarts
  write_file "$p_root/state/started-$1" "${unit_InvocationID:-none} $p_release"
}
# started_from UNIT: prints the release from which the unit was started. start_release's note names it. After a start by
# systemd or a reboot, the folder and the program of the unit's processes tell. Prints nothing if they do not.
started_from() {
  start_note=$(cat "$p_root/state/started-$1" 2>/dev/null || true)
  read_unit "$1" InvocationID MainPID ControlGroup
  if [ -n "$unit_InvocationID" ] && [ "${start_note%% *}" = "$unit_InvocationID" ]; then
    printf '%s\n' "${start_note#* }"
    return
  fi
  main=$unit_MainPID
  group=$unit_ControlGroup
  releases_are=$(readlink -f -- "$p_root/releases" || true)
  # A service that forks may have no main process. Then look at all its processes. Otherwise look at the main process
  # only, because others may be left from an earlier start.
  [ "$main" != 0 ] || [ -z "$group" ] ||
    main=$(cat "/sys/fs/cgroup$group/cgroup.procs" "/sys/fs/cgroup/systemd$group/cgroup.procs" 2>/dev/null | head -n 20)
  for pid in $main; do
    for lies in "$(readlink "/proc/$pid/cwd" 2>/dev/null || true)" "$(readlink "/proc/$pid/exe" 2>/dev/null || true)"; do
      case $lies in
        "$releases_are/"*)
          lies=${lies#"$releases_are/"}
          lies=${lies%% *}
          printf '%s\n' "${lies%%/*}"
          return
          ;;
      esac
    done
  done
}
