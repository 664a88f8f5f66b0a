# Reports to the doctor what a deployment will need on this host. Changes nothing.
# with nginx-config
# with config-locations
# with python-account
# with machine
need root user python requirements upstream_file upstream port_blue port_green unit_blue unit_green locations strategy
quietly() { "$@" 2>/dev/null || true; }
# one_line: prints stdin as one line, and at most 300 characters of it.
one_line() { tr '\n\t' '  ' | cut -c1-300; }

for tool in flock tar sha256sum find diff sed awk grep timeout runuser env xargs systemctl systemd-analyze journalctl; do
  command -v "$tool" >/dev/null 2>&1 || say lacks "$tool"
done
for tool in ss uv; do if command -v "$tool" >/dev/null 2>&1; then say has "$tool"; fi; done

# The version of the scripts in ../runner, if they are installed. Empty if the bot's key may run any command.
say runner "${runner:-}"
say now "$(date +%s)"
# Find the service that sets the clock. Do not ask timedatectl, because it starts a daemon. In a container, the
# container's host sets the clock.
keeper=$(systemctl list-units --no-legend --plain --state=active --type=service | awk '{ print $1 }' |
  grep -Ex '(systemd-timesyncd|chrony|chronyd|ntp|ntpd|ntpsec|openntpd)\.service' | head -n 1 || true)
[ -n "$keeper" ] || ! systemd-detect-virt --container --quiet || keeper=host
say timekeeper "$keeper"
say systemd "$(quietly systemctl --version | awk 'NR == 1 { print $2 }')"
say systemd_state "$(quietly systemctl is-system-running)"
failed_units | say_each failed_unit

distrusted_places | sort -u -t'	' -k2 | tr '\t' ' ' | say_each untrusted
existing=$(existing_folder)
say disk "$(df -Pm -- "$existing" | awk 'NR == 2 { print $4, $2 }') $existing"
read_disk
say inodes "$free_inodes"
say mount "$(quietly findmnt -no OPTIONS -T "$existing")"
say memory "$(meminfo MemAvailable) $(meminfo MemTotal)"

say user "$(quietly id -u -- "$p_user")"
if [ -n "$p_python" ]; then
  account=$(python_account)
  if [ -n "$account" ]; then
    has_module() { as_account -c "import $1" 2>/dev/null && echo yes || echo no; }
    say python "$(python_version 2>&1 | one_line)"
    say venv "$(has_module venv)"
    # Without ensurepip, a virtual environment gets no pip. Debian has this module in python3-venv.
    say ensurepip "$(has_module ensurepip)"
  fi
fi

if [ "$p_strategy" = proxy ]; then find_nginx; fi
if [ "$p_strategy" = proxy ] && ! command -v "$nginx_program" >/dev/null 2>&1; then
  say lacks nginx
elif [ "$p_strategy" = proxy ]; then
  say nginx "$("$nginx_program" -v 2>&1 | sed 's/.*nginx version: //' | one_line)"
  if [ -n "$nginx_masters" ]; then say nginx_state active; else say nginx_state "$(quietly systemctl is-active nginx)"; fi
  if reading=$(run_nginx -T 2>&1); then
    say nginx_config ok
    read_nginx
    if [ -n "$nginx_file" ]; then say upstream included; else say upstream apart; fi
    say nginx_main "$nginx_main"
    say within "$nginx_within"
    say beside "$nginx_beside"
    say passed "$nginx_passes"
    say declared "$nginx_declares"
  else
    say nginx_config "$(printf '%s\n' "$reading" | nginx_errors | one_line)"
  fi
fi
servers "$p_upstream_file" | sort -u | say_each served
[ "$p_strategy" = restart ] || [ -d "$(dirname "$p_upstream_file")" ] || say upstream_folder missing

for slot in blue green; do
  set_slot "$slot"
  file=$(property FragmentPath "$unit")
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
  # With `strategy: restart`, both slots have the same unit and port, so one check is enough.
  [ "$p_strategy" = proxy ] || break
done

locations | while IFS= read -r to; do
  locate "$to"
  tell_location "$to"
  if [ -f "$to" ]; then say location "there $to"
  elif [ -d "$(dirname "$to")" ]; then say location "new $to"
  else say location "absent $to"; fi
done
# Find out in the kernel's list whether a script holds the host's lock. Trying the lock would hold it for a moment.
lock=$(quietly stat -c %i -- "$p_root/state/lock")
if [ -n "$lock" ] && grep -q "FLOCK.*:$lock " /proc/locks; then
  say busy "$(first_line "$p_root/state/holder" | one_line)"
fi
