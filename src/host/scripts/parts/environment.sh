# Builds the virtual environment of a release. Packages run code while they are installed, before approval, so the build
# runs in the sandbox, and root takes over the result.
# with sandbox
# with python-account
building=$p_root/venvs/.building

# listed PATH: prints name, size and times of every file below PATH, so that a replaced file is noticed.
listed() { find -L "$1" -type f -printf '%p %s %T@ %C@\n' 2>/dev/null | sort | head -n 20000; }

# inputs_here: prints the inputs of an environment that only the host knows: Python, its packages, settings of pip and
# uv. They may have secrets, so only their digest is used.
inputs_here() {
  python_here=$(as_account -c 'import os, platform, site, sys, sysconfig
print(sys.version, sys.implementation.cache_tag, sysconfig.get_config_var("SOABI"), platform.machine(), platform.libc_ver())
print(os.path.realpath(sys.executable), sys.base_prefix)
if sys.argv[1] != "no":
    print(sorted(n for d in site.getsitepackages() if os.path.isdir(d) for n in os.listdir(d) if n.endswith(("-info", "-link"))))' \
    "$p_site_packages")
  # sys.version can have a line break, so take the packages from the last line.
  packages=
  [ "$p_site_packages" = no ] || packages=${python_here##*"$newline"} python_here=${python_here%"$newline"*}
  printf '%s\n' "$python_here"
  grep -E '^(ID|VERSION_ID)=' /etc/os-release 2>/dev/null || true
  printf '%s\n' "$p_site_packages"
  [ -z "$packages" ] || printf '%s\n' "$packages"
  [ -n "$p_requirements" ] || return 0
  printf '%s %s %s\n' "$(installer)" "$p_require_hashes" "$p_only_binary"
  env | grep -E '^(PIP|UV)_' | sort || true
  for settings in "${PIP_CONFIG_FILE:-}" "${UV_CONFIG_FILE:-}" /etc/pip.conf /etc/xdg/pip/pip.conf /etc/uv/uv.toml; do
    [ ! -f "$settings" ] || sha256sum -- "$settings"
  done
  printf '%s\n' "$p_wheels"
  [ -z "$p_wheels" ] || listed "$p_wheels"
}
# installer: prefers uv, which is several times faster. pip comes with python3.
installer() { command -v uv >/dev/null 2>&1 && echo uv || echo pip; }

# environment_name: prints a digest of all inputs, so that releases with equal inputs share an environment.
environment_name() {
  {
    printf '%s %s %s\n' "$p_venv" "$p_requirements" "$p_pip_folder"
    inputs_here
  } | sha256sum | { read -r name _ && printf '%.16s' "$name"; }
}

# environment_program: prints the shell program that builds $venv in the sandbox.
environment_program() {
  given_to_sandbox python "$p_python" venv "$venv" release "$release" requirements "$p_requirements" \
    folder "$p_pip_folder" projects "$p_projects" config "${p_config:-.argo}" wheels "$p_wheels" \
    site_packages "$p_site_packages" require_hashes "$p_require_hashes" only_binary "$p_only_binary" installer "$(installer)"
  # Pass on the variables of root that say how this host reaches its package index.
  env | grep -E '^((PIP|UV)_[A-Z_]+|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY)=' |
    grep -vE '^(PIP|UV)_CACHE_DIR=' | sed "s/'/'\\\\''/g; s/^\([^=]*\)=\(.*\)/export \1='\2'/" || true
  cat <<'END'
export HOME=/tmp XDG_CACHE_HOME=/tmp/cache UV_LINK_MODE=copy
if [ "$installer" = uv ]; then
  # Ignore uv's settings in the release, which could name another package index.
  settings=--no-config
  [ ! -r /etc/uv/uv.toml ] || settings=--config-file=/etc/uv/uv.toml
  set -- uv venv -q "$settings" --no-project --python "$python"
else
  set -- "$python" -I -m venv
  # Installing pip takes longer than the rest of a deployment, and only requirements need it.
  [ -n "$requirements" ] || set -- "$@" --without-pip
fi
[ "$site_packages" = no ] || set -- "$@" --system-site-packages
timeout 120 "$@" "$venv"
[ -n "$requirements" ] || exit 0
if [ "$installer" = uv ]; then
  set -- uv pip install -q "$settings" --python "$venv/bin/python"
else
  # -I isolates pip. Otherwise a module of the release could replace one of pip's.
  set -- "$venv/bin/python" -I -m pip install -q --disable-pip-version-check --no-input
fi
[ -z "$wheels" ] || set -- "$@" --no-index --find-links "$wheels"
[ "$require_hashes" = no ] || set -- "$@" --require-hashes
[ "$only_binary" = no ] || set -- "$@" --only-binary :all:
copy=$release
# The build of a project writes into its folder, so it gets a copy of the release, without the config.
if [ "$projects" != none ]; then
  copy=$venv/release
  mkdir "$copy"
  tar -C "$release" --no-wildcards --anchored --exclude="./$config" --exclude=./.argo -cf - . | tar -C "$copy" --no-same-owner -xf -
fi
cd "$copy/$folder"
ended=0
timeout 440 "$@" -r "$copy/$requirements" || ended=$?
[ "$ended" != 124 ] || echo 'the packages could not be installed within 440 s'
[ "$projects" = editable ] || [ "$copy" = "$release" ] || rm -rf -- "$copy"
exit "$ended"
END
}

# explain_build: call it after build_venv has failed. Reads its output $log, and sets `failed`, `cause` and `remedy`.
# pip reports an index that does not answer, or a full disk, as an error of a package, so these come first.
explain_build() {
  failed='the virtual environment could not be made'
  # pip has lines with `error`, too, which name a step of its own.
  marked=ERROR
  [ "$(installer)" = pip ] || marked=error
  cause=$(printf '%s\n' "$log" | sed -n "s/^ *$marked: //p" | head -n 1)
  [ -z "$cause" ] || [ -z "$p_requirements" ] || failed="$(installer) could not install $p_requirements"
  cause=${cause:-$(printf '%s' "$log" | last_lines 4)}
  remedy="correct ${p_requirements:-the requirements} and commit${p_wheels:+, or put the missing wheels into $p_wheels on the host}"
  case $log in
    *'No space left on device'*) cause='The disk is full' remedy="free space: \`df -h $p_root /tmp\` shows where" ;;
    *'ensurepip is not available'*) cause='This Python cannot make environments with pip' remedy='`sudo apt-get install python3-venv`' ;;
    *'connection broken by'* | *'Failed to fetch'*)
      cause='The package index does not answer'
      remedy='correct the network, the proxy or pip.conf of the host, or put the wheels into a folder of the host and name it in python.wheels' ;;
    *'not be installed within'*)
      cause=${log##*"$newline"}
      remedy='shorten the installation: put wheels into a folder of the host and name it in python.wheels' ;;
  esac
}

