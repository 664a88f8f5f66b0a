#!/bin/sh
# The hand procedure of the team's recommendations: one ssh after another, restart in place.
#   hand.sh REF        with SLEEPS=yes the fixed sleeps of its text are kept
# Rolling back is deploying the commit before once more: nothing of it was kept.
set -eu
: "${SSH_CONFIG:?}" "${CHECKOUT:?}" "${SLEEPS:?}"
ref=$1
path=/opt/argo-hand
service=argo-hand.service
port=8001
modules="adaptive_cache rate_limiter circuit_breaker redis_cache performance_metrics"
remote() { ssh -F "$SSH_CONFIG" target "$1"; }
if [ "$SLEEPS" = yes ]; then stopped=5 started=10 retry=2; else stopped=0 started=0 retry=0.05; fi

cd "$CHECKOUT"
git fetch --quiet origin
git checkout --quiet --detach "$ref"

for module in $modules; do
  [ -f "argo/core/$module.py" ] || { echo "missing $module" >&2; exit 1; }
done
python3 -c '
import json, sys
config = json.load(open("config.json"))
sys.exit(len(config.get("massive", {}).get("api_key", "")) != 32)
'

tar -c --exclude=./.git --exclude=./tests . | remote "mkdir -p $path && tar -x -C $path"
remote "[ -d $path/venv ] || python3 -m venv --system-site-packages --without-pip $path/venv"
remote "for module in $modules; do test -f $path/argo/core/\$module.py || exit 1; done"
remote "cat > /etc/systemd/system/$service <<'END'
[Unit]
Description=Argo Trading Engine API Service
After=network.target

[Service]
Type=simple
User=root
WorkingDirectory=$path
ExecStart=$path/venv/bin/python -m uvicorn main:app --host 127.0.0.1 --port $port
Restart=always
RestartSec=10
NoNewPrivileges=true
PrivateTmp=true
LimitNOFILE=65536
MemoryMax=2G
KillMode=mixed
KillSignal=SIGTERM
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload"
remote "cd $path && test -d venv && test -f main.py && test -f config.json &&
  venv/bin/python -c 'import json; json.load(open(\"config.json\"))' &&
  venv/bin/python -c 'from argo.core.adaptive_cache import AdaptiveCache'"

remote "systemctl stop $service || true
sleep $stopped
find $path -type d -name __pycache__ -exec rm -r {} + 2>/dev/null || true
find $path -type f -name '*.pyc' -delete 2>/dev/null || true
systemctl start $service
sleep $started
for i in \$(seq 300); do
  if systemctl is-active --quiet $service; then
    if curl -s http://localhost:$port/api/v1/health >/dev/null 2>&1; then exit 0; fi
  fi
  sleep $retry
done
journalctl -u $service -n 50 --no-pager >&2
exit 1"
