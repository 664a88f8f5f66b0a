# Finds and calls the nginx in front of the slots, and replaces its upstream file.

# find_nginx: finds the running nginx and sets nginx_masters (process ids) and the variables of as_started. If several
# run, it takes all that read the upstream file, because a switch must move the users of each. nginx_replaced has those
# that are being upgraded: such a process has the new master as its child, and reads no configuration any more.
find_nginx() {
  unread='' nginx_masters='' nginx_replaced='' started='' nginx_program=nginx nginx_conf='' nginx_prefix=''
  # Skip nginx in containers, which have another root folder.
  masters='' replaced=' '
  titled=$(grep -lsaE '^(nginx|angie): master process' /proc/[0-9]*/cmdline) || true
  for path in $titled; do
    path=${path%/cmdline}
    if [ "$path/root/" -ef / ] && is_of_root "$path"; then
      masters="$masters ${path#/proc/}"
      replaced="$replaced$parent "
    fi
  done
  for pid in $masters; do
    as_started "$pid"
    case $masters in ' '*' '*) reads_file || continue ;; esac
    case $replaced in
      *" $pid "*) nginx_replaced="$nginx_replaced $pid" ;;
      *) nginx_masters="$nginx_masters $pid" ;;
    esac
  done
  [ -n "$nginx_masters" ] || nginx_masters=${masters##* }
  [ -z "$nginx_masters" ] || as_started "${nginx_masters##* }"
}
# is_of_root PROC-FOLDER: succeeds if root started the process, and sets `parent` to the id of its parent. Every user can
# start a process with nginx's title, and root would run its program. The owner of the folder proves nothing: it is root,
# too, if the process forbids core dumps.
is_of_root() {
  parent='' owners=
  while read -r key value effective saved _; do
    case $key in PPid:) parent=$value ;; Uid:) owners="$value $effective $saved" && break ;; esac
  done 2>/dev/null <"$1/status" || true
  [ "$owners" = '0 0 0' ]
}
# as_started PID: sets nginx_program, nginx_conf and nginx_prefix. The title of the process has its command line.
as_started() {
  [ "$started" != "$1" ] || return 0
  started=$1
  nginx_program=$(readlink "/proc/$1/exe") || true
  nginx_program=${nginx_program% (deleted)}
  [ -x "$nginx_program" ] || nginx_program=nginx
  nginx_conf='' nginx_prefix='' option='' title=
  IFS= read -r title 2>/dev/null <"/proc/$1/cmdline" || true
  set -f
  for part in $title; do
    case $option$part in
      -c | -p) option=$part; continue ;;
      -c*) nginx_conf=${part#-c} ;;
      -p*) nginx_prefix=${part#-p} ;;
    esac
    option=
  done
  set +f
  case $nginx_prefix in '' | /*) ;; *) nginx_prefix=$(readlink "/proc/$1/cwd" || true)/$nginx_prefix ;; esac
}
run_nginx() { "$nginx_program" ${nginx_prefix:+-p "$nginx_prefix"} ${nginx_conf:+-c "$nginx_conf"} "$@"; }
test_nginx() {
  for pid in ${nginx_masters:-none}; do
    [ "$pid" = none ] || as_started "$pid"
    run_nginx -t -q 2>&1 || return
  done
}
# nginx_errors: prints the error lines in nginx's output on stdin, without time, level and process. They quote the files
# that nginx reads as root. If another user can change the upstream file, which may name any file, no line is printed.
nginx_errors() {
  errors=$(grep -aE '\[(emerg|crit|alert|error)\]' | sed -E 's/^.*\[(emerg|crit|alert|error)\] ([0-9]+#[0-9]+: )?//; s/ +$//')
  if [ -n "$errors" ] && others_write "$proxy_file"; then
    errors="an error that is not shown here, because others than root can change $p_upstream_file; \`sudo nginx -t\` shows it"
  fi
  [ -z "$errors" ] || printf '%s\n' "$errors"
}
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
# reload_nginx: makes nginx read its configuration. Fails, and sets `unread` to why, if nginx keeps the old one: a
# running nginx refuses some changes that `nginx -t` accepts. Signals nginx itself, because systemd starts a second
# nginx for that.
reload_nginx() {
  for pid in $nginx_replaced; do
    unread="process $pid of an unfinished upgrade still answers users with the old configuration"
    ! has_workers "$pid" || return 1
  done
  for pid in $nginx_masters; do reload_master "$pid" || return; done
  [ -z "$nginx_masters" ] || return 0
  systemctl reload nginx 2>/dev/null || unread=$(run_nginx -s reload 2>&1)
}
# has_workers PID: succeeds if this nginx has workers that accept connections.
has_workers() {
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null || true); do
    case $(tr '\0' ' ' <"/proc/$child/cmdline" 2>/dev/null || true) in
      *'shutting down'*) ;;
      *': worker process'*) return 0 ;;
    esac
  done
  return 1
}
# reload_master PID: reloads the nginx PID, and waits until it has new workers, which proves that it has read the
# configuration.
reload_master() {
  children=/proc/$1/task/$1/children log=/proc/$1/fd/2 tries=0 refusals=0
  unread='it started no worker within 20 s'
  old=$(cat "$children" 2>/dev/null) || true
  logged=$(stat -Lc %s "$log" 2>/dev/null) || logged=0
  kill -HUP "$1" 2>/dev/null || return
  # Without a list of children in /proc, which not every kernel has, new workers cannot be seen.
  [ -r "$children" ] || return 0
  while [ "$tries" -lt 800 ]; do
    tries=$((tries + 1))
    present=$(cat "$children" 2>/dev/null) || true
    for child in $present; do case " $old " in *" $child "*) ;; *) return 0 ;; esac; done
    # Look for an error of this reload in nginx's log. A failed bind() does not count, because nginx tries again. Others
    # count only after a second without new workers, because a request can write such a line into the log, too.
    refusal=
    [ ! -f "$log" ] || refusal=$(tail -c "+$((logged + 1))" "$log" | grep -aE "^[0-9/]+ [0-9:]+ \[emerg\] $1#" | nginx_errors | tail -n 1)
    [ -z "$refusal" ] || unread=$refusal
    case $refusal in '' | 'bind() to '*) ;; *) refusals=$((refusals + 1)) ;; esac
    [ "$refusals" -lt 40 ] || return 1
    sleep 0.025
  done
  return 1
}
# unmove FILE: puts the previous upstream file back from its copy FILE, if FILE exists. An empty FILE means that there
# was no upstream file.
unmove() {
  [ -f "$1" ] || return 0
  if [ -s "$1" ]; then put_proxy "$1"; else rm -f -- "$proxy_file"; fi
  rm -f -- "$1"
}
# unmove_all FILE: like `unmove`, after reload_nginx has failed. Reloads each nginx, because one may have read, or may
# still read, the new upstream file.
unmove_all() {
  unmove "$1"
  for pid in $nginx_masters; do kill -HUP "$pid" 2>/dev/null || true; done
}
# fail_to_reload FILE: call it after reload_nginx has failed. Restores the upstream file, and ends the script.
fail_to_reload() {
  unmove_all "$1"
  fail "nginx refuses to reload, so no traffic was moved. nginx says: $unread" "correct that. If \`sudo nginx -t\` succeeds, nginx must be restarted for it: \`sudo systemctl restart nginx\`"
}

# If the upstream file is a link, the file that it leads to is replaced. The new file's name starts with a dot, so that
# an include of the whole folder skips it.
proxy_file=$(readlink -f -- "$p_upstream_file") || proxy_file=$p_upstream_file
proxy_new=${proxy_file%/*}/.${proxy_file##*/}.argo-new
# put_proxy FILE: replaces the upstream file by a copy of FILE, with the mode and the owner of FILE.
put_proxy() {
  cp -p -- "$1" "$proxy_new"
  mv -T -- "$proxy_new" "$proxy_file"
}
keep_proxy() { copy_file "$proxy_file" "$1" -p; }
