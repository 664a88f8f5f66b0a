# shellcheck shell=sh disable=SC2154
# Stands before every script; see ../script-text.ts for how the text is put together.
# Stdin: key=value lines, an empty line, then the payload. $0 is the script's name.
set -eu
umask 022
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
  case $1 in 0 | 7[456] | 129 | 1[34]?) exit "$1" ;; esac
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

# nginx_words: for an awk program, nginx's own grammar. The program takes each line with `read_line`, and has a
# function `statement(by)` for what has ended by ; { or }: its words are in part[1] to part[parts].
# shellcheck disable=SC2016
nginx_words='
  function word_ends() { if (open) { part[++parts] = word; word = ""; open = 0 } }
  function ends(by) { word_ends(); statement(by); split("", part); parts = 0 }
  function read_line(text,    c) {
    while (text != "") {
      # Another language, until its braces are closed.
      if (raw) {
        if (!match(text, /[{}]/)) return
        raw += substr(text, RSTART, 1) == "{" ? 1 : -1
        text = substr(text, RSTART + 1)
        if (!raw) ends("}")
        continue
      }
      if (quote == "" && match(text, /^[^ \t\r;{}"\047\\$#]+/)) {
        word = word substr(text, 1, RLENGTH); open = 1; text = substr(text, RLENGTH + 1)
        continue
      }
      c = substr(text, 1, 1); text = substr(text, 2)
      if (c == "\\") { word = word substr(text, 1, 1); open = 1; text = substr(text, 2) }
      else if (quote != "") { if (c == quote) quote = ""; else word = word c }
      else if (c == " " || c == "\t" || c == "\r") word_ends()
      else if (c == "$") {
        word = word c; open = 1
        if (substr(text, 1, 1) == "{") { word = word "{"; text = substr(text, 2) }
      }
      else if (c == ";") ends(";")
      else if (c == "{") { raw = part[1] ~ /_by_lua_block$/; ends("{") }
      else if (open) word = word c
      else if (c == "#") return
      else if (c == "}") ends("}")
      else { quote = c; open = 1 }
    }
    if (quote == "") word_ends()
  }'

# servers FILE: the addresses that nginx sends traffic to, as an upstream file has them; one a line. Where the file
# has the upstream of argo.yml, that one counts. `?` is for those that another file or a program names.
servers() {
  [ -s "$1" ] || return 0
  upstream_name=
  case $given in *' upstream '*) upstream_name=$p_upstream ;; esac
  UPSTREAM=$upstream_name awk "$nginx_words"'
    function add(address) {
      found[++all] = address; of[all] = tolower(name)
      if (name != "" && of[all] == tolower(ENVIRON["UPSTREAM"])) named = 1
    }
    function statement(by,    i) {
      if (by == "}") { if (--depth == 0) name = ""; return }
      if (by == "{" && depth++ == 0) name = part[1] == "upstream" ? part[2] : ""
      if (part[1] == "include" || part[1] ~ /^balancer_by_/) add("?")
      if (by == "{" || part[1] != "server" || (depth > 0 && name == "")) return
      for (i = 3; i <= parts; i++) if (part[i] == "down" || part[i] == "backup") return
      add(part[2])
    }
    { read_line($0) }
    END { for (i = 1; i <= all; i++) if (!named || of[i] == tolower(ENVIRON["UPSTREAM"])) print found[i] }
  ' "$1"
}
# own_address ADDRESS: one of this host's, so that what listens there listens here.
own_address() {
  case $1 in
    127.* | localhost | ip6-localhost | 0.0.0.0 | '[::1]' | '[::]') ;;
    \[*) [ -n "$(command -v ip)" ] && ip -o addr show to "$(printf %s "$1" | tr -d '[]')" 2>/dev/null | grep -q . ;;
    *[!0-9.]*)
      own=$(timeout 2 getent ahosts "$1" 2>/dev/null | cut -d' ' -f1 | head -n 1 || true)
      case $own in '' | *[!0-9a-fA-F.:]*) return 1 ;; *:*) own_address "[$own]" ;; *) own_address "$own" ;; esac
      ;;
    *)
      awk -v address="$1" '$2 == address { hit = 1; next } hit && /host LOCAL/ { found = 1 } { hit = 0 }
        END { exit !found }' /proc/net/fib_trie 2>/dev/null
      ;;
  esac
}
# local_port ADDRESS: the port of this host that a server's address names; fails where it names no such port.
local_port() {
  case $1 in
    unix:* | '?') return 1 ;;
    *]:* | *[!]]:*[0-9]) server_port=${1##*:} server_host=${1%:*} ;;
    *) server_port=80 server_host=$1 ;;
  esac
  case $server_port in *[!0-9]*) return 1 ;; esac
  own_address "$server_host" && printf '%s\n' "$server_port"
}
# served FILE: the ports of this host that nginx sends traffic to, by an upstream file.
served() { servers "$1" | while IFS= read -r address; do local_port "$address" || true; done; }
serves() { served "$2" | grep -qx "$1"; }
# listens PORT: from the kernel itself, since not every host has ss.
listens() {
  port_hex=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v end=":$port_hex" '$4 == "0A" && substr($2, length($2) - 4) == end { found = 1 } END { exit !found }'
}
# in_use SLOT: users are there right now, whatever the colour file says.
in_use() {
  case $1 in blue) port=$p_port_blue ;; *) port=$p_port_green ;; esac
  serves "$port" "$p_upstream_file" && listens "$port"
}

