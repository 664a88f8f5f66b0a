# Precedes every script marked `# fenced`, that is, every script that changes the host. Such scripts run one at a time,
# and only for the newest epoch (the number that each new run of a phase takes). Every child process inherits
# descriptor 9, which holds the lock, so a child that outlives the script keeps the lock. A child that may do so must
# close descriptor 9 (`9>&-`). Units do not inherit it, because systemd starts them.
need root deployment epoch
case $p_root in
  *"/../"* | */..) fail "the root $p_root has .. in it; nothing was done" ;;
  /?*) ;;
  *) fail "the root \"$p_root\" is not an absolute path; nothing was done" ;;
esac
case $p_deployment in
  '' | *[!A-Za-z0-9._-]*) fail 'the deployment id has characters other than letters, digits, dot, dash; nothing was done' ;;
esac
is_epoch() { case $1 in 0) ;; '' | 0* | *[!0-9]* | ????????????????*) return 1 ;; esac }
is_epoch "$p_epoch" || fail "the epoch \"$p_epoch\" is not a number; nothing was done"
case $0 in
  '' | *[!a-z-]*) fail "the script's name \"$0\" is not made of small letters and dashes; nothing was done" ;;
esac

read_modes "$p_root/state"
for place in "$p_root" "$p_root/state"; do
  trusted "$place" || distrust "$place" "$(distrusted "$place")"
done

state=$p_root/state
# holder: prints which script holds the lock. Right only while the lock is held, because the name stays in the file.
holder() { head -n 1 "$state/holder" 2>/dev/null || echo 'a script that left no name'; }
[ -d "$state" ] || mkdir -p "$state"
exec 9>>"$state/lock"
flock -w "${p_wait:-15}" 9 || {
  say holder "$(holder)"
  printf '%s is still held after %s s by %s\n' "$state/lock" "${p_wait:-15}" "$(holder)" >&2
  exit 75
}

# If the bot gave up while the script waited for the lock, this write fails and ends the script.
say fence held

# The ballast is a file that reserves room. On a full disk fence.sh removes it, and a cleanup can still write its files.
ballast=$state/ballast
fill_ballast() {
  [ -s "$ballast" ] || head -c 65536 /dev/zero 2>/dev/null >"$ballast" || {
    rm -f -- "$ballast"
    return 1
  }
}
# room_for BYTES: succeeds if the disk has room for BYTES.
room_for() {
  has_room=yes
  printf "%$1s" '' 2>/dev/null >"$state/room" || has_room=no
  : >"$state/room" || true
  [ "$has_room" = yes ]
}
tight=no
room_for 8192 || {
  tight=yes
  rm -f -- "$ballast"
}

stored=0
[ ! -e "$state/epoch" ] || { read_first "$state/epoch" && stored=$first; }
is_epoch "$stored" ||
  fail "$state/epoch is damaged: it holds no number. argo-bot needs it to prevent two deployments at once" \
    "restore its last number: \`grep -o '\"epoch\":[0-9]*' $state/journal.jsonl | tail -n 1 | cut -d: -f2 | sudo tee $state/epoch\`"
if [ "$p_epoch" -lt "$stored" ]; then
  say epoch "$stored"
  printf 'epoch %s is over: this host follows epoch %s (last: %s)\n' "$p_epoch" "$stored" "$(holder)" >&2
  exit 76
fi
unwritable() {
  rm -f -- "$state/epoch.new"
  fail "$state cannot be written ($(df -Ph -- "$state" | awk 'NR == 2 { print $5 " of " $2 " are used" }')); nothing was done" "free space: \`sudo du -xhd1 $p_root\` shows what uses it"
}
if [ "$p_epoch" -gt "$stored" ] || [ ! -e "$state/epoch" ]; then
  printf '%s\n' "$p_epoch" 2>/dev/null >"$state/epoch.new" || unwritable
  mv -f "$state/epoch.new" "$state/epoch"
fi

# Tell the guard of parts/arm-guard.sh that the bot is not silent. Refuse a rollback by the guard if the bot was heard
# after the guard decided.
if [ "$0" != guard-return ]; then
  hear "$state/guard"
elif [ "$(first_line "$state/guard/heard")" != "$p_heard" ]; then
  echo 'the bot has been heard of since: it decides by itself' >&2
  exit 76
fi

# journal EVENT TIME FIELDS: the values were checked above, so none needs escaping in JSON.
journal() {
  printf '{"at":"%s","deployment":"%s","epoch":%s,"script":"%s","event":"%s"%s}\n' \
    "$2" "$p_deployment" "$p_epoch" "$0" "$1" "$3" >>"$state/journal.jsonl"
}
started_at=$(date -u +%FT%TZ)
read -r started_up _ </proc/uptime
printf 'deployment %s, epoch %s, %s, since %s\n' "$p_deployment" "$p_epoch" "$0" "$started_at" 2>/dev/null >"$state/holder" ||
  unwritable
journal begin "$started_at" '' 2>/dev/null || unwritable
end_of_script() {
  code=$?
  set +e
  at_exit
  # Write the guard's files while the lock is held, so that the next script sees them. This script may have taken
  # minutes, so `hear` makes the guard count the bot's silence from now on.
  case $0$code in
    guard-return0) printf '%s %s\n' "$p_deployment" "$(date -u +%FT%TZ)" >"$state/guard/returned" ;;
    guard-return*) ;;
    *) hear "$state/guard" ;;
  esac
  # Starting `date` costs milliseconds. A script that ends in the second of its start (by the uptime) does without it.
  read -r up _ </proc/uptime
  [ "${up%.*}" = "${started_up%.*}" ] || started_at=$(date -u +%FT%TZ)
  journal end "$started_at" ",\"code\":$code"
  fill_ballast || true
  leave "$code"
}
trap end_of_script EXIT
# Complete a change that has started even if the connection is cut. The trap protects `say` only: a child process
# that writes to the connection still ends.
trap : PIPE
unheard() { :; }
