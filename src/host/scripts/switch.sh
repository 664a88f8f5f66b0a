# fenced
# with guarded
# with arm
# with proxy
# shellcheck shell=sh disable=SC2154
# Moves the traffic to a slot: the proxy's upstream file, tested, reloaded, recorded.
need to release port unit upstream_file upstream
link=$(readlink "$p_root/$p_to" 2>/dev/null || true)
case $link in
  "releases/$p_release") ;;
  *) [ "$p_release" = "adopted-$p_to" ] && [ -d "$p_root/$p_to" ] ||
    fail "slot $p_to holds ${link:-nothing}, not $p_release: no traffic was moved" ;;
esac
[ "$(state_of "$p_to" "$p_unit")" = active ] ||
  fail "$p_unit is not running: no traffic was moved"

arm_guard
# Remembered, since the next switch overwrites the file that names them.
outside >"$p_root/state/before.new"
mv -T -- "$p_root/state/before.new" "$p_root/state/before"
was=$p_root/.current_color.argo-previous
# A colour file of the team's own comes back with what it told of, should this switch be undone.
if [ -f "$p_root/.current_color" ] && [ -z "$(recorded)" ]; then cp -p -- "$p_root/.current_color" "$was"; fi

wanted=$p_root/state/proxy-wanted
moving=$p_root/state/proxy-moving
at_exit() { rm -f -- "$wanted" "$proxy_new"; }
# While a release is watched, the one before it answers where the new one cannot be connected to: it may die, and
# is noticed all the same, since the watch asks each slot by itself. Every request tries the new one first.
spare=
case $given in *' spare_port '*) [ -z "$p_spare_port" ] || ! listens "$p_spare_port" || spare=$p_spare_port ;; esac
{
  printf '# Written by argo-bot, which replaces it at every switch: %s is live.\nupstream %s {\n' "$p_to" "$p_upstream"
  printf '    server 127.0.0.1:%s%s;\n' "$p_port" "${spare:+ max_fails=0}"
  [ -z "$spare" ] || printf '    server 127.0.0.1:%s backup;\n' "$spare"
  printf '    keepalive 32;\n}\n'
} >"$wanted"
find_nginx
if cmp -s -- "$wanted" "$proxy_file"; then
  say already yes
else
  if [ -f "$proxy_file" ]; then
    keep_proxy "$moving"
    # Read and changed as it was: by others than root, too, where they may.
    chown --reference="$proxy_file" -- "$wanted"
    chmod --reference="$proxy_file" -- "$wanted"
  else
    : >"$moving"
  fi
  put_proxy "$wanted"
  if ! report=$(run_nginx -t -q 2>&1); then
    if [ -s "$moving" ]; then put_proxy "$moving"; else rm -f -- "$proxy_file"; fi
    rm -f -- "$moving"
    fail "nginx refuses its configuration, no traffic was moved: $report"
  fi
fi
# Where only who stands in has changed, what was before this switch is kept already.
if [ -f "$moving" ]; then
  grep -q "^# Written by argo-bot.*: $p_to is live" "$moving" || mv -T -- "$moving" "$p_root/state/proxy-before"
  rm -f -- "$moving"
fi
# Also when the file was right already: an interrupted switch may have ended before the reload.
reload_nginx
systemctl enable --quiet -- "$p_unit" 2>/dev/null || true
# Its time is that of the move, also when a rollback repeats what the guard has done.
if [ -L "$p_root/.current_color" ] || [ "$(cat "$p_root/.current_color" 2>/dev/null || true)" != "$p_to" ]; then
  printf '%s\n' "$p_to" >"$p_root/.current_color.new"
  mv -T -- "$p_root/.current_color.new" "$p_root/.current_color"
fi
say live "$p_to"
