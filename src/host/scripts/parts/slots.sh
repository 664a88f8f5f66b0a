# Tells which release a slot holds, which units run in it, and the verdict on a release.

# property NAME UNIT: prints the property NAME of the unit from systemd.
property() { systemctl show -p "$1" --value -- "$2"; }
# read_unit UNIT PROPERTY…: sets a variable for each property of the unit (`NRestarts` sets unit_NRestarts). One call of
# systemctl is faster than one for each.
read_unit() {
  shown_unit=$1 shown_options=
  shift
  for shown_name in "$@"; do
    eval "unit_$shown_name="
    shown_options="$shown_options -p $shown_name"
  done
  # shellcheck disable=SC2086 # the names of properties have no blanks
  shown=$(systemctl show $shown_options -- "$shown_unit")
  while IFS= read -r shown_line; do
    shown_name=${shown_line%%=*}
    case "$shown_options " in *" $shown_name "*) eval "unit_$shown_name=\${shown_line#*=}" ;; esac
  done <<END
$shown
END
}

# set_slot SLOT: sets `unit` and `port` to those of the slot.
set_slot() {
  case $1 in
    blue) unit=${p_unit_blue:-} port=$p_port_blue ;;
    *) unit=${p_unit_green:-} port=$p_port_green ;;
  esac
}
# link_of SLOT: sets `in_slot` to the name of the folder that the slot leads to; to nothing if it is no link.
link_of() {
  in_slot=
  [ ! -L "$p_root/$1" ] || in_slot=$(readlink "$p_root/$1") || in_slot=
  in_slot=${in_slot##*/}
}
# holds SLOT RELEASE: succeeds if the slot is a link to this release.
holds() { [ -L "$p_root/$1" ] && [ "$p_root/$1" -ef "$p_root/releases/$2" ]; }
# by_hand SLOT: succeeds if the slot was set up by hand before argo-bot, so it is a folder and not a link.
by_hand() { [ -d "$p_root/$1" ] && [ ! -L "$p_root/$1" ]; }
# record_live SLOT: writes .current_color, unless it already names the slot: the file's time is that of the switch.
record_live() {
  read_first "$p_root/.current_color"
  [ ! -L "$p_root/.current_color" ] && [ "$first" = "$1" ] ||
    write_file "$p_root/.current_color" "$1"
  say live "$1"
}

# verdict_of RELEASE: sets `first` to the verdict on the release; to nothing if there is none.
verdict_of() { read_first "$p_root/releases/$1/.argo/verdict"; }
# set_verdict RELEASE VERDICT: saves the verdict, unless the release was removed.
set_verdict() { [ ! -d "$p_root/releases/$1/.argo" ] || write_file "$p_root/releases/$1/.argo/verdict" "$2"; }

# listens PORT: succeeds if a process listens on PORT. Reads the kernel's list, because not every host has ss.
listens() {
  port_hex=$(printf '%04X' "$1")
  grep -qs "^ *[0-9]*: [0-9A-F]*:$port_hex [0-9A-F:]* 0A " /proc/net/tcp /proc/net/tcp6
}
# state_of SLOT UNIT: prints the unit's ActiveState. A slot set up by hand may have another unit, so it counts as active
# if its port listens.
state_of() { if by_hand_listens "$1"; then echo active; else property ActiveState "$2"; fi; }
by_hand_listens() {
  set_slot "$1"
  [ ! -L "$p_root/$1" ] && listens "$port"
}
# unit_of PID: prints the unit whose main process is PID. Ignores other processes, such as a shell below sshd.
unit_of() {
  [ -r "/proc/$1/cgroup" ] || return 1
  unit_name=
  while IFS= read -r line && [ -z "$unit_name" ]; do
    case $line in */*.service) unit_name=${line##*/} ;; esac
  done <"/proc/$1/cgroup"
  [ -n "$unit_name" ] && [ "$(property MainPID "$unit_name")" = "$1" ] && echo "$unit_name"
}
# slot_users SLOT UNIT: prints the units other than UNIT that run in a slot that was set up by hand.
slot_users() {
  folder=$(readlink -f -- "$p_root/$1")
  {
    find /proc -mindepth 2 -maxdepth 2 -name cwd \( -lname "$folder" -o -lname "$folder/*" \) -printf '%h\n' 2>/dev/null
    grep -lsaF -e "$folder/" -e "$p_root/$1/" /proc/[0-9]*/cmdline 2>/dev/null
  } | sed -n 's|^/proc/\([0-9]*\).*|\1|p' | sort -u |
    while read -r pid; do unit_of "$pid" || true; done | grep -vFx -- "$2" | sort -u
}
# pids_in_ss: prints the process ids in the output of `ss -p` on stdin. A process chooses its name, but the 15 characters
# of a name are too few for this pattern.
pids_in_ss() {
  grep -oE 'pid=[0-9]+,fd=[0-9]+\)(,\("|\)[[:space:]]*$)' | sed 's/^pid=\([0-9]*\).*/\1/' | sort -un
}
# socket_on PORT: prints the socket unit for which systemd itself (process 1) listens on the port.
socket_on() {
  systemctl list-sockets --no-legend --plain 2>/dev/null |
    awk -v end=":$1" 'substr($1, length($1) - length(end) + 1) == end { print $(NF - 1); exit }'
}
# stranger_on PORT UNIT: prints the process that listens on the port, if it does not belong to the unit.
stranger_on() {
  command -v ss >/dev/null 2>&1 || return 0
  listens "$1" || return 0
  holder_pid=$(ss -Hltnp "sport = :$1" | pids_in_ss | head -n 1)
  # Every user can name a unit of their own like the service's.
  [ -n "$holder_pid" ] && ! grep -s "/$2" "/proc/$holder_pid/cgroup" | grep -qv '/user@' || return 0
  if [ "$holder_pid" = 1 ]; then runs_as=$(socket_on "$1"); else runs_as=$(unit_of "$holder_pid" || true); fi
  echo "$(tr -cd ' -~' <"/proc/$holder_pid/comm" || true) (process $holder_pid${runs_as:+ of $runs_as})"
}
# ours FILE: succeeds if argo-bot wrote FILE.
ours() { grep -q '^# Written by argo-bot' "$1" 2>/dev/null; }
# enable_unit UNIT: makes systemd start UNIT at boot. --no-reload saves time: a boot reads all unit files anyway.
enable_unit() {
  for link_to_unit in "/etc/systemd/system"/*.wants/"$1"; do [ ! -e "$link_to_unit" ] || return 0; done
  systemctl enable --no-reload --quiet -- "$1" 2>/dev/null || systemctl enable --quiet -- "$1" 2>/dev/null || true
}
# disable_unit UNIT: keeps systemd from starting it at boot. systemctl would also delete a unit file that is a link.
disable_unit() {
  if [ -L "/etc/systemd/system/$1" ]; then
    rm -f -- "/etc/systemd/system"/*.wants/"$1" "/etc/systemd/system"/*.requires/"$1"
  else systemctl disable --quiet -- "$1" 2>/dev/null || true; fi
}

# works_in UNIT: prints the slot in which the one unit of `strategy: restart` runs, or `other`; nothing without a unit.
# Its folder or its program shows the slot, otherwise the environment file that each unit template must name.
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
# slot_for UNIT: prints the slot for a unit written by hand that runs outside both slots; `other` if none is free.
slot_for() {
  for slot in blue green; do ! holds "$slot" "adopted-$slot" || { echo "$slot"; return; }; done
  case $(property WorkingDirectory "$1") in *green | *green/) order='green blue' ;; *) order='blue green' ;; esac
  for slot in $order; do [ -e "$p_root/$slot" ] || { echo "$slot"; return; }; done
  echo other
}
