# Precedes every script in the text that ../run/script-text.ts builds. Reads parameters and defines shared functions.
# Stdin: key=value lines, an empty line, then the payload. $0 is the script's name.
# with path-trust
# with slots
# with traffic
set -eu
# ../run/script-text.ts passes the text of this script, so that parts/arm-guard.sh can save it on the host.
own_text=${1:-}
# Undo what start files of a login shell may have set for all programs.
set +afvxC
umask 022
cd /
unset CDPATH GREP_OPTIONS TAR_OPTIONS SYSTEMD_COLORS SYSTEMD_LOG_LEVEL PYTHONHOME PYTHONPATH
for limit in f t v; do ulimit "-$limit" unlimited 2>/dev/null || :; done
case $(ulimit -n) in ? | ?? | 1??) ulimit -n 1024 2>/dev/null || : ;; esac
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
newline='
'

# fail MESSAGE [NEXT]: prints MESSAGE and NEXT for a person, and ends the script with 70. NEXT is an imperative, without
# a full stop.
fail() {
  printf '%s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'next: %s\n' "$2" >&2
  exit 70
}
# say KEY VALUE: prints one value of the script's answer.
say() {
  case "$1$2" in *"$newline"*) fail "the value of $1 has a line break, which an answer cannot carry" ;; esac
  printf '%s\t%s\n' "$1" "$2" || unheard
}
# say_each KEY: prints one value of the answer for each line of stdin.
say_each() { while IFS= read -r line || [ -n "$line" ]; do say "$1" "$line"; done; }
# unheard: runs when the bot has stopped reading. A read-only script ends; fence.sh lets other scripts continue.
unheard() { exit 74; }

# decide: makes the script end with 73 if another script follows, so that the next script waits for a decision of the
# bot.
to_decide=no
decide() { to_decide=yes; }
# at_exit: redefine this to clean up. Never use `trap … EXIT`, which prelude and fence need.
at_exit() { :; }
# leave CODE: exits with CODE; with 69 (the host shuts down) if the script failed and systemd is stopping or silent.
leave() {
  [ "$1$to_decide${p_followed:-}" != 0yesyes ] || exit 73
  case $1 in 0 | 7[45679] | 129 | 1[34]?) exit "$1" ;; esac
  case $(systemctl is-system-running 2>&1) in stopping | *'ailed to connect'*) exit 69 ;; esac
  exit "$1"
}
end_of_look() {
  code=$?
  set +e
  at_exit
  leave "$code"
}
trap end_of_look EXIT
# dash skips the EXIT trap when a signal ends dash, so each signal becomes an exit.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A cut connection looks like an end of file. Only the empty line proves that all parameters arrived.
given=' '
while :; do
  IFS= read -r line || fail 'the parameters ended early: the link was cut while they were sent; nothing was done'
  [ -n "$line" ] || break
  key=${line%%=*}
  case $key in
    '' | "$line" | *[!a-z_]*) fail "unusable parameter line starting with \"$key\"; nothing was done" ;;
  esac
  # If ../runner/run.sh runs this script, `admit` refuses values that the host does not allow.
  [ "${admitting:-}" != yes ] || admit "$key" "${line#*=}"
  given="$given$key "
  readonly "p_$key=${line#*=}"
done

# need NAME…: fails unless these parameters were sent.
need() {
  for name in "$@"; do
    was_given "$name" || fail "$0 was sent no parameter $name; nothing was done"
  done
}
was_given() { case $given in *" $1 "*) ;; *) return 1 ;; esac }

# receive FILE: writes the payload to FILE, and fails if it is shorter than the bot announced.
receive() {
  need payload_bytes
  : >"$1"
  [ "$p_payload_bytes" != 0 ] || return 0
  head -c "$p_payload_bytes" >"$1"
  received=$(wc -c <"$1")
  received=$((received))
  [ "$received" = "$p_payload_bytes" ] && return 0
  rm -f -- "$1"
  fail "the payload was cut: $received of $p_payload_bytes bytes arrived; nothing was installed"
}

# Many functions set a variable and print nothing, because each $( ) starts a process.

# digest FILE: sets `digested` to the SHA-256 of FILE; to nothing if FILE cannot be read.
digest() {
  digested=$(sha256sum <"$1") || digested=
  digested=${digested%% *}
}
# read_first FILE: sets `first` to the first line of FILE; to nothing if there is no such file.
read_first() {
  first=
  [ -f "$1" ] && [ -r "$1" ] || return 0
  IFS= read -r first <"$1" || :
}
# first_line FILE: prints what read_first reads.
first_line() {
  read_first "$1"
  [ -z "$first" ] || printf '%s\n' "$first"
}
# write_file FILE LINE…: replaces the file. A crash leaves the old file or the new one, never a part.
write_file() {
  written=$1
  shift
  printf '%s\n' "$@" >"$written.new" && mv -T -- "$written.new" "$written"
}
# copy_file FROM TO [OPTION]: replaces TO by a copy of FROM, completely or not at all. cp gets OPTION.
copy_file() { cp ${3:-} -- "$1" "$2.new" && mv -T -- "$2.new" "$2"; }
# link_to TARGET LINK: replaces a link in one step.
link_to() { ln -sfn -- "$1" "$2.new" && mv -T -- "$2.new" "$2"; }

# hear FOLDER: notes in the guard's folder when the bot was last heard, in seconds since boot: the clock may change.
hear() {
  [ -d "$1" ] || return 0
  read -r up _ </proc/uptime
  printf '%s\n' "${up%%.*}" >"$1/heard.$$"
  mv -f -- "$1/heard.$$" "$1/heard"
}
