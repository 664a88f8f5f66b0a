# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with spare` in its head: while a release is watched, the one before it stands in
# for it in the proxy's file, as its `backup`.

# drop_spare: from now on nobody stands in unseen. 1 where nginx refuses its configuration; then all is as before.
drop_spare() {
  proxy_file=$p_upstream_file
  watched=$proxy_file.argo-watched
  if [ -f "$proxy_file" ] && head -n 1 "$proxy_file" | grep -q '^# Written by argo-bot' && grep -q ' backup;$' "$proxy_file"; then
    cp -p -- "$proxy_file" "$watched"
    sed '/ backup;$/d; s/ max_fails=0;/;/' "$proxy_file" >"$proxy_file.argo-new"
    mv -T -- "$proxy_file.argo-new" "$proxy_file"
  fi
  # Also after an interrupted script, which may have ended before the reload.
  [ -f "$watched" ] || return 0
  if nginx -t -q 2>/dev/null; then
    systemctl reload nginx 2>/dev/null || nginx -s reload
    rm -f -- "$watched"
  else
    mv -T -- "$watched" "$proxy_file"
    return 1
  fi
}
