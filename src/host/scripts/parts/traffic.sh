# Tells where nginx sends users, and which service answers there.

# nginx_words: awk functions that parse nginx's configuration. The program passes each line to `read_line`, and defines
# `statement(by)`, which is called at each ; { or } with the words in part[1] to part[parts].
nginx_words='
  function word_ends() { if (open) { part[++parts] = word; word = ""; open = 0 } }
  function ends(by) { word_ends(); statement(by); split("", part); parts = 0 }
  function read_line(text,    c) {
    while (text != "") {
      # Skip Lua code until its braces are closed.
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

# plain_server FILE: sets `found` to the port in a file from switch.sh, and starts no program. Fails for any other file.
plain_server() {
  plain='' found=''
  while IFS= read -r line; do
    case $plain$line in
      '# Written by argo-bot, '*) plain=comment ;;
      "commentupstream ${p_upstream:-} {") plain=open ;;
      'open    server 127.0.0.1:'*' backup;' | 'open    keepalive 32;') ;;
      'open    server 127.0.0.1:'*';')
        [ -z "$found" ] || return 1
        found=${line#* 127.0.0.1:} found=${found%;} found=${found% max_fails=0}
        case $found in *[!0-9]*) return 1 ;; esac
        ;;
      'open}') plain=closed ;;
      *) return 1 ;;
    esac
  done <"$1"
  [ "$plain" = closed ] && [ -n "$found" ]
}
# servers FILE: prints the addresses in an upstream file that get traffic, one on each line. If the file has the
# upstream that argo.yml names, prints only its addresses. `?` stands for addresses from an included file or a program.
servers() {
  [ -s "$1" ] || return 0
  ! plain_server "$1" || { printf '127.0.0.1:%s\n' "$found" && return; }
  UPSTREAM=${p_upstream:-} awk "$nginx_words"'
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
# own_address ADDRESS: succeeds if ADDRESS belongs to this host.
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
# local_port ADDRESS: prints the port if the address is a port of this host; otherwise fails.
local_port() {
  case $1 in
    unix:* | '?') return 1 ;;
    *]:* | *[!]]:*[0-9]) server_port=${1##*:} server_host=${1%:*} ;;
    *) server_port=80 server_host=$1 ;;
  esac
  case $server_port in *[!0-9]*) return 1 ;; esac
  own_address "$server_host" && printf '%s\n' "$server_port"
}
# serves PORT FILE: succeeds if this upstream file makes nginx send traffic to the port of this host.
serves() {
  if [ -s "$2" ] && plain_server "$2"; then [ "$found" = "$1" ]
  else [ -n "$(servers "$2" | while IFS= read -r address; do [ "$(local_port "$address")" != "$1" ] || echo yes; done)" ]; fi
}
# in_use SLOT: succeeds if users are on the slot now, whatever .current_color says.
in_use() {
  set_slot "$1"
  serves "$port" "$p_upstream_file" && listens "$port"
}

# recorded_slot: prints the live slot that .current_color names. Nothing if that slot was set up by hand and nginx sends
# users elsewhere: then the file is older than argo-bot.
recorded_slot() {
  [ -f "$p_root/.current_color" ] || return 0
  read -r colour <"$p_root/.current_color" || :
  set_slot "$colour"
  [ -L "$p_root/$colour" ] || [ -z "$(servers "$p_upstream_file")" ] || serves "$port" "$p_upstream_file" || return 0
  printf '%s' "$colour"
}
# before_switch: prints the path of the upstream file's copy from before the last switch, also an interrupted one. An
# earlier version of argo-bot kept it beside the upstream file.
before_switch() {
  for kept in "$p_root/state/proxy-moving" "$p_root/state/proxy-before" "$p_upstream_file.argo-previous"; do [ ! -e "$kept" ] || break; done
  printf '%s' "$kept"
}
# socket_takes PATH: succeeds if a service listens on this Unix socket. The file may remain after the service died. The
# kernel's list has no sockets of containers, so try a connection too.
socket_takes() {
  [ -S "$1" ] || return 1
  awk -v path="$1" -v other="$(readlink -f -- "$1")" '$4 == "00010000" && ($8 == path || $8 == other) { found = 1 }
    END { exit !found }' /proc/net/unix && return 0
  command -v curl >/dev/null 2>&1 || return 1
  curl -q -s -o /dev/null --max-time 2 --unix-socket "$1" http://localhost/ || [ $? != 7 ]
}
# at_socket PATH: prints the unit that listens on this Unix socket, or that systemd would start for it.
at_socket() {
  command -v ss >/dev/null 2>&1 || return 0
  on_socket=$(ss -Hlxp | awk -v path="$1" -v other="$(readlink -f -- "$1")" '$5 == path || $5 == other' |
    pids_in_ss)
  for pid in $on_socket; do unit_of "$pid" && return; done
  for pid in $on_socket; do [ "$pid" = 1 ] || { echo "process-$pid"; return; }; done
  systemctl list-sockets --all --no-legend --plain 2>/dev/null | awk -v path="$1" '$1 == path { print $NF; exit }'
}
# answering: for the addresses on stdin, prints `place unit` if a service of this host listens there, and `place -` for
# other machines. A place is a port of this host, or the address as nginx has it; an unknown unit is `-`.
answering() {
  while IFS= read -r address; do
    if at=$(local_port "$address"); then
      ! listens "$at" || { runs=$(listener "$at"); echo "$at ${runs:--}"; }
    else
      case $address in
        unix:*) ! socket_takes "${address#unix:}" || { runs=$(at_socket "${address#unix:}"); echo "$address ${runs:--}"; } ;;
        '?') ;;
        *) echo "$address -" ;;
      esac
    fi
  done
}
# port_of_release PORT: succeeds if PORT is the port of a slot with a release.
port_of_release() {
  case $1 in
    "$p_port_blue") [ -L "$p_root/blue" ] ;;
    "$p_port_green") [ -L "$p_root/green" ] ;;
    *) return 1 ;;
  esac
}
# external_services: prints `place unit` of services outside the slots that get users now, or got them before argo-bot.
external_services() {
  outside=$({
    servers "$p_upstream_file"
    servers "$(before_switch)"
    # Skip other machines, because nothing here shows whether they still have the service.
    [ ! -s "$p_root/state/before" ] || while IFS= read -r line; do
      case ${line% *} in unix:*) printf '%s\n' "${line% *}" ;; '' | *[!0-9]*) ;; *) echo "127.0.0.1:${line% *}" ;; esac
    done <"$p_root/state/before"
  } | while IFS= read -r address; do
    # A slot with a release is no external service. Skip its port before `answering`, which takes long.
    port_of_release "${address#127.0.0.1:}" || printf '%s\n' "$address"
  done)
  [ -n "$outside" ] || return 0
  printf '%s\n' "$outside" | sort -u | answering | sort -u | while IFS= read -r line; do
    ! port_of_release "${line% *}" || continue
    case ${line##* } in "$p_unit_blue" | "$p_unit_green" | nginx.service) ;; *) printf '%s\n' "$line" ;; esac
  done
}
# listener PORT: prints the unit (a service or a socket) that listens on PORT; if there is none, `process-<id>`.
listener() {
  command -v ss >/dev/null 2>&1 || return 0
  on_port=$(ss -Hltnp "sport = :$1" | pids_in_ss)
  for pid in $on_port; do unit_of "$pid" && return; done
  [ "$on_port" != 1 ] || { socket_on "$1"; return; }
  for pid in $on_port; do echo "process-$pid" && return; done
}
