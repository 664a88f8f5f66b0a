# fenced
# shellcheck shell=sh disable=SC2154
# Undoes the very first switch: the proxy as it was before argo-bot came, if anything listens there.
need upstream_file slot port_blue port_green
file=$p_upstream_file
previous=$file.argo-previous
live=$(recorded)
case $p_slot in blue) ours=$p_port_blue ;; *) ours=$p_port_green ;; esac
if [ "$live" != "$p_slot" ] && ! serves "$ours" "$file"; then
  say restored unmoved
  exit 0
fi
# A file that named this slot all along leads to nothing but the release that is to go.
if [ ! -s "$previous" ] || serves "$ours" "$previous"; then
  say restored no
  exit 0
fi
port=$(served "$previous" | head -n 1)
# Users are better off with a poor answer than with none.
if [ -z "$port" ] || ! listens "$port"; then
  say restored no
  exit 0
fi
cp -p -- "$file" "$file.argo-failed"
mv -T -- "$previous" "$file"
if ! report=$(nginx -t -q 2>&1); then
  mv -T -- "$file" "$previous"
  mv -T -- "$file.argo-failed" "$file"
  fail "nginx refuses the configuration it had before argo-bot, no traffic was moved: $report"
fi
systemctl reload nginx 2>/dev/null || nginx -s reload
rm -f -- "$p_root/.current_color" "$file.argo-failed"
[ ! -f "$p_root/.current_color.argo-previous" ] ||
  mv -T -- "$p_root/.current_color.argo-previous" "$p_root/.current_color"
say restored yes
