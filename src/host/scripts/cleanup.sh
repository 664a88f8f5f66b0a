# fenced
# shellcheck shell=sh disable=SC2154
# Takes away what a deployment that went no further had put on the host. The live slot is not touched.
need release unit_blue unit_green
live=
[ ! -f "$p_root/.current_color" ] || live=$(tr -d ' \n' <"$p_root/.current_color")
rm -rf -- "$p_root/releases/.incoming-$p_release"
for slot in blue green; do
  [ "$slot" != "$live" ] || continue
  [ "$(readlink "$p_root/$slot" 2>/dev/null || true)" = "releases/$p_release" ] || continue
  case $slot in blue) unit=$p_unit_blue ;; green) unit=$p_unit_green ;; esac
  systemctl disable --quiet --now -- "$unit" 2>/dev/null || true
  systemctl reset-failed -- "$unit" 2>/dev/null || true
  rm -f -- "$p_root/$slot"
  say stopped "$slot"
done
case $p_release in '' | */* | .*) fail "\"$p_release\" is not a release's name; nothing was removed" ;; esac
[ -n "$live" ] && [ "$(readlink "$p_root/$live" 2>/dev/null || true)" = "releases/$p_release" ] || rm -rf -- "$p_root/releases/$p_release"
