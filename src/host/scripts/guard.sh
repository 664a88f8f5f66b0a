# shellcheck shell=sh disable=SC2154
# What arm-guard.sh leaves behind on the host. It does nothing while the bot is heard of. When the bot has
# gone silent and the new release fails its health check, it sends users back by the same script as the bot.
need root deployment upstream upstream_file strategy port_blue port_green unit_blue unit_green slot release port back back_release back_port back_unit url back_url path well back_well python silence lasts
guard=$p_root/state/guard

uptime() { cut -d. -f1 /proc/uptime; }
heard() { cat "$guard/heard" 2>/dev/null || echo 0; }
# Where there is no Python to ask with, that somebody listens has to do.
healthy() {
  [ -n "$p_python" ] || { listens "$2"; return; }
  "$p_python" - "$1" "$p_path" "$3" <<'END' 2>/dev/null
import json, sys, urllib.error, urllib.request
url, path, well = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
try:
    answer = urllib.request.urlopen(url, timeout=5)
except urllib.error.HTTPError as error:
    answer = error
said, status = answer.read(1 << 20), answer.status
if path:
    value = json.loads(said)
    for key in path.split("."):
        value = value[key]
    sys.exit(0 if value in well["degraded"] or (status < 300 and value in well["healthy"]) else 1)
sys.exit(0 if status < 300 else 1)
END
}

send_back() {
  printf '%s\n' "root=$p_root" "deployment=$p_deployment" "epoch=$(cat "$p_root/state/epoch")" wait=30 \
    "to=$p_back" "release=$p_back_release" "port=$p_back_port" "unit=$p_back_unit" \
    "upstream=$p_upstream" "upstream_file=$p_upstream_file" \
    "strategy=$p_strategy" "port_blue=$p_port_blue" "port_green=$p_port_green" \
    "unit_blue=$p_unit_blue" "unit_green=$p_unit_green" '' |
    GUARD=$guard /bin/sh -c '. "$GUARD/switch"' guard-return
}

began=$(uptime)
failures=0
while [ $(($(uptime) - began)) -lt "$p_lasts" ]; do
  sleep 1
  # Somebody has moved users on: there is nothing left to guard.
  serves "$p_port" "$p_upstream_file" || break
  if [ $(($(uptime) - $(heard))) -le "$p_silence" ] || healthy "$p_url" "$p_port" "$p_well"; then
    failures=0
    continue
  fi
  failures=$((failures + 1))
  [ "$failures" -ge 3 ] || continue
  # A way back that is no better is no way back.
  if ! healthy "$p_back_url" "$p_back_port" "$p_back_well"; then
    systemctl start -- "$p_back_unit" 2>/dev/null || true
    continue
  fi
  [ $(($(uptime) - $(heard))) -gt "$p_silence" ] || continue
  send_back >/dev/null || continue
  [ ! -d "$p_root/releases/$p_release/.argo" ] || printf 'bad\n' >"$p_root/releases/$p_release/.argo/verdict"
  printf '%s %s\n' "$p_deployment" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$guard/returned"
  break
done
