# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with spare` in its head: while a release is watched, the one before it stands in
# for it in the proxy's file, as its `backup`. Needs `proxy`.

# drop_spare: from now on nobody stands in unseen. 1 where nginx refuses its configuration; then all is as before.
drop_spare() {
  watched=$p_root/state/proxy-watched
  if [ -f "$proxy_file" ] && ours "$proxy_file" && grep -q ' backup;$' "$proxy_file"; then
    keep_proxy "$watched"
    cp -p -- "$proxy_file" "$proxy_new"
    sed '/ backup;$/d; s/ max_fails=0;/;/' "$watched" >"$proxy_new"
    mv -T -- "$proxy_new" "$proxy_file"
  fi
  # Also after an interrupted script, which may have ended before the reload.
  [ -f "$watched" ] || return 0
  find_nginx
  if run_nginx -t -q 2>/dev/null; then
    reload_nginx
    rm -f -- "$watched"
  else
    put_proxy "$watched"
    rm -f -- "$watched"
    return 1
  fi
}
