# with proxy
# with reading
# with location
# with account
# shellcheck shell=sh disable=SC2154
# What a deployment will need of this host, all of it at once, for a person to read. Changes nothing.
need root user python requirements upstream_file upstream port_blue port_green unit_blue unit_green locations strategy
quietly() { "$@" 2>/dev/null || true; }
# One line of whatever a program had to say.
one_line() { tr '\n\t' '  ' | cut -c1-300; }

for tool in flock tar sha256sum find diff sed awk grep timeout runuser env xargs systemctl systemd-analyze journalctl; do
  command -v "$tool" >/dev/null 2>&1 || say lacks "$tool"
done
for tool in ss uv; do if command -v "$tool" >/dev/null 2>&1; then say has "$tool"; fi; done

# Of ../runner, where that is all that the bot's key may call.
say runner "${runner:-}"
say now "$(date +%s)"
# Not timedatectl, which would start a daemon to answer. A container has the clock of its host.
keeper=$(systemctl list-units --no-legend --plain --state=active --type=service | awk '{ print $1 }' |
  grep -Ex '(systemd-timesyncd|chrony|chronyd|ntp|ntpd|ntpsec|openntpd)\.service' | head -n 1 || true)
[ -n "$keeper" ] || ! systemd-detect-virt --container --quiet || keeper=host
say timekeeper "$keeper"
say systemd "$(quietly systemctl --version | awk 'NR == 1 { print $2 }')"
say systemd_state "$(quietly systemctl is-system-running)"
quietly systemctl --failed --no-legend --plain | awk '{ print $1 }' | head -n 5 | while read -r unit; do say failed_unit "$unit"; done

distrusted_places | sort -u -t'	' -k2 | while IFS='	' read -r place why; do say untrusted "$place $why"; done
existing=$p_root
while [ ! -e "$existing" ]; do existing=$(dirname "$existing"); done
say disk "$(df -Pm -- "$existing" | awk 'NR == 2 { print $4, $2 }') $existing"
say inodes "$(quietly df -Pi -- "$existing" | awk 'NR == 2 { print $4 }')"
say mount "$(quietly findmnt -no OPTIONS -T "$existing")"
say memory "$(awk '$1 == "MemAvailable:" { a = $2 } $1 == "MemTotal:" { t = $2 } END { print int(a / 1024), int(t / 1024) }' /proc/meminfo)"

say user "$(quietly id -u -- "$p_user")"
if [ -n "$p_python" ]; then
  account=
  [ ! -x "$p_python" ] || account=$(python_account)
  if [ -n "$account" ]; then
    as_account() { run_as "$account" "$p_python" -I -c "$1"; }
    say python "$(as_account 'import platform; print(platform.python_version())' 2>&1 | one_line)"
    say venv "$(as_account 'import venv' 2>/dev/null && echo yes || echo no)"
    # Debian keeps it in python3-venv; without it an environment gets no pip.
    say ensurepip "$(as_account 'import ensurepip' 2>/dev/null && echo yes || echo no)"
  fi
fi

if [ "$p_strategy" = proxy ]; then
  find_nginx
  command -v "$nginx_program" >/dev/null 2>&1 || say lacks nginx
fi
if [ "$p_strategy" = proxy ] && command -v "$nginx_program" >/dev/null 2>&1; then
  say nginx "$("$nginx_program" -v 2>&1 | sed 's/.*nginx version: //' | one_line)"
  if [ -n "$nginx_master" ]; then say nginx_state active; else say nginx_state "$(quietly systemctl is-active nginx)"; fi
  if reading=$(run_nginx -T 2>&1); then
    say nginx_config ok
    read_nginx
    if [ -n "$nginx_file" ]; then say upstream included; else say upstream apart; fi
    say nginx_main "$nginx_main"
    say within "$nginx_within"
    say passed "$nginx_passes"
    say declared "$nginx_declares"
  else
    say nginx_config "$(printf '%s\n' "$reading" | grep -E '\[(emerg|crit|alert|error)\]' | one_line)"
  fi
fi
servers "$p_upstream_file" | sort -u | while IFS= read -r address; do say served "$address"; done
[ "$p_strategy" = restart ] || [ -d "$(dirname "$p_upstream_file")" ] || say upstream_folder missing

for slot in blue green; do
  case $slot in blue) unit=$p_unit_blue port=$p_port_blue ;; *) unit=$p_unit_green port=$p_port_green ;; esac
  file=$(systemctl show -p FragmentPath --value -- "$unit")
  if [ -n "$file" ]; then
    by=hand
    ! head -n 1 "$file" 2>/dev/null | grep -q 'argo-bot' || by=argo-bot
    say unit "$slot $by $file"
  fi
  [ "$(quietly systemctl is-enabled -- "$unit")" != masked ] || say masked "$unit"
  if listens "$port" && command -v ss >/dev/null 2>&1; then
    runs=$(listener "$port")
    [ "$runs" = "$unit" ] || say taken "$slot $port ${runs:-process-unknown}"
  fi
  # Both slots have the same unit and port.
  [ "$p_strategy" = proxy ] || break
done

rest=$p_locations
while [ -n "$rest" ]; do
  to=${rest%%:*}
  case $rest in *:*) rest=${rest#*:} ;; *) rest= ;; esac
  locate "$to"
  tell_location "$to"
  if [ -f "$to" ]; then say location "there $to"
  elif [ -d "$(dirname "$to")" ]; then say location "new $to"
  else say location "absent $to"; fi
done
# Looked up rather than tried: who only looks must not hold it even for a moment.
lock=$(quietly stat -c %i -- "$p_root/state/lock")
if [ -n "$lock" ] && grep -q "FLOCK.*:$lock " /proc/locks; then
  say busy "$(head -n 1 "$p_root/state/holder" 2>/dev/null | one_line)"
fi
