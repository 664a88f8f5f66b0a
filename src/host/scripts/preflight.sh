# fenced
# shellcheck shell=sh disable=SC2154
# Everything that would stop the service from starting, all of it at once: `problem` lines.
need release slot port user python venv requirements wheels site_packages imports entry config unit min_free_mb
release=$p_root/releases/$p_release
problem() { say problem "$1"; }
last_lines() { tail -n 3 | tr '\n' ' ' | cut -c1-400; }

build_venv() {
  rm -rf -- "$venv"
  set -- -m venv
  [ "$p_site_packages" = no ] || set -- "$@" --system-site-packages
  # Putting pip into it takes longer than all the rest of a deployment, and only requirements need it.
  [ -n "$p_requirements" ] || set -- "$@" --without-pip
  "$p_python" "$@" -- "$venv" || return 1
  [ -n "$p_requirements" ] || return 0
  set -- --disable-pip-version-check --no-input -q
  if command -v uv >/dev/null 2>&1; then
    set -- uv pip install -q --python "$venv/bin/python"
  else
    set -- "$venv/bin/python" -m pip install "$@"
  fi
  [ -z "$p_wheels" ] || set -- "$@" --no-index --find-links "$p_wheels"
  # It goes on when nobody listens any more, and keeps the lock of the host as long as it does.
  timeout 540 "$@" -r "$release/$p_requirements"
}

user_ok=yes
id -u -- "$p_user" >/dev/null 2>&1 || {
  user_ok=no
  problem "the user $p_user, who is to run the service, does not exist: create it with useradd --system $p_user"
}
[ -z "$p_entry" ] || [ -s "$release/$p_entry" ] || problem "the entry file $p_entry is missing or empty"
if [ -n "$p_config" ] && [ "$user_ok" = yes ]; then
  runuser -u "$p_user" -- test -r "$release/$p_config" ||
    problem "$p_user cannot read $release/$p_config: a folder above it is closed to that user"
fi

if [ -n "$p_venv" ]; then
  venv=$p_root/venvs/$p_venv
  if [ -f "$venv/.complete" ]; then say venv kept
  elif log=$(build_venv 2>&1); then
    : >"$venv/.complete"
    say venv made
  else
    problem "the virtual environment could not be made: $(printf '%s' "$log" | last_lines)"
  fi
  ln -sfn -- "../../../venvs/$p_venv" "$release/.argo/venv"
  if [ -f "$venv/.complete" ] && [ "$user_ok" = yes ] && [ -n "$p_imports" ]; then
    chown -- "$p_user:" "$p_root/pycache"
    # The compiled files land where the service looks for them, so its start finds them ready.
    runuser -u "$p_user" -- timeout 120 env -C "$release" PYTHONPYCACHEPREFIX="$p_root/pycache" "$venv/bin/python" -c '
import importlib, sys, traceback
sys.path.insert(0, "")
for name in sys.argv[1].split():
    try:
        importlib.import_module(name)
    except BaseException:
        lines = traceback.format_exc().strip().splitlines()
        where = [line.strip() for line in lines if line.strip().startswith("File")]
        print("problem\timport %s failed: %s (%s)" % (name, lines[-1], where[-1] if where else "no file"))
' "$p_imports" </dev/null 2>/dev/null || problem "the imports could not be tried to the end: $venv/bin/python does not run, or one of them took more than 120 s"
  fi
fi

if command -v ss >/dev/null 2>&1; then
  holder=$(ss -Hltnp "sport = :$p_port" | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 \2/p' | head -n 1)
  if [ -n "$holder" ] && ! grep -q "/$p_unit" "/proc/${holder#* }/cgroup" 2>/dev/null; then
    problem "port $p_port of slot $p_slot is taken by ${holder% *} (process ${holder#* }): end it or give the slot another port"
  fi
fi
free=$(df -Pm -- "$p_root" | awk 'NR == 2 { print $4 }')
[ "$free" -ge "$p_min_free_mb" ] || problem "$free MB are free under $p_root, $p_min_free_mb are wanted: make room"
case $(systemctl is-system-running 2>/dev/null || true) in
  running | degraded | starting) ;;
  *) problem "systemd is not running on this host" ;;
esac
[ "$(systemctl is-enabled -- "$p_unit" 2>/dev/null || true)" != masked ] ||
  problem "$p_unit is masked: systemctl unmask $p_unit"
