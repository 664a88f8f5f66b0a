# The guard runs on the host during a watch; parts/arm-guard.sh starts it. When the bot is silent and the new release
# fails its health check, the guard rolls back with the same script as the bot.
# with guard-state
# with python-account
need user unit_allow root deployment guard strategy to release port unit_blue unit_green port_blue port_green upstream upstream_file
need return_slot return_release return_port return_unit return_url return_well url path well headers answer_seconds python silence starts lasts stop_seconds
guard=$p_root/state/guard
python=$(command -v -- "$p_python" 2>/dev/null || true)
# Run Python as the service's user, not as root, because others may be able to change the interpreter.
[ -z "$python" ] || run_as "$p_user" "$python" -I -c '' >/dev/null 2>&1 || python=
ARGO_HEADERS=$p_headers
export ARGO_HEADERS

uptime() { cut -d. -f1 /proc/uptime; }
heard() { cat "$guard/heard" 2>/dev/null || echo 0; }
silent() { [ $(($(uptime) - $(heard))) -gt "$p_silence" ]; }
# lock_is_held: succeeds while a script holds the host's lock.
lock_is_held() { ! flock -n "$p_root/state/lock" true; }
# users_are_here: succeeds while users are on the guarded release. If somebody moved them, there is nothing to guard.
users_are_here() {
  if [ "$p_strategy" = restart ]; then
    [ "$(works_in "$p_unit_blue")" = "$p_to" ]
  else
    serves "$p_port" "$p_upstream_file"
  fi
}
# healthy URL PORT WELL: makes the bot's health check, with the same headers and without following redirects. WELL: JSON
# with the values that count as healthy; `true` and 1 are different values. Headers may be secret, so they come in
# ARGO_HEADERS, not as an argument. Without Python, only checks that the port listens.
healthy() {
  [ -n "$python" ] || { listens "$2"; return; }
  run_as "$p_user" "$python" -I - "$1" "$p_path" "$3" "$p_answer_seconds" <<'END' 2>/dev/null
import http.client, json, os, re, sys, urllib.parse
url, path, well, limit = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), float(sys.argv[4])
headers = {"User-Agent": "argo-bot", "Connection": "close"}
headers.update(json.loads(os.environ["ARGO_HEADERS"] or "{}"))
at = urllib.parse.urlsplit(url)
link = http.client.HTTPConnection(at.hostname, at.port or 80, timeout=limit)
link.request("GET", (at.path or "/") + ("?" + at.query if at.query else ""), headers=headers)
answer = link.getresponse()
body, fine = answer.read(1 << 20), 200 <= answer.status < 300
if not path:
    sys.exit(0 if fine else 1)
try:
    said = json.loads(body)
except ValueError:
    if path != ".":
        raise
    said = body.decode().strip()
for key in filter(None, re.sub(r"\[(\d+)\]", r".\1", path).split(".")):
    if isinstance(said, list):
        said = len(said) if key == "length" else said[int(key)]
    else:
        said = said[key]
def among(values):
    return any(isinstance(said, bool) == isinstance(one, bool) and said == one for one in values)
sys.exit(0 if among(well["degraded"]) or (fine and among(well["healthy"])) else 1)
END
}

# send_back: rolls back. fence.sh refuses this if the bot was heard, or a newer epoch came, after the guard decided.
send_back() {
  printf '%s\n' "root=$p_root" "deployment=$p_deployment" "epoch=$epoch" "heard=$heard" wait=30 \
    "to=$p_return_slot" "release=$p_return_release" "port=$p_return_port" "unit=$p_return_unit" \
    "upstream=$p_upstream" "upstream_file=$p_upstream_file" "strategy=$p_strategy" \
    "user=$p_user" "unit_allow=$p_unit_allow" "log_files=$p_log_files" \
    "port_blue=$p_port_blue" "port_green=$p_port_green" "unit_blue=$p_unit_blue" "unit_green=$p_unit_green" \
    back= "bad=$bad" why='it was not healthy while nothing was heard of the bot' "stop_seconds=$p_stop_seconds" '' |
    /bin/sh -c '. "$1"' guard-return "$guard/move"
}

# The release to mark as bad. If the deployment only restarted the live release, users return to it, so it stays good.
bad=$p_release
[ "$p_release" != "$p_return_release" ] || bad=

# After a reboot, the release needs time to start and the bot to reconnect, so the silence begins p_starts s later.
boot=$(cat /proc/sys/kernel/random/boot_id)
if [ "$(first_line "$guard/boot")" != "$boot" ]; then
  echo $(($(uptime) + p_starts)) >"$guard/heard"
  printf '%s\n' "$boot" >"$guard/boot"
fi

began=$(uptime)
failures=0
while [ $(($(uptime) - began)) -lt "$p_lasts" ]; do
  sleep 1
  heard=$(heard)
  epoch=$(cat "$p_root/state/epoch")
  if ! silent || lock_is_held; then
    failures=0
    continue
  fi
  users_are_here || break
  if healthy "$p_url" "$p_port" "$p_well"; then
    failures=0
    continue
  fi
  failures=$((failures + 1))
  [ "$failures" -ge 3 ] || continue
  # Do not roll back to a release that is unhealthy too. With `strategy: restart`, it does not run yet to be checked.
  if [ "$p_strategy" = proxy ] && ! healthy "$p_return_url" "$p_return_port" "$p_return_well"; then
    systemctl start -- "$p_return_unit" 2>/dev/null || true
    continue
  fi
  send_back >/dev/null || continue
  [ -z "$bad" ] || set_verdict "$bad" bad
  break
done
forget_guard "$p_guard"
# After a rollback, the file `returned` stays until the bot has read it.
[ -e "$guard/returned" ] || rm -rf -- "$guard"
