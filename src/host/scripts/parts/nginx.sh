# Finds and calls the nginx in front of the slots, and replaces its upstream file.

# find_nginx: finds the nginx that runs and sets nginx_master (its process id), nginx_program, nginx_conf and
# nginx_prefix. If several run, it takes the one that reads the upstream file.
find_nginx() {
  nginx_master='' nginx_program=nginx nginx_conf='' nginx_prefix=''
  # Skip nginx in containers, which have another root folder.
  masters=
  for path in $(grep -lsaE '^(nginx|angie): master process' /proc/[0-9]*/cmdline || true); do
    path=${path%/cmdline}
    if [ "$path/root/" -ef / ] && is_of_root "$path"; then masters="$masters ${path#/proc/}"; fi
  done
  for pid in $masters; do
    as_started "$pid"
    case $masters in ' '*' '*) ! reads_file || return 0 ;; *) return 0 ;; esac
  done
  [ -z "$masters" ] || as_started "${masters##* }"
}
# is_of_root PROC-FOLDER: succeeds if root started the process. Every user can start one with nginx's title, and root would
# run its program. The owner of the folder proves nothing: it is root, too, if the process forbids core dumps.
is_of_root() { grep -qs '^Uid:[[:space:]]*0[[:space:]]*0[[:space:]]*0[[:space:]]' "$1/status"; }
# as_started PID: sets the variables of find_nginx for this process. Its title has the words of its command line.
as_started() {
  nginx_master=$1
  nginx_program=$(readlink "/proc/$1/exe" || true)
  nginx_program=${nginx_program% (deleted)}
  [ -x "$nginx_program" ] || nginx_program=nginx
  nginx_conf='' nginx_prefix='' option=
  for part in $(tr '\0*?[' '    ' <"/proc/$1/cmdline"); do
    case $option$part in
      -c | -p) option=$part; continue ;;
      -c*) nginx_conf=${part#-c} ;;
      -p*) nginx_prefix=${part#-p} ;;
    esac
    option=
  done
}
run_nginx() { "$nginx_program" ${nginx_prefix:+-p "$nginx_prefix"} ${nginx_conf:+-c "$nginx_conf"} "$@"; }
test_nginx() { run_nginx -t -q 2>&1; }
# nginx_errors: prints the error lines in nginx's output on stdin, without time, level and process.
nginx_errors() { grep -E '\[(emerg|crit|alert|error)\]' | sed -E 's/^.*\[(emerg|crit|alert|error)\] ([0-9]+#[0-9]+: )?//; s/ +$//'; }
# nginx_reads: prints the name by which nginx reads the upstream file, if it does. Stdin is the output of `nginx -T`.
nginx_reads() {
  sed -n 's/^# configuration file \(.*\):$/\1/p' | {
    read_as=
    while IFS= read -r name; do
      # nginx may read the file by a link with another name.
      [ -n "$read_as" ] || ! [ "$name" -ef "$p_upstream_file" ] || read_as=$name
    done
    printf '%s\n' "$read_as"
  }
}
reads_file() { [ -n "$(run_nginx -T 2>/dev/null | nginx_reads)" ]; }
# reload_nginx: signals nginx itself. A reload by systemd starts a second nginx only to send the same signal.
reload_nginx() {
  [ -z "$nginx_master" ] || ! kill -HUP "$nginx_master" 2>/dev/null || return 0
  systemctl reload nginx 2>/dev/null || run_nginx -s reload
}

# If the upstream file is a link, the file that it leads to is replaced. The new file's name starts with a dot, so that
# an include of the whole folder skips it.
proxy_file=$(readlink -f -- "$p_upstream_file" || printf '%s' "$p_upstream_file")
proxy_new=${proxy_file%/*}/.${proxy_file##*/}.argo-new
# put_proxy FILE: replaces the upstream file by a copy of FILE, with the mode and the owner of FILE.
put_proxy() {
  cp -p -- "$1" "$proxy_new"
  mv -T -- "$proxy_new" "$proxy_file"
}
keep_proxy() { copy_file "$proxy_file" "$1" -p; }
