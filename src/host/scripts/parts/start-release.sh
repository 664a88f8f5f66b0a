# Starts a release, and tells later from which release a unit was started. Does not ask the process's environment,
# because the process may change it.
# with journal-end

# start_release UNIT FOLDER LOG-FILES: starts the release in the folder, and saves systemd's id of this start.
start_release() {
  # Save the time in microseconds, so that log lines of the previous release do not count as lines of this release.
  [ ! -d "$2/.argo" ] || date +%s.%6N >"$2/.argo/started"
  note_log_sizes "$1" "$2/.argo" "$3"
  # Reset the count of systemd's start limit, which includes earlier deployments.
  systemctl reset-failed -- "$1" 2>/dev/null || true
  systemctl_wrote=$(systemctl restart -- "$1" 2>&1) || fail_start "$1" "$2/.argo"
  read_unit "$1" InvocationID NRestarts
  write_file "$p_root/state/started-$1" "${unit_InvocationID:-none} $p_release"
}
# fail_start UNIT FOLDER: fails with the reason why systemd did not start UNIT. The log comes first; the bot finds its
# end by the line `== not started`. FOLDER has the sizes that the log files had.
fail_start() {
  start_since=$(cat "$2/started" 2>/dev/null || echo 0)
  timeout 5 journalctl --sync 2>/dev/null || true
  start_log=$(
    journal_end "$1" 40 --since "@$start_since"
    say_filed "$1" 12 "$2" | sed 's/^filed\t//'
  )
  last_run "$1" "$start_since"
  set -f
  # shellcheck disable=SC2086 # four words, or none
  explain_start "$1" $last_end
  set +f
  # After a time-out, the last lines of the service are about its stop. systemd's own lines tell only that it failed.
  start_cause=$(printf '%s\n' "$start_log" | sed '/ operation timed out/,$d' |
    grep -vE '^== | systemd\[1\]: |^$' | tail -n 4)
  [ -n "$start_cause$timed_out" ] ||
    start_cause=$(printf '%s\n' "$start_log" | grep ' systemd\[1\]: ' |
      grep -vE 'Starting |Failed with result|Failed to start ' | tail -n 2)
  printf '%s\n' "$start_log" '== not started' >&2
  fail "$start_why${start_cause:+$newline$start_cause}" "$start_next"
}
# explain_start UNIT [CODE STATUS COMMAND RESULT]: sets start_why and start_next. last_run finds the last four.
explain_start() {
  read_unit "$1" Type AssertResult TimeoutStartUSec
  start_next='fix what the log shows, commit and push, then `/argo deploy`. If the cause is on the host, `/argo retry`'
  in_unit='commit and push. If argo.yml has it, restart argo-bot. Then `/argo deploy`'
  timed_out=$(printf '%s\n' "$start_log" | sed -nE 's/.* systemd\[1\]: .*: ([a-z-]+) operation timed out.*/\1/p' | tail -n 1)
  case $timed_out:$unit_Type in
    start-pre:*) took_too_long "$1" ExecStartPre ;;
    start-post:*) took_too_long "$1" ExecStartPost ;;
    start:notify*)
      start_why="$1 did not report within $unit_TimeoutStartUSec that it is ready (Type=notify)"
      start_next="if it needs longer, raise TimeoutStartSec in its unit. If it never sends READY=1 (sd_notify), set Type=exec; $in_unit"
      ! printf '%s\n' "$start_log" | grep -q 'notification message from PID .* reception only permitted' ||
        start_next="set NotifyAccess=all in its unit, because another process than the main one reports; $in_unit"
      ;;
    start:forking)
      start_why="$1 did not go into the background within $unit_TimeoutStartUSec (Type=forking)"
      start_next="set Type=exec in its unit, or make its command go into the background; $in_unit"
      ;;
    ?*:*) start_why="$1 did not start within $unit_TimeoutStartUSec" ;;
    *) explain_end "$@" ;;
  esac
}
# took_too_long UNIT SETTING: says that a command beside the main one did not end.
took_too_long() {
  start_why="$1 did not start: its $2 did not end within $unit_TimeoutStartUSec"
  start_next="make it end sooner, or raise TimeoutStartSec in its unit; $in_unit"
}
# explain_end UNIT [CODE STATUS COMMAND RESULT]: says how a process of the unit ended too early.
explain_end() {
  end="ended with exit status ${3:-}"
  case ${2:-}:${5:-} in
    *:oom-kill) end='was killed, because it used more memory than MemoryMax in its unit allows' ;;
    killed:* | dumped:*) end="was killed by signal $3" ;;
  esac
  case ${4:-}:$unit_Type in
    ExecStart:*) start_why="$1 did not start: it $end" ;;
    ?*:*)
      # The command that failed is the last one with an exit status.
      failed=$(property "$4" "$1" |
        sed -nE 's/^\{ path=.* ; argv\[\]=(.*) ; ignore_errors=.* ; status=[1-9].*/\1/p' | tail -n 1 | cut -c 1-120)
      start_why="$1 did not start: its $4 $end${failed:+: \`$failed\`}"
      ;;
    :notify*) start_why="$1 ended before it reported that it is ready (Type=notify)" ;;
    *)
      start_why="$1 did not start: ${systemctl_wrote%%"$newline"*}"
      [ "$unit_AssertResult" != no ] || start_why="$1 did not start, because an Assert setting of its unit is not met"
      ;;
  esac
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
