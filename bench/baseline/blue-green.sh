#!/bin/sh
# As tight as a blue/green script gets: one ssh connection, only what changed, no checks.
#   blue-green.sh REF | blue-green.sh back      `back` moves the traffic to the slot kept warm
set -eu
: "${SSH_CONFIG:?}" "${CHECKOUT:?}"

# Runs on the host: $1 is the reference or `back`.
on_host='set -eu
root=/opt/argo-tight
mkdir -p "$root"
live=$(cat "$root/live" 2>/dev/null || echo none)
case $live in blue) idle=green port=8002 ;; *) idle=blue port=8001 ;; esac
if [ "$1" != back ]; then
  rm -rf "${root:?}/$idle"
  if [ "$live" = none ]; then mkdir "$root/$idle"; else cp -al "$root/$live" "$root/$idle"; fi
  tar -x --unlink-first -C "$root/$idle"
  [ -d "$root/venv" ] || python3 -m venv --system-site-packages --without-pip "$root/venv"
  unit=/etc/systemd/system/argo-tight-$idle.service
  if [ ! -f "$unit" ]; then
    printf "[Service]\nWorkingDirectory=%s\nExecStart=%s -m uvicorn main:app --host 127.0.0.1 --port %s\nRestart=always\n" \
      "$root/$idle" "$root/venv/bin/python" "$port" >"$unit"
    systemctl daemon-reload
  fi
  systemctl restart "argo-tight-$idle"
  until curl -sf -o /dev/null "http://127.0.0.1:$port/api/v1/health"; do sleep 0.02; done
fi
printf "upstream argo_trading {\n    server 127.0.0.1:%s;\n    keepalive 32;\n}\n" "$port" \
  >/etc/nginx/conf.d/argo-trading-upstream.conf
systemctl reload nginx
echo "$idle" >"$root/live"
'

cd "$CHECKOUT"
if [ "$1" = back ]; then
  exec ssh -F "$SSH_CONFIG" target "sh -c '$on_host' sh back"
fi
git fetch --quiet origin
sent=$(cat .git/sent 2>/dev/null || true)
if [ -n "$sent" ]; then changed=$(git diff --name-only --diff-filter=d "$sent" "$1"); else changed=.; fi
# shellcheck disable=SC2086
git archive --format=tar "$1" -- $changed | ssh -F "$SSH_CONFIG" target "sh -c '$on_host' sh '$1'"
echo "$1" >.git/sent
