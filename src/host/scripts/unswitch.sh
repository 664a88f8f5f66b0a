# Undoes the first switch: restores the upstream file from before argo-bot, if a service answers at an address in it.
# fenced
# moves traffic
# with nginx
need upstream_file slot port_blue port_green path
previous=$(before_switch)
live=$(recorded_slot)
set_slot "$p_slot"
at_exit() { rm -f -- "$proxy_new"; }
if [ "$live" != "$p_slot" ] && ! serves "$port" "$proxy_file"; then
  say restored unmoved
  exit 0
fi
# Do not restore a file that argo-bot wrote, or one that sends users to this slot, because they must leave it.
if [ ! -s "$previous" ] || ours "$previous" || serves "$port" "$previous"; then
  say restored no
  exit 0
fi

# asked ADDRESS: sends a request as nginx would, and prints the result; fails if nothing accepts the connection.
asked() {
  at=${1#unix:}
  if command -v curl >/dev/null 2>&1; then
    set -- -q -g --noproxy '*' -s -o /dev/null --connect-timeout 2 --max-time 5 -w '%{http_code} %{time_connect}'
    case $address in
      unix:*) set -- "$@" --unix-socket "$at" "http://localhost$p_path" ;;
      *) set -- "$@" "http://$at$p_path" ;;
    esac
    ended=0
    said=$(curl "$@") || ended=$?
    case $ended:${said#* } in
      0:*) echo "answers HTTP ${said% *}" ;;
      6:*) echo 'has no address'; return 1 ;;
      7:* | 28:0.000000) echo "takes no connection"; return 1 ;;
      *) echo 'takes connections, and does not answer as HTTP' ;;
    esac
  elif [ -n "$(echo "$address" | answering)" ]; then
    echo 'listens'
  else
    echo 'does not listen'
    return 1
  fi
}
failed=$p_root/state/proxy-failed
# Return users even to a service that listens but does not answer as HTTP, because it is better than none.
if ! cmp -s -- "$previous" "$proxy_file"; then
  answer=
  while IFS= read -r address && [ -n "$address" ] && [ -z "$answer" ]; do
    # `?` stands for an address from an included file or a program. Only nginx knows it, so no request is possible.
    if [ "$address" = '?' ]; then answer=unknown; break; fi
    if said=$(asked "$address"); then answer=yes; fi
    say asked "$address $said"
  done <<END
$(servers "$previous" | head -n 8)
END
  if [ -z "$answer" ]; then
    say restored no
    exit 0
  fi
  find_nginx
  keep_proxy "$failed"
  put_proxy "$previous"
  if ! report=$(test_nginx); then
    unmove "$failed"
    fail "nginx refuses the configuration it had before argo-bot, no traffic was moved. nginx says: $(printf '%s\n' "$report" | nginx_errors)"
  fi
else
  find_nginx
fi
reload_nginx || fail_to_reload "$failed"
rm -f -- "$failed"
servers "$proxy_file" | answering | say_each back
rm -f -- "$p_root/.current_color"
[ ! -f "$p_root/.current_color.argo-previous" ] ||
  mv -T -- "$p_root/.current_color.argo-previous" "$p_root/.current_color"
# Remove the old files last, so that an interrupted run is repeated as a whole.
rm -f -- "$previous" "$p_root/state/proxy-before"
say restored yes
