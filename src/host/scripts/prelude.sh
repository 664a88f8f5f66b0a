# with trust
# with users
# shellcheck shell=sh disable=SC2154
# Stands before every script; see ../script-text.ts for how the text is put together.
# Stdin: key=value lines, an empty line, then the payload. $0 is the script's name.
set -eu
# What the start files of a login shell, or whoever laid the host out, may have left for every program.
set +afvxC
umask 022
cd /
unset CDPATH GREP_OPTIONS TAR_OPTIONS SYSTEMD_COLORS SYSTEMD_LOG_LEVEL PYTHONHOME PYTHONPATH
for limit in f t v; do ulimit "-$limit" unlimited 2>/dev/null || :; done
case $(ulimit -n) in ? | ?? | 1??) ulimit -n 1024 2>/dev/null || : ;; esac
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
newline='
'

# fail MESSAGE…: what happened, for a person; ends the script with 1.
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# say KEY VALUE: one value of the answer.
say() {
  case "$1$2" in *"$newline"*) fail "the value of $1 has a line break, which an answer cannot carry" ;; esac
  printf '%s\t%s\n' "$1" "$2" || unheard
}
# Nobody listens any more: a script that only looks stops here, fence.sh lets one that changes go on.
unheard() { exit 74; }

# at_exit: redefine this to clean up; never `trap … EXIT`, which belongs to prelude and fence.
at_exit() { :; }
# leave CODE: what fails where systemd is ending, or does not answer, says nothing of what it was about: 69.
leave() {
  case $1 in 0 | 7[45679] | 129 | 1[34]?) exit "$1" ;; esac
  case $(systemctl is-system-running 2>&1) in stopping | *'ailed to connect'*) exit 69 ;; esac
  exit "$1"
}
# shellcheck disable=SC2329,SC2317
end_of_look() {
  code=$?
  set +e
  at_exit
  leave "$code"
}
trap end_of_look EXIT
# dash skips the EXIT trap when a signal ends it, so each becomes an exit.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A cut link is an end of file: without the empty line nothing runs, so never with half the parameters.
given=' '
while :; do
  IFS= read -r line || fail 'the parameters ended early: the link was cut while they were sent; nothing was done'
  [ -n "$line" ] || break
  key=${line%%=*}
  case $key in
    '' | "$line" | *[!a-z_]*) fail "unusable parameter line starting with \"$key\"; nothing was done" ;;
  esac
  # Under ../runner/run.sh the host itself decides what may be said.
  [ "${admitting:-}" != yes ] || admit "$key" "${line#*=}"
  given="$given$key "
  readonly "p_$key=${line#*=}"
done

# need NAME…: these parameters must have been sent.
need() {
  for name in "$@"; do
    case $given in *" $name "*) ;; *) fail "$0 was sent no parameter $name; nothing was done" ;; esac
  done
}

# hear FOLDER: the guard in it learns that the bot is there. It reads at any time, so never half a file.
hear() {
  [ -d "$1" ] || return 0
  cut -d. -f1 /proc/uptime >"$1/heard.$$"
  mv -f -- "$1/heard.$$" "$1/heard"
}