# shown_to_build: prints the paths that the build needs from folders that the sandbox hides.
shown_to_build() {
  printf '%s\n' "$release"
  [ -z "$p_wheels" ] || printf '%s\n' "$p_wheels"
  hidden=$(hidden_folder)
  as_account -c 'import sys
print(sys.prefix, sys.base_prefix, sep="\n")' | sort -u | while IFS= read -r path; do
    case $path in /home/* | /root/* | /run/* | "$hidden"/*) printf '%s\n' "$path" ;; esac
  done
}

# build_venv: builds $venv and prints the end of the build's log.
build_venv() {
  why=$(no_sandbox)
  [ -z "$why" ] || { echo "$why. Code of packages runs as no other user here, so nothing was installed"; return 1; }
  unit=argo-build-$(printf %s "$venv" | sha256sum | cut -c1-16)
  # Stop an earlier build that outlived its script, because it would write into this one.
  systemctl stop --quiet -- "$unit.service" 2>/dev/null || true
  rm -rf -- "$building" "$venv"
  # The sandbox's user must write into the tree, so its mode allows every user; the folder above admits only root. The
  # sandbox sees the tree as $venv.
  mkdir -- "$building" "$building/tree" "$venv"
  chmod 0700 -- "$building"
  chmod 0777 -- "$building/tree"
  set -- "BindPaths=$building/tree:$venv"
  for path in $(shown_to_build); do set -- "$@" "BindReadOnlyPaths=-$path"; done
  built=0
  {
    { environment_program | sandboxed "$unit" "$([ -n "$p_wheels" ] && echo no || echo yes)" "$@"; } || built=$?
    [ "$built" != 226 ] || journalctl --quiet --no-pager -o cat -n 2 -u "$unit.service" 2>/dev/null || true
    echo "$built" >"$building/ended"
  } | tail -c 65536
  systemctl stop --quiet -- "$unit.service" 2>/dev/null || true
  built=$(cat "$building/ended")
  [ "$built" != 0 ] || take_over || built=1
  rm -rf -- "$building"
  [ "$built" = 0 ] || rm -rf -- "$venv"
  return "$built"
}

# take_over: moves a copy of the tree to $venv, if it holds only what an environment needs. The tree itself is
# not taken: the build may have passed open files and folders to a process outside of the sandbox, which could change
# them later, or put links in the way of root. tar follows no links.
take_over() {
  mkdir -- "$building/copy" || return 1
  {
    tar -C "$building/tree" --anchored --no-wildcards --exclude=./.complete --owner=0 --group=0 --mode=o-t,go-w,a+rX -cf - . ||
      : >"$building/unread"
  } | tar -C "$building/copy" -xpf - && [ ! -e "$building/unread" ] || return 1
  left=$(find "$building/copy" \( -type f -perm /6000 -printf '%P has the privileges of another user' -o \
    ! -type f ! -type d ! -type l -printf '%P is no file, folder or link' \) -quit) || return 1
  [ -z "$left" ] || { echo "the build left something that no environment needs: $left"; return 1; }
  mv -T -- "$building/copy" "$venv" || return 1
  # Check the links after the move, because a relative link is right only at the final path.
  left=$(find "$venv" -type l -exec sh -c 'inside=$1; python=$2; shift 2
    for link in "$@"; do
      to=$(readlink -m -- "$link")
      case $to in "$inside"/* | "$inside" | "$python") ;; *) printf "%s -> %s\n" "${link#"$inside/"}" "$to" ;; esac
    done' sh "$(readlink -f -- "$venv")" "$(readlink -f -- "$p_python")" {} +) || return 1
  [ -z "$left" ] || { echo "the build left a link that leads out of the environment: $(printf %s "$left" | head -n 1)"; return 1; }
}
