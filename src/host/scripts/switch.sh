# Moves the traffic to a slot: writes nginx's upstream file, tests it, reloads nginx, and records the live slot.
# fenced
# moves traffic
# with arm-guard
# with nginx
need to release port unit upstream_file upstream
if ! holds "$p_to" "$p_release"; then
  [ "$p_release" = "adopted-$p_to" ] && [ -d "$p_root/$p_to" ] || {
    link=$(readlink "$p_root/$p_to" 2>/dev/null || true)
    fail "slot $p_to holds ${link:-nothing}, not $p_release: no traffic was moved"
  }
fi
[ "$(state_of "$p_to" "$p_unit")" = active ] ||
  fail "$p_unit is not running: no traffic was moved"

arm_guard
# Save which services outside the slots get users, because the switch overwrites the upstream file that names them.
write_file "$p_root/state/before" "$(external_services)"
# Keep a .current_color that is older than argo-bot, because unswitch.sh restores it.
if [ -f "$p_root/.current_color" ] && [ -z "$(recorded_slot)" ]; then
  cp -p -- "$p_root/.current_color" "$p_root/.current_color.argo-previous"
fi

wanted=$p_root/state/proxy-wanted
moving=$p_root/state/proxy-moving
at_exit() { rm -f -- "$wanted" "$proxy_new"; }
# During the watch, the previous release is nginx's `backup`: it answers when the new one accepts no connection. Every
# request tries the new one first (max_fails=0). The watch notices such failures, because it checks each slot directly.
spare=${p_spare_port:-}
[ -z "$spare" ] || listens "$spare" || spare=
{
  printf '# Written by argo-bot, which replaces it at every switch: %s is live.\nupstream %s {\n' "$p_to" "$p_upstream"
  printf '    server 127.0.0.1:%s%s;\n' "$p_port" "${spare:+ max_fails=0}"
  [ -z "$spare" ] || printf '    server 127.0.0.1:%s backup;\n' "$spare"
  printf '    keepalive 32;\n}\n'
} >"$wanted"
try_wanted() { put_proxy "$wanted" && report=$(test_nginx); }
# without_keepalive: fails unless nginx does not know this setting: a stream block has none, nor has every build.
without_keepalive() {
  case $report in *'unknown directive "keepalive"'*) ;; *) return 1 ;; esac
  sed -i '/^    keepalive /d' "$wanted"
}
await_guard
find_nginx
if cmp -s -- "$wanted" "$proxy_file"; then
  say already yes
else
  if [ -f "$proxy_file" ]; then
    keep_proxy "$moving"
    # Keep the owner and the mode of the upstream file.
    cp --attributes-only --preserve=mode,ownership -- "$proxy_file" "$wanted"
  else
    : >"$moving"
  fi
  if ! try_wanted && ! { without_keepalive && try_wanted; }; then
    unmove "$moving"
    fail "nginx refuses its configuration, no traffic was moved. nginx says: $(printf '%s\n' "$report" | nginx_errors)"
  fi
fi
# Reload in any case, because an interrupted switch may have ended before the reload.
reload_nginx || fail_to_reload "$moving"
# $moving is the old upstream file. If it already names this slot as live, only the backup server has changed, so the
# copy from before the switch, proxy-before, stays.
if [ -f "$moving" ]; then
  read_first "$moving"
  case $first in
    '# Written by argo-bot'*": $p_to is live"*) rm -f -- "$moving" ;;
    *) mv -T -- "$moving" "$p_root/state/proxy-before" ;;
  esac
fi
record_live "$p_to"
enable_unit "$p_unit"