# listens PORT: from the kernel itself, since not every host has ss.
listens() {
  port_hex=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v end=":$port_hex" '$4 == "0A" && substr($2, length($2) - 4) == end { found = 1 } END { exit !found }'
}
by_hand() { [ -d "$p_root/$1" ] && [ ! -L "$p_root/$1" ]; }
# state_of SLOT UNIT: as systemd says; but what is no release of ours may run under a unit of another name.
state_of() {
  case $1 in blue) port=$p_port_blue ;; *) port=$p_port_green ;; esac
  if [ ! -L "$p_root/$1" ] && listens "$port"; then echo active; else systemctl show -p ActiveState --value -- "$2"; fi
}
# unit_of PID: only where that process is what the unit is about, so never the sshd of somebody's shell.
unit_of() {
  unit_name=$(sed -n 's|.*/\([^/]*\.service\)$|\1|p' "/proc/$1/cgroup" 2>/dev/null | head -n 1)
  [ -n "$unit_name" ] && [ "$(systemctl show -p MainPID --value -- "$unit_name")" = "$1" ] && echo "$unit_name"
}
# tenants SLOT UNIT: other units that work in a slot's folder as it was laid out by hand.
tenants() {
  by_hand "$1" || return 0
  folder=$(readlink -f -- "$p_root/$1")
  {
    find /proc -mindepth 2 -maxdepth 2 -name cwd \( -lname "$folder" -o -lname "$folder/*" \) -printf '%h\n' 2>/dev/null
    grep -lsaF -e "$folder/" -e "$p_root/$1/" /proc/[0-9]*/cmdline 2>/dev/null
  } | sed -n 's|^/proc/\([0-9]*\).*|\1|p' | sort -u |
    while read -r pid; do unit_of "$pid" || true; done | grep -vFx -- "$2" | sort -u
}
# ours UNIT-FILE: written by argo-bot, so not what somebody had before it came.
ours() { grep -q '^# Written by argo-bot' "$1" 2>/dev/null; }
# works_in UNIT: the slot that the one unit of `strategy: restart` runs out of, `other`, or nothing without a unit. By
# its folder, its program, or, where a team's own template has neither in the slot, the file that each must name.
works_in() {
  systemctl show -p LoadState -p WorkingDirectory -p ExecStart -p EnvironmentFiles -- "$1" | awk -v root="$p_root/" '
    $0 == "LoadState=loaded" { loaded = 1 }
    sub(/^WorkingDirectory=!?/, "") { path[1] = $0 }
    path[2] == "" && /^ExecStart=/ && sub(/^[^;]*[{ ]path=/, "") { sub(/[ ;].*/, ""); path[2] = $0 }
    /^EnvironmentFiles=.*\/\.argo\/environment \(/ && sub(/^EnvironmentFiles=/, "") { path[3] = $0 }
    END {
      if (!loaded) exit
      for (i = 1; i <= 3; i++) {
        if (index(path[i] "/", root "blue/") == 1) { print "blue"; exit }
        if (index(path[i] "/", root "green/") == 1) { print "green"; exit }
      }
      print "other"
    }'
}
# home_of UNIT: the slot that stands for a unit written by hand that works somewhere else, `other` where none is free.
home_of() {
  for slot in blue green; do
    [ "$(readlink "$p_root/$slot" 2>/dev/null || true)" != "releases/adopted-$slot" ] || { echo "$slot"; return; }
  done
  case $(systemctl show -p WorkingDirectory --value -- "$1") in *green | *green/) homes='green blue' ;; *) homes='blue green' ;; esac
  for slot in $homes; do [ -e "$p_root/$slot" ] || { echo "$slot"; return; }; done
  echo other
}
# stranger_on PORT UNIT: who listens there without being of that unit.
stranger_on() {
  command -v ss >/dev/null 2>&1 || return 0
  holder=$(ss -Hltnp "sport = :$1" | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 \2/p' | head -n 1)
  [ -n "$holder" ] && ! grep -q "/$2" "/proc/${holder#* }/cgroup" 2>/dev/null || return 0
  runs_as=$(unit_of "${holder#* }" || true)
  echo "${holder% *} (process ${holder#* }${runs_as:+ of $runs_as})"
}

# receive FILE: the payload, whole or not at all (its length comes with it: half a file looks like a file).
receive() {
  need payload_bytes
  cat >"$1"
  received=$(wc -c <"$1" | tr -d ' ')
  [ "$received" = "$p_payload_bytes" ] && return 0
  rm -f -- "$1"
  fail "the payload was cut: $received of $p_payload_bytes bytes arrived; nothing was installed"
}
