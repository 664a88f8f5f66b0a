# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with running` in its head: which release a unit's service was started from. Never by
# what the process says of itself, its environment included: it may clear or overwrite that.

# note_start UNIT RELEASE: systemd's own number of this start.
note_start() {
  started_as=$(systemctl show -p InvocationID --value -- "$1")
  printf '%s %s\n' "${started_as:-none}" "$2" >"$p_root/state/started-$1.new"
  mv -T -- "$p_root/state/started-$1.new" "$p_root/state/started-$1"
}
# started_from UNIT: the release, by our note of this very start; after another one (systemd's own restart, a start of
# the host) by the folder and the program that the kernel knows of the processes. Nothing where neither tells.
started_from() {
  start_note=$(cat "$p_root/state/started-$1" 2>/dev/null || true)
  known=$(systemctl show -p InvocationID -p MainPID -p ControlGroup -- "$1")
  invocation=$(printf '%s\n' "$known" | sed -n 's/^InvocationID=//p')
  if [ -n "$invocation" ] && [ "${start_note%% *}" = "$invocation" ]; then
    printf '%s\n' "${start_note#* }"
    return
  fi
  main=$(printf '%s\n' "$known" | sed -n 's/^MainPID=//p')
  group=$(printf '%s\n' "$known" | sed -n 's/^ControlGroup=//p')
  releases_are=$(readlink -f -- "$p_root/releases" || true)
  # What forks may have no main process; else its children say nothing, since they may be left of a start before.
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
