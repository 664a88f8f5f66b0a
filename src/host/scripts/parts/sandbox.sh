# Runs code that is not approved yet in a sandbox of systemd. Each run has its own user (DynamicUser), so that builds
# cannot touch each other. The code sees a read-only system, no home, no /run, and only given parts of the service. All
# its processes end with the run.

# Since version 238, systemd can hide a folder and show parts of it. RHEL 8 has version 239.
oldest_systemd=239
systemd_version() { systemctl --version 2>/dev/null | awk 'NR == 1 { print int($2) }'; }
# no_sandbox: prints why this host cannot make a sandbox; nothing if it can.
no_sandbox() {
  version=$(systemd_version)
  if ! command -v systemd-run >/dev/null 2>&1; then
    echo 'systemd-run is not installed'
  elif [ "${version:-0}" -lt "$oldest_systemd" ]; then
    echo "systemd is version ${version:-unknown}, and the sandbox needs $oldest_systemd or later"
  fi
}

# hidden_folder: prints the folder that the sandbox hides: the service's root, or the first one above that other users
# cannot enter.
hidden_folder() {
  above=
  for part in $(printf %s "$p_root" | tr / ' '); do
    above=$above/$part
    case $(stat -L -c %A -- "$above") in *[xt]) ;; *) break ;; esac
  done
  echo "$above"
}

# sandboxed UNIT NETWORK PROPERTY…: runs the shell program on stdin in the sandbox; its stdout and stderr go to stdout.
# The program is no argument, because systemd would expand variables in it and every user could read it.
sandboxed() {
  sandbox_unit=$1
  network=$2
  shift 2
  # Use only properties that the oldest systemd knows, because systemd-run refuses to start with an unknown one.
  set -- "$@" DynamicUser=yes NoNewPrivileges=yes CapabilityBoundingSet= ProtectSystem=strict ProtectHome=tmpfs \
    PrivateTmp=yes PrivateDevices=yes ProtectKernelTunables=yes ProtectKernelModules=yes ProtectControlGroups=yes \
    RestrictNamespaces=yes RestrictRealtime=yes LockPersonality=yes SystemCallArchitectures=native \
    'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK' UMask=0022 KillSignal=SIGKILL \
    MemoryMax=50% TasksMax=512 RuntimeMaxSec=570 OOMScoreAdjust=900 Nice=5 \
    "TemporaryFileSystem=$(hidden_folder)" TemporaryFileSystem=/run
  # Show the folders that name resolution needs, for example with systemd-resolved.
  for shown in /run/systemd/resolve /run/resolvconf /run/NetworkManager /run/nscd; do set -- "$@" "BindReadOnlyPaths=-$shown"; done
  [ "$network" = yes ] || set -- "$@" PrivateNetwork=yes
  version=$(systemd_version)
  [ "$version" -lt 242 ] || set -- "$@" RestrictSUIDSGID=yes ProtectHostname=yes
  [ "$version" -lt 244 ] || set -- "$@" ProtectKernelLogs=yes
  [ "$version" -lt 245 ] || set -- "$@" ProtectClock=yes
  [ "$version" -lt 247 ] || set -- "$@" ProtectProc=invisible
  properties=$#
  for property in "$@"; do set -- "$@" -p "$property"; done
  shift "$properties"
  {
    given_to_sandbox network "$network" root "$p_root" outer_network "$(readlink /proc/self/ns/net)" \
      outer_files "$(readlink /proc/self/ns/mnt)"
    closed_or_refused
    cat
  } | systemd-run --quiet --pipe --wait --collect "--unit=$sandbox_unit" "$@" /bin/sh -c 'eval "$$(cat)"' 2>&1
}

# given_to_sandbox NAME VALUE…: prints shell assignments, which the caller puts at the start of the program.
given_to_sandbox() {
  while [ $# -gt 1 ]; do
    printf "%s='%s'\n" "$1" "$(printf %s "$2" | sed "s/'/'\\\\''/g")"
    shift 2
  done
}

# closed_or_refused: prints the first part of the program, which tests the sandbox. In a container, systemd ignores
# settings that the kernel does not allow.
closed_or_refused() {
  cat <<'END'
set -eu
exec </dev/null
open() { echo "the sandbox is not closed on this host, so nothing was built: $1"; exit 1; }
[ "$(id -u)" != 0 ] || open 'it has the user root'
grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status || open 'it may gain privileges'
grep -q '^CapBnd:[[:space:]]*0*$' /proc/self/status || open 'it has capabilities'
[ "$(readlink /proc/self/ns/mnt)" != "$outer_files" ] && [ ! -e "$root/state" ] || open 'it sees the files of the host'
[ "$network" = yes ] || [ "$(readlink /proc/self/ns/net)" != "$outer_network" ] || open 'it has the network of the host'
END
}
