# Tells where a service writes its log, what it wrote, and how its last process ended.

# log_files UNIT: prints the files that standard output and error go to, then those that argo.yml declares. Call it
# after `read_unit UNIT FragmentPath DropInPaths MainPID`.
log_files() {
  # shellcheck disable=SC2086 # a list of paths, in the order in which systemd reads them
  outputs=$(grep -hsE '^[[:space:]]*Standard(Output|Error)[[:space:]]*=' -- "$unit_FragmentPath" $unit_DropInPaths || true)
  # The usual case: no setting names a file, and no process runs yet that could write to one.
  [ -n "$outputs${p_log_files:-}" ] || [ "${unit_MainPID:-0}" != 0 ] || return 0
  {
    printf '%s\n' "$outputs" |
      sed -nE 's/^[[:space:]]*Standard(Output|Error)[[:space:]]*=[[:space:]]*(append|file|truncate):(\/.*[^[:space:]])[[:space:]]*$/\3/p' |
      sed "s|%n|$1|g; s|%[Np]|${1%.service}|g; s|%H|$(uname -n)|g; s|%%|%|g"
    # A shell may have redirected the output, which only a running process shows.
    for fd in 1 2; do
      [ "${unit_MainPID:-0}" = 0 ] || readlink "/proc/$unit_MainPID/fd/$fd" 2>/dev/null | grep '^/' | grep -vE '^/(dev|proc|sys)/| \(deleted\)$' || true
    done
    # A guard that an earlier version of argo-bot started sends no log_files.
    printf '%s\n' "${p_log_files:-}" | tr ':' '\n'
  } | sed '/^$/d' | awk '!seen[$0]++' | head -n 5
}

# as_service UNIT COMMAND…: runs COMMAND as the service's user. By a link, the service could make root read any file.
as_service() {
  service_user=$(property User "$1")
  # Without a user, systemd runs a loaded unit as root. The unit may be missing, but its log files may not.
  [ -n "$service_user" ] || [ "$(property LoadState "$1")" = loaded ] || service_user=${p_user:-nobody}
  shift
  case $service_user in
    '' | root) timeout 5 "$@" ;;
    *) timeout 5 runuser -u "$service_user" -- "$@" ;;
  esac
}

# note_log_sizes UNIT FOLDER PATHS: saves in FOLDER the sizes that the log files PATHS have before a start. say_filed
# then finds what was written after the start.
note_log_sizes() {
  [ -d "$2" ] && [ -n "$3" ] || return 0
  printf '%s\n' "$3" | while IFS= read -r path; do
    printf '%s %s\n' "$(as_service "$1" stat -Lc %s -- "$path" 2>/dev/null || echo 0)" "$path"
  done >"$2/log-sizes" 2>/dev/null || true
}

# say_filed UNIT LINES FOLDER: prints the last lines that the unit wrote to its log files since its start.
say_filed() {
  [ "$(property StandardOutput "$1")" != null ] ||
    say filed "== the unit says StandardOutput=null, so what the service prints is lost"
  read_unit "$1" FragmentPath DropInPaths MainPID
  log_files "$1" | while IFS= read -r path; do
    as_service "$1" test -f "$path" 2>/dev/null || { say filed "== $path is no file that the service can read"; continue; }
    from=$(awk -v path="$path" '{ size = $1; sub(/^[0-9]+ /, "") } $0 == path { print size; exit }' "$3/log-sizes" 2>/dev/null || true)
    size=$(as_service "$1" stat -Lc %s -- "$path" 2>/dev/null || echo 0)
    # A file that is shorter than at the start was rotated, so read it from its beginning.
    [ "${from:-0}" -le "$size" ] || from=0
    say filed "== $path"
    as_service "$1" tail -c "+$((${from:-0} + 1))" -- "$path" 2>/dev/null | tail -c 200000 | tail -n "$2" |
      tr -d '\000' | say_each filed
  done
}

# journal_of UNIT ARGUMENT…: prints the journal of UNIT, also if UNIT has a journal of its own (LogNamespace=).
journal_of() {
  namespace=$(property LogNamespace "$1")
  journal_unit=$1
  shift
  journalctl ${namespace:+"--namespace=+$namespace"} -u "$journal_unit" --no-pager "$@" 2>/dev/null
}
