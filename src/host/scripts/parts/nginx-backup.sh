# Removes the previous release from the upstream file. During a watch it is nginx's `backup` server.
# with nginx

# drop_spare: removes the backup server. Fails, without a change, if nginx refuses its configuration.
drop_spare() {
  watched=$p_root/state/proxy-watched
  if [ -f "$proxy_file" ] && ours "$proxy_file" && grep -q ' backup;$' "$proxy_file"; then
    keep_proxy "$watched"
    cp -p -- "$proxy_file" "$proxy_new"
    sed '/ backup;$/d; s/ max_fails=0;/;/' "$watched" >"$proxy_new"
    mv -T -- "$proxy_new" "$proxy_file"
  fi
  # $watched is the file with the backup server. It exists if that server was removed just now, or by a script that was
  # interrupted before its reload.
  [ -f "$watched" ] || return 0
  find_nginx
  test_nginx >/dev/null || { unmove "$watched"; return 1; }
  reload_nginx || { unmove_all "$watched"; return 1; }
  rm -f -- "$watched"
}
