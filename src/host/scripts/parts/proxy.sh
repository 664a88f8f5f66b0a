# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with proxy` in its head: the nginx that users are sent by, and its upstream file.

# find_nginx: sets nginx_master (its process), nginx_unit, nginx_program, nginx_conf and nginx_prefix, from the one
# that runs; where several do, it is the one that reads the upstream file.
find_nginx() {
  nginx_master='' nginx_unit='' nginx_program=nginx nginx_conf='' nginx_prefix=''
  # Only those of this host's own files: a container's nginx shows here as well.
  own_root=$(stat -c %d:%i /)
  masters=
  for path in $(grep -lsaE '^(nginx|angie): master process' /proc/[0-9]*/cmdline || true); do
    path=${path%/cmdline}
    [ "$(stat -L -c %d:%i "$path/root/" 2>/dev/null || true)" != "$own_root" ] || masters="$masters ${path#/proc/}"
  done
  for pid in $masters; do
    as_started "$pid"
    case $masters in ' '*' '*) ! reads_file || return 0 ;; *) return 0 ;; esac
  done
  [ -z "$masters" ] || as_started "${masters##* }"
}
# as_started PID: its title has the words of its command line.
as_started() {
  nginx_master=$1
  nginx_unit=$(unit_of "$1" || true)
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
# nginx_reads: of the names on stdin, by which nginx has read its files, the one that is the upstream file, if any.
nginx_reads() {
  sed -n 's/^# configuration file \(.*\):$/\1/p' | {
    read_as=
    while IFS= read -r name; do
      # By what it is, since a link has another name.
      [ -n "$read_as" ] || ! [ "$name" -ef "$p_upstream_file" ] || read_as=$name
    done
    printf '%s\n' "$read_as"
  }
}
reads_file() { [ -n "$(run_nginx -T 2>/dev/null | nginx_reads)" ]; }
reload_nginx() {
  if [ -n "$nginx_unit" ] && systemctl reload -- "$nginx_unit" 2>/dev/null; then return 0; fi
  if [ -n "$nginx_master" ]; then kill -HUP "$nginx_master"; else systemctl reload nginx 2>/dev/null || run_nginx -s reload; fi
}

# A link of some other tool stays: what it leads to is written. Names with a dot in front are ones that no include of
# a whole folder takes in.
proxy_file=$(readlink -f -- "$p_upstream_file" || printf '%s' "$p_upstream_file")
proxy_new=${proxy_file%/*}/.${proxy_file##*/}.argo-new
# put_proxy FILE: in the place of the upstream file, whole, with the mode and the owner that FILE has.
put_proxy() {
  cp -p -- "$1" "$proxy_new"
  mv -T -- "$proxy_new" "$proxy_file"
}
# keep_proxy FILE: what the upstream file is now.
keep_proxy() {
  cp -p -- "$proxy_file" "$1.new"
  mv -T -- "$1.new" "$1"
}
