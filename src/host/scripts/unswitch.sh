# fenced
# with proxy
# shellcheck shell=sh disable=SC2154
# Undoes the very first switch: the proxy as it was before argo-bot came, if anything answers there.
need upstream_file slot port_blue port_green path
previous=$(before_switch)
live=$(recorded)
case $p_slot in blue) own=$p_port_blue ;; *) own=$p_port_green ;; esac
at_exit() { rm -f -- "$proxy_new"; }
if [ "$live" != "$p_slot" ] && ! serves "$own" "$proxy_file"; then
  say restored unmoved
  exit 0
fi
# A file that named this slot all along leads to nothing but the release that is to go.
if [ ! -s "$previous" ] || ours "$previous" || serves "$own" "$previous"; then
  say restored no
  exit 0
fi

# asked ADDRESS: what came of a question there, as nginx would ask; fails where nobody takes the connection.
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
# Users are better off with a poor answer than with none.
if ! cmp -s -- "$previous" "$proxy_file"; then
  answer=
  servers "$previous" | head -n 8 >"$p_root/state/servers"
  while IFS= read -r address && [ -z "$answer" ]; do
    # Only nginx knows whom it would ask.
    if [ "$address" = '?' ]; then answer=unknown; continue; fi
    if said=$(asked "$address"); then answer=yes; fi
    say asked "$address $said"
  done <"$p_root/state/servers"
  rm -f -- "$p_root/state/servers"
  if [ -z "$answer" ]; then
    say restored no
    exit 0
  fi
  find_nginx
  failed=$p_root/state/proxy-failed
  keep_proxy "$failed"
  put_proxy "$previous"
  if ! report=$(run_nginx -t -q 2>&1); then
    put_proxy "$failed"
    rm -f -- "$failed"
    fail "nginx refuses the configuration it had before argo-bot, no traffic was moved: $report"
  fi
  rm -f -- "$failed"
else
  find_nginx
fi
reload_nginx
servers "$proxy_file" | answering | while IFS= read -r line; do say back "$line"; done
rm -f -- "$p_root/.current_color"
[ ! -f "$p_root/.current_color.argo-previous" ] ||
  mv -T -- "$p_root/.current_color.argo-previous" "$p_root/.current_color"
# Last, so that an interrupted return is repeated as a whole.
rm -f -- "$previous" "$p_root/state/proxy-before"
say restored yes
