# shellcheck shell=sh disable=SC2154
# Put into the script that says `# with environment` in its head: the virtual environment of a release, what it is
# made from, and how.

# listed PATH: every file there by name, size and times, so that one that was replaced is seen.
listed() { find -L "$1" -type f -printf '%p %s %T@ %C@\n' 2>/dev/null | sort | head -n 20000; }

# inputs_here: what this host adds to the inputs of an environment. Only its digest leaves the host.
inputs_here() {
  "$p_python" -I -c 'import os, platform, sys, sysconfig
print(sys.version, sys.implementation.cache_tag, sysconfig.get_config_var("SOABI"), platform.machine())
print(os.path.realpath(sys.executable), sys.base_prefix)'
  printf '%s\n' "$p_site_packages"
  [ "$p_site_packages" = no ] || "$p_python" -I -c 'import os, site
print(sorted(n for d in site.getsitepackages() if os.path.isdir(d) for n in os.listdir(d) if n.endswith(("-info", "-link"))))'
  [ -n "$p_requirements" ] || return 0
  installer
  env | grep -E '^(PIP|UV)_' | sort || true
  for settings in "${PIP_CONFIG_FILE:-}" "${UV_CONFIG_FILE:-}" /etc/pip.conf /etc/xdg/pip/pip.conf "${HOME:-/root}/.pip/pip.conf" \
    "${XDG_CONFIG_HOME:-${HOME:-/root}/.config}/pip/pip.conf" /etc/uv/uv.toml "${HOME:-/root}/.config/uv/uv.toml"; do
    [ ! -f "$settings" ] || sha256sum -- "$settings"
  done
  # uv reads these where it runs; pip does not.
  [ "$(installer)" = pip ] || (cd "$release" && sha256sum pyproject.toml uv.toml 2>/dev/null) || true
  printf '%s\n' "$p_wheels"
  [ -z "$p_wheels" ] || listed "$p_wheels"
  printf '%s' "$p_pip_inputs" | tr '\t' '\n' | while IFS= read -r input || [ -n "$input" ]; do listed "$input"; done
}
# uv where the host has it, which is several times faster; else what python3 brings.
installer() { command -v uv >/dev/null 2>&1 && echo uv || echo pip; }

# environment_name: changes with every input, of the release and of the host.
environment_name() {
  {
    printf '%s %s %s\n' "$p_venv" "$p_requirements" "$p_pip_folder"
    inputs_here
  } | sha256sum | cut -c1-16
}

build_venv() {
  rm -rf -- "$venv"
  if [ "$(installer)" = uv ]; then
    set -- uv venv -q --no-project --python "$p_python"
  else
    set -- "$p_python" -I -m venv
    # Putting pip into it takes longer than all the rest of a deployment, and only requirements need it.
    [ -n "$p_requirements" ] || set -- "$@" --without-pip
  fi
  [ "$p_site_packages" = no ] || set -- "$@" --system-site-packages
  # It goes on when nobody listens any more, and keeps the lock of the host as long as it does.
  timeout 120 "$@" "$venv" || return 1
  [ -n "$p_requirements" ] || return 0
  if [ "$(installer)" = uv ]; then
    set -- uv pip install -q --python "$venv/bin/python"
  else
    # Isolated, or a module of the release with the name of one of pip's would be run in its place.
    set -- "$venv/bin/python" -I -m pip install -q --disable-pip-version-check --no-input
  fi
  [ -z "$p_wheels" ] || set -- "$@" --no-index --find-links "$p_wheels"
  [ "$p_projects" != none ] || {
    (cd "$release/$p_pip_folder" && timeout 540 "$@" -r "$release/$p_requirements")
    return
  }
  # Building a project runs its code and writes beside it: as the service's user, in a copy without the config.
  copy=$venv/release
  cp -R -- "$release" "$copy" || return 1
  rm -rf -- "$copy/.argo"
  [ -z "$p_config" ] || rm -f -- "$copy/$p_config"
  chown -R -- "$p_user:" "$venv" || return 1
  built=0
  (
    cd "$copy/$p_pip_folder" &&
      timeout 540 runuser -u "$p_user" -- env HOME="$copy" "$@" -r "$copy/$p_requirements"
  ) || built=$?
  chown -R -- 0:0 "$venv" || return 1
  [ "$p_projects" = editable ] || rm -rf -- "$copy"
  return "$built"
}