# recorded: the live slot by the colour file. Where it names a folder laid out by hand and nginx sends users
# past it, the file is from the time before argo-bot, and says nothing of where they are.
recorded() {
  [ -f "$p_root/.current_color" ] || return 0
  colour=$(tr -d ' \n' <"$p_root/.current_color")
  case $colour in blue) port=$p_port_blue ;; *) port=$p_port_green ;; esac
  [ -L "$p_root/$colour" ] || [ -z "$(servers "$p_upstream_file")" ] || serves "$port" "$p_upstream_file" || return 0
  printf '%s' "$colour"
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
# before_switch: the file that keeps what the upstream file was before the last switch, also an interrupted one. An
# earlier version kept it beside that file, where nginx may read every file there is.
before_switch() {
  for kept in "$p_root/state/proxy-moving" "$p_root/state/proxy-before" "$p_upstream_file.argo-previous"; do
    [ ! -e "$kept" ] || break
  done
  printf '%s' "$kept"
}
# socket_takes PATH: whether a service listens on it. A file of that name alone may be left of one that died.
socket_takes() {
  [ -S "$1" ] || return 1
  awk -v path="$1" -v other="$(readlink -f -- "$1")" '$4 == "00010000" && ($8 == path || $8 == other) { found = 1 }
    END { exit !found }' /proc/net/unix
}
# at_socket PATH: the unit that listens there; where systemd holds the socket for it, the one that it would start.
at_socket() {
  command -v ss >/dev/null 2>&1 || return 0
  on_socket=$(ss -Hlxp | awk -v path="$1" -v other="$(readlink -f -- "$1")" '$5 == path || $5 == other' |
    grep -o 'pid=[0-9]*' | cut -c5- | sort -un)
  for pid in $on_socket; do unit_of "$pid" && return; done
  for pid in $on_socket; do [ "$pid" = 1 ] || { echo "process-$pid"; return; }; done
  systemctl list-sockets --all --no-legend --plain 2>/dev/null | awk -v path="$1" '$1 == path { print $NF; exit }'
}
# answering: of the addresses on stdin `place unit` of those on this host where somebody listens, and `place -` of
# those elsewhere. A place is a port of this host, or the address as nginx has it; a unit that nobody knows is `-`.
answering() {
  while IFS= read -r address; do
    if at=$(local_port "$address"); then
      ! listens "$at" || { runs=$(listener "$at"); echo "$at ${runs:--}"; }
    else
      case $address in
        unix:*)
          at=${address#unix:}
          ! socket_takes "$at" || { runs=$(at_socket "$at"); echo "$address ${runs:--}"; }
          ;;
        '?') ;;
        *) echo "$address -" ;;
      esac
    fi
  done
}
# outside: `place unit` of services that are no slot of ours, and that users are or were sent to before argo-bot came.
outside() {
  {
    servers "$p_upstream_file"
    servers "$(before_switch)"
    # Nobody can see from here whether another machine still has it.
    sed -n 's/^\([0-9][0-9]*\) .*/127.0.0.1:\1/p; s/^\(unix:.*\) [^ ]*$/\1/p' "$p_root/state/before" 2>/dev/null
  } | sort -u | answering | sort -u | while IFS= read -r line; do
    # A slot that holds a release has its port for itself, and every deployment waits for this.
    case ${line% *} in
      "$p_port_blue") [ ! -L "$p_root/blue" ] || continue ;;
      "$p_port_green") [ ! -L "$p_root/green" ] || continue ;;
    esac
    case ${line##* } in "$p_unit_blue" | "$p_unit_green" | nginx.service) ;; *) printf '%s\n' "$line" ;; esac
  done
}
# listener PORT: the unit that listens there, else `process-<its id>`. Workers share the port with their main process.
listener() {
  command -v ss >/dev/null 2>&1 || return 0
  on_port=$(ss -Hltnp "sport = :$1" | grep -o 'pid=[0-9]*' | cut -c5- | sort -un)
  for pid in $on_port; do unit_of "$pid" && return; done
  for pid in $on_port; do echo "process-$pid" && return; done
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
