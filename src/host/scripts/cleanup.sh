# Removes what an ended deployment has put on the host. The live slot is not touched.
# fenced
# with unused-environments
need release unit_blue unit_green port_blue port_green upstream_file live_before strategy
case $p_release in '' | */* | .*) fail "\"$p_release\" is not a release's name; nothing was removed" ;; esac
live=$(recorded_slot)
rm -rf -- "$p_root/releases/.incoming-$p_release"
remove_release() {
  environment=$(readlink "$p_root/releases/$p_release/.argo/venv" 2>/dev/null || true)
  rm -rf -- "$p_root/releases/$p_release" "$p_root/venvs/.building"
  forget_compiled "releases/$p_release"
  forget_environment "${environment##*/}"
}

# With `strategy: restart`, only restart.sh puts a release into a slot, and a deployment is cleaned up only before that.
if [ "$p_strategy" = restart ]; then
  for slot in blue green; do
    ! holds "$slot" "$p_release" ||
      fail "slot $slot holds $p_release, so somebody has moved it there; nothing was removed"
  done
  remove_release
  exit 0
fi

# put_back: moves $adopted, the folder that was set up by hand, back into the slot and restores its unit.
# install-unit.sh noted in .argo/adopted whether the unit ran, whether it was enabled, the path of its file, and where
# that led if it was a link.
put_back() {
  was=$adopted/.argo/adopted
  active=$(sed -n 2p "$was")
  enabled=$(sed -n 3p "$was")
  own=$(sed -n 4p "$was")
  leads=$(sed -n 5p "$was")
  file=/etc/systemd/system/$unit
  if [ -n "$leads" ] && [ -f "$leads" ]; then
    link_to "$leads" "$file"
  elif [ "$own" = "$file" ]; then
    copy_file "$adopted/.argo/unit.$slot" "$file"
  else
    rm -f -- "$file"
  fi
  rm -f -- "$file.d/zz-argo-bot.conf"
  systemctl daemon-reload
  [ "$adopted" = "$p_root/$slot" ] || mv -T -- "$adopted" "$p_root/$slot"
  if [ "$enabled" = enabled ]; then systemctl enable --quiet -- "$unit"; fi
  case $active in active | activating | reloading) systemctl start -- "$unit" ;; esac
  # Remove the saved unit and the note last, so that a cleanup after a crash puts the folder back again.
  rm -f -- "$p_root/$slot/.argo/unit.$slot" "$p_root/$slot/.argo/adopted"
  rmdir -- "$p_root/$slot/.argo" 2>/dev/null || true
}

kept=
for slot in blue green; do
  set_slot "$slot"
  if [ "$slot" = "$live" ]; then
    ! holds "$slot" "$p_release" || kept=yes
    continue
  fi
  adopted=$p_root/releases/adopted-$slot
  [ -e "$adopted" ] || [ -L "$p_root/$slot" ] || adopted=$p_root/$slot
  if holds "$slot" "$p_release"; then
    # Another slot was live before this deployment. If users are on this slot now, somebody moved them: keep the files.
    if [ -n "$p_live_before" ] && in_use "$slot"; then
      say in_use "$slot"
      kept=yes
      continue
    fi
    systemctl disable --quiet --now -- "$unit" 2>/dev/null || true
    systemctl reset-failed -- "$unit" 2>/dev/null || true
    rm -f -- "$p_root/$slot"
  fi
  # If this release has replaced a folder that was set up by hand, put that folder back.
  [ "$(first_line "$adopted/.argo/adopted")" != "$p_release" ] || put_back
done
# A deployment that only restarts the service has the live release as its release. Keep that release.
[ "${p_live_release:-}" != "$p_release" ] || kept=yes
[ -n "$kept" ] || remove_release
