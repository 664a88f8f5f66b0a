#!/bin/sh
# argo-bot's SSH key can run only this command on this host, and sudo allows only this command as root. It runs one of
# the scripts that root has installed beside it. The file `admit` decides which parameters it accepts.
# Stdin: a line `argo-bot BYTES MARK SCRIPT VERSION [NEXT]`, then BYTES bytes that are ignored (hosts without this
# runner get the script there), the parameters, the payload. NEXT: the MARK of the next script, if one follows on stdin.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022
cd /
argo_home=@home@

refuse() {
  printf '%s\n' "$1" >&2
  exit "$2"
}
# Limit the memory, so that a line of gigabytes ends only this shell.
ulimit -S -v 262144
next=
while :; do
  # Skip lines up to the next script's header. An unread payload cannot fake one, because only the bot knows the mark.
  while IFS=' ' read -r word bytes mark script version more || exit 96; do
    [ "$word" = argo-bot ] && [ "${next:-$mark}" = "$mark" ] && break
  done
  case $bytes in '' | *[!0-9]* | ????????*) exit 96 ;; esac
  case $mark in '' | *[!0-9a-f]* | ?????????????????????????*) exit 96 ;; esac
  [ "$bytes" = 0 ] || head -c "$bytes" >/dev/null
  printf '%s\n' "$mark"
  printf '%s\n' "$mark" >&2

  case $script in
    '' | -* | *[!a-z-]*) refuse 'the runner takes the name of a script; nothing was done' 79 ;;
  esac
  [ -f "$argo_home/scripts/$script" ] || refuse "the runner knows no script $script; nothing was done" 78
  # A deployment starts with claim, the doctor uses examine: both need the bot's version. Other scripts run with any
  # version, so that a running deployment can end.
  case $script in
    claim | examine) [ "$version" = @version@ ] || refuse 'the runner has another version: @version@' 78 ;;
  esac
  # $0 is the script's name, as it is when the bot sends a script to a host without this runner.
  set -- /bin/sh -c '. "$1/admit"
own_file=$1/scripts/$0
. "$own_file"' "$script" "$argo_home"
  # Another script follows only a script that exits with 0.
  [ -n "$more" ] || exec "$@"
  code=0
  "$@" || code=$?
  printf '%s %s %s\n' "$mark" "$code" @version@
  printf '%s %s %s\n' "$mark" "$code" @version@ >&2
  [ "$code" = 0 ] || exit "$code"
  next=$more
done
