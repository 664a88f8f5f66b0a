# What is on the host: slots, the live release, kept releases, disk, Python. Changes nothing.
# with python-account
# with machine
need root unit_blue unit_green python upstream_file port_blue port_green strategy
colour=$(cat "$p_root/.current_color" 2>/dev/null | tr -d ' \n')
case $colour in blue | green | '') ;; *)
  fail "$p_root/.current_color holds \"$colour\", expected blue or green. Write the colour that nginx points to into it" ;;
esac
colour=$(recorded_slot)

live=$colour
if [ "$p_strategy" = restart ]; then
  # Users are where the one unit works. A unit written by hand knows nothing of a colour file.
  place=$(works_in "$p_unit_blue")
  if [ -n "$place" ] && ! ours "$(property FragmentPath "$p_unit_blue")"; then
    [ "$place" != other ] || place=$(slot_for "$p_unit_blue")
    [ -z "$live" ] || [ -L "$p_root/$live" ] || live=
  fi
  [ -z "$place" ] || say proxied "$place"
  case $place in blue | green) live=${live:-$place} ;; esac
  # The first restart adopts it as a release.
  if [ -n "$place" ] && [ "$place" = "$live" ] && [ ! -e "$p_root/$live" ]; then say "slot_$live" "adopted-$live"; fi
else
  # nginx tells where traffic goes. A colour file that differs was edited, or left by an interrupted switch.
  other=yes
  for slot in blue green; do
    set_slot "$slot"
    serves "$port" "$p_upstream_file" || continue
    say proxied "$slot"
    other=no
    listens "$port" || continue
    # Without a colour file, the host was laid out by hand, and the slot that nginx names and that listens is live.
    [ -n "$colour" ] || live="$live$slot"
  done
  # If both get traffic, neither is the live one.
  case $live in bluegreen) live= ;; esac
  if [ "$other" = yes ] && [ -n "$(servers "$p_upstream_file")" ]; then say proxied other; fi
fi
[ -z "$live" ] || say live "$live"

for slot in blue green; do
  path=$p_root/$slot
  set_slot "$slot"
  if [ -L "$path" ]; then say "slot_$slot" "$(basename "$(readlink "$path")")"
  elif [ -d "$path" ]; then say "slot_$slot" "adopted-$slot"; fi
  active=$(state_of "$slot" "$unit")
  say "active_$slot" "$active"
  slot_users "$slot" "$unit" | sed "s/^/$slot /" | say_each tenant
  by_hand "$slot" || continue
  # Nothing could start it again, so it is no candidate for a rollback.
  if [ "$p_strategy" = restart ]; then
    if [ "$slot" != "$live" ] && [ ! -f "$path/.argo/unit.$slot" ]; then say release "adopted-$slot no-unit"; fi
  elif [ "$active" != active ] && [ ! -f "$(property FragmentPath "$unit")" ]; then say release "adopted-$slot no-unit"; fi
done
# Units from when argo.yml had another strategy or unit_name, that still run out of a slot.
for path in $(grep -lsF "$p_root/" /etc/systemd/system/*.service 2>/dev/null || true); do
  stale=${path##*/}
  case $stale in "$p_unit_blue" | "$p_unit_green") continue ;; esac
  ours "$path" && systemctl is-active --quiet -- "$stale" || continue
  case $(works_in "$stale") in blue | green) say former "$stale" ;; esac
done
# The place to which unswitch.sh would send users.
previous=$(before_switch)
if [ -n "$live" ] && [ -s "$previous" ] && ! ours "$previous"; then
  set_slot "$live"
  serves "$port" "$previous" || servers "$previous" | answering | head -n 1 | say_each before
fi
external_services | say_each outside

if [ -n "$live" ] && [ -f "$p_root/$live/.argo/manifest" ]; then
  say live_manifest "$(digest "$p_root/$live/.argo/manifest")"
  say live_commit "$(head -n 1 "$p_root/$live/.argo/commit")"
  sed 's/^/fingerprint\t/' "$p_root/$live/.argo/fingerprints" 2>/dev/null || true
fi
if [ -d "$p_root/releases" ]; then
  for path in "$p_root/releases"/*/; do
    [ -d "$path" ] || continue
    release=$(basename "$path")
    verdict=$(verdict_of "$release")
    case $release in adopted-*) [ -f "$path.argo/unit.${release#adopted-}" ] || verdict=no-unit ;; esac
    say release "$release ${verdict:-none}"
  done
fi

say free_mb "$(free_mb)"
say systemd "$(systemctl is-system-running 2>/dev/null || true)"
failed_units | say_each failed_unit
say now "$(date +%s)"
account=$(python_account)
[ -z "$account" ] || say python "$(python_version)"
