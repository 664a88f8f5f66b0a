# Builds the file system of a sandbox and runs a team's command in it, as PID 1 of new namespaces.
# Reports each step on file descriptor 3, from which run-sandboxed.ts tells whether the command started.
# Environment: ROOM (an empty folder), TREE, FOLDER (below TREE), OWNER (uid:gid, or empty), SIZE_KB, LOOPBACK, COMMAND.
# Arguments: `read` or `hide` and a path, any number of times, then `--` and the command.
set -eu
given=$PATH
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"

say() { echo "$1" >&3; }

# Mounts a path of this machine at the same path in the sandbox. A loop below makes all mounts read-only.
show() {
  [ -e "$1" ] || return 0
  mkdir -p "$ROOM${1%/*}"
  if [ -L "$1" ]; then
    ln -s "$(readlink "$1")" "$ROOM$1"
  elif [ -d "$1" ]; then
    mkdir -p "$ROOM$1"
    mount --rbind "$1" "$ROOM$1"
  else
    : >"$ROOM$1"
    mount --bind "$1" "$ROOM$1"
  fi
}

# Covers a path inside a mounted folder, so that the command finds it empty.
hide() {
  if [ -d "$ROOM$1" ]; then
    mount -t tmpfs -o ro,nosuid,nodev,size=4k,mode=700 hidden "$ROOM$1"
  elif [ -e "$ROOM$1" ]; then
    mount --bind /dev/null "$ROOM$1"
  fi
}

# Copies from /etc only what programs need and what contains no secrets.
copy_etc() {
  cd /etc
  set --
  for path in ld.so.cache ld.so.conf ld.so.conf.d ssl/certs ssl/openssl.cnf ca-certificates \
    pki/tls/certs pki/ca-trust crypto-policies alternatives localtime timezone mime.types magic \
    protocols services nsswitch.conf host.conf hosts resolv.conf os-release debian_version fonts \
    perl terminfo python3*; do
    [ ! -e "$path" ] || set -- "$@" "$path"
  done
  cp -RH --parents --preserve=mode -- "$@" "$ROOM/etc"
}

say "room"
# ROOM is compared with the kernel's list of mounts, which escapes unusual characters.
case $ROOM in
  *[!A-Za-z0-9/._-]*) echo "TMPDIR has unusual characters in it: $ROOM" >&2 && exit 1 ;;
esac
mount -t tmpfs -o "size=${SIZE_KB}k,nr_inodes=1000000,mode=755,nosuid,nodev" room "$ROOM"
mkdir "$ROOM/etc"
for path in /usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store; do show "$path"; done
(copy_etc)
while [ "$1" = read ]; do
  [ -e "$2" ] || { echo "$2 does not exist" >&2; exit 1; }
  real=$(readlink -f "$2")
  [ "$real" != / ] || { echo "$2 leads to all of this machine" >&2; exit 1; }
  show "$real"
  [ "$real" = "$2" ] || [ ! -L "$2" ] || show "$2"
  shift 2
done
# A mounted folder may contain further mounts, and each must be made read-only by itself.
while read -r _ _ _ _ at _; do
  case $at in "$ROOM"/*) mount -o remount,bind,ro,nosuid,nodev "$(printf %b "$at")" ;; esac
done </proc/self/mountinfo
while [ "$1" = hide ]; do
  hide "$2"
  shift 2
done
[ "$1" = -- ] && shift

cd "$ROOM"
mkdir -p proc dev/shm dev/pts etc home/check tmp run var old
chmod 1777 tmp dev/shm
ln -s ../tmp var/tmp
ln -s ../run var/run
for name in null zero full random urandom tty; do
  : >"dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
ln -s /proc/self/fd dev/fd
for name in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${name%:*}" "dev/${name#*:}"; done
# The sandbox gets its own pseudo-terminals, for tests that start programs in a terminal.
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts 2>/dev/null && ln -s pts/ptmx dev/ptmx
mount -t proc -o nosuid,nodev,noexec proc proc
uid=${OWNER:-1000:1000}
printf 'root:x:0:0::/:/bin/sh\ncheck:x:%s::/home/check:/bin/sh\n' "$uid" >etc/passwd
printf 'root:x:0:\ncheck:x:%s:\n' "${uid#*:}" >etc/group

say "copy"
cp -R --no-dereference --preserve=mode,timestamps -- "$TREE" checkout
[ -z "$OWNER" ] || chown -hR "$OWNER" checkout home/check

say "enter"
if [ "$LOOPBACK" = yes ]; then
  # In a new network namespace the loopback interface is down, but many tests connect to it.
  ip link set lo up 2>/dev/null || perl -e '
    use Socket;
    socket(my $s, AF_INET, SOCK_DGRAM, 0) && ioctl($s, 0x8914, pack("a16s", "lo", 0x41)) or exit 1' 2>/dev/null || :
fi
# Without root, the command gets one more user namespace. The limit 1 keeps it from making others.
[ -n "$OWNER" ] || echo 1 >/proc/sys/user/max_user_namespaces
pivot_root . old
cd /
umount -l old
rmdir old
cd "/checkout/$FOLDER"
case $COMMAND in
  */*) [ -e "$COMMAND" ] || say "missing" ;;
  *) (PATH=$given && command -v -- "$COMMAND") >/dev/null || say "missing" ;;
esac
umask 022
say "ready"
set +e
"$@" 3>&-
say "ended $?"
