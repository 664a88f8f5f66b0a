# fenced
# with pycache
# with unused
# shellcheck shell=sh disable=SC2154
# Takes away what a deployment that went no further had put on the host. The live slot is not touched.
need release unit_blue unit_green port_blue port_green upstream_file live_before strategy
case $p_release in '' | */* | .*) fail "\"$p_release\" is not a release's name; nothing was removed" ;; esac
live=$(recorded)
rm -rf -- "$p_root/releases/.incoming-$p_release"
remove_release() {
  environment=$(readlink "$p_root/releases/$p_release/.argo/venv" 2>/dev/null || true)
  rm -rf -- "$p_root/releases/$p_release" "$p_root/venvs/.building"
  forget_compiled "releases/$p_release"
  forget_environment "${environment##*/}"
}

# With one unit nothing of a release is in any slot before its restart, and that leads to no cleanup.
if [ "$p_strategy" = restart ]; then
  for slot in blue green; do
    [ "$(readlink "$p_root/$slot" 2>/dev/null || true)" != "releases/$p_release" ] ||
      fail "slot $slot holds $p_release, so somebody has moved it there; nothing was removed"
  done
  remove_release
  exit 0
fi

# Back to the slot it was laid out in by hand, with its unit, running if it was.
put_back() {
  was=$adopted/.argo/adopted
  active=$(sed -n 2p "$was")
  enabled=$(sed -n 3p "$was")
  own=$(sed -n 4p "$was")
  file=/etc/systemd/system/$unit
  if [ "$own" = "$file" ]; then
    cp -- "$adopted/.argo/unit.$slot" "$file.new"
    mv -T -- "$file.new" "$file"
  else
    rm -f -- "$file"
  fi
  rm -f -- "$file.d/zz-argo-bot.conf"
  systemctl daemon-reload
  [ "$adopted" = "$p_root/$slot" ] || mv -T -- "$adopted" "$p_root/$slot"
  if [ "$enabled" = enabled ]; then systemctl enable --quiet -- "$unit"; fi
  case $active in active | activating | reloading) systemctl start -- "$unit" ;; esac
  # Last, so that a cleanup that is repeated after a crash does all of this again.
  rm -f -- "$p_root/$slot/.argo/unit.$slot" "$p_root/$slot/.argo/adopted"
  rmdir -- "$p_root/$slot/.argo" 2>/dev/null || true
  say restored "$slot"
}

kept=
for slot in blue green; do
  case $slot in blue) unit=$p_unit_blue ;; green) unit=$p_unit_green ;; esac
  held=$(readlink "$p_root/$slot" 2>/dev/null || true)
  if [ "$slot" = "$live" ]; then
    [ "$held" != "releases/$p_release" ] || kept=yes
    continue
  fi
  adopted=$p_root/releases/adopted-$slot
  [ -e "$adopted" ] || [ -L "$p_root/$slot" ] || adopted=$p_root/$slot
  ours=no
  [ "$(head -n 1 "$adopted/.argo/adopted" 2>/dev/null || true)" != "$p_release" ] || ours=yes
  if [ "$held" = "releases/$p_release" ]; then
    # Where nothing was live before, nobody but this release answers there; else somebody has moved users to it.
    if [ -n "$p_live_before" ] && in_use "$slot"; then
      say in_use "$slot"
      kept=yes
      continue
    fi
    systemctl disable --quiet --now -- "$unit" 2>/dev/null || true
    systemctl reset-failed -- "$unit" 2>/dev/null || true
    rm -f -- "$p_root/$slot"
    say stopped "$slot"
  fi
  [ "$ours" = no ] || put_back
done
# What was live before this deployment, and starts again with it, is nobody's to remove.
again=
case $given in *' live_release '*) [ "$p_live_release" != "$p_release" ] || again=yes ;; esac
[ -n "$kept$again" ] || remove_release
