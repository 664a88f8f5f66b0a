# with account
# shellcheck shell=sh disable=SC2154
# What is on the host: slots, what is live, kept releases, room, tools. Changes nothing.
need root unit_blue unit_green python upstream_file port_blue port_green strategy
colour=
[ ! -f "$p_root/.current_color" ] || colour=$(tr -d ' \n' <"$p_root/.current_color")
case $colour in blue | green | '') ;; *)
  fail "$p_root/.current_color holds \"$colour\", expected blue or green. Write the colour that nginx points to into it" ;;
esac
colour=$(recorded)

live=$colour
if [ "$p_strategy" = restart ]; then
  # One unit: users are where it works, and one that was written by hand knows nothing of a colour file.
  place=$(works_in "$p_unit_blue")
  own=$(systemctl show -p FragmentPath --value -- "$p_unit_blue")
  if [ -n "$place" ] && ! ours "$own"; then
    [ "$place" != other ] || place=$(home_of "$p_unit_blue")
    [ -z "$live" ] || [ -L "$p_root/$live" ] || live=
  fi
  [ -z "$place" ] || say proxied "$place"
  case $place in blue | green) live=${live:-$place} ;; esac
  # Not laid out yet: the first restart makes it a release of its own.
  if [ -n "$place" ] && [ "$place" = "$live" ] && [ ! -e "$p_root/$live" ]; then say "slot_$live" "adopted-$live"; fi
else
  # Traffic goes where nginx says; a colour file that says otherwise was edited, or left by an interrupted switch.
  other=yes
  for slot in blue green; do
    case $slot in blue) port=$p_port_blue ;; green) port=$p_port_green ;; esac
    serves "$port" "$p_upstream_file" || continue
    say proxied "$slot"
    other=no
    listens "$port" || continue
    # A host that was laid out by hand has no colour file: then what nginx points to, and answers, is live.
    [ -n "$colour" ] || live="$live$slot"
  done
  # Two that share the traffic: neither is the one that is live.
  case $live in bluegreen) live= ;; esac
  if [ "$other" = yes ] && [ -n "$(servers "$p_upstream_file")" ]; then say proxied other; fi
fi
[ -z "$live" ] || say live "$live"

for slot in blue green; do
  path=$p_root/$slot
  case $slot in blue) unit=$p_unit_blue ;; green) unit=$p_unit_green ;; esac
  if [ -L "$path" ]; then say "slot_$slot" "$(basename "$(readlink "$path")")"
  elif [ -d "$path" ]; then say "slot_$slot" "adopted-$slot"; fi
  say "active_$slot" "$(state_of "$slot" "$unit")"
  tenants "$slot" "$unit" | while read -r other; do say tenant "$slot $other"; done
  # Nothing could start it again, so nobody is offered it.
  if [ "$p_strategy" = restart ]; then
    if by_hand "$slot" && [ "$slot" != "$live" ] && [ ! -f "$path/.argo/unit.$slot" ]; then say release "adopted-$slot no-unit"; fi
  elif by_hand "$slot" && [ "$(state_of "$slot" "$unit")" != active ] &&
    [ ! -f "$(systemctl show -p FragmentPath --value -- "$unit")" ]; then say release "adopted-$slot no-unit"; fi
done
# Written by argo-bot while argo.yml said another strategy or unit_name, and still running out of a slot.
for path in $(grep -lsF "$p_root/" /etc/systemd/system/*.service 2>/dev/null || true); do
  former=${path##*/}
  case $former in "$p_unit_blue" | "$p_unit_green") continue ;; esac
  ours "$path" && systemctl is-active --quiet -- "$former" || continue
  case $(works_in "$former") in blue | green) say former "$former" ;; esac
done
# Where unswitch.sh would send users.
previous=$(before_switch)
if [ -n "$live" ] && [ -s "$previous" ] && ! ours "$previous"; then
  case $live in blue) port=$p_port_blue ;; *) port=$p_port_green ;; esac
  serves "$port" "$previous" || servers "$previous" | answering | head -n 1 | while IFS= read -r line; do say before "$line"; done
fi
outside | while IFS= read -r line; do say outside "$line"; done

if [ -n "$live" ] && [ -f "$p_root/$live/.argo/manifest" ]; then
  say live_manifest "$(sha256sum <"$p_root/$live/.argo/manifest" | cut -d' ' -f1)"
  say live_commit "$(head -n 1 "$p_root/$live/.argo/commit")"
  sed 's/^/fingerprint\t/' "$p_root/$live/.argo/fingerprints" 2>/dev/null || true
fi
if [ -d "$p_root/releases" ]; then
  for path in "$p_root/releases"/*/; do
    [ -d "$path" ] || continue
    verdict=none
    [ ! -f "$path.argo/verdict" ] || verdict=$(head -n 1 "$path.argo/verdict")
    case $path in */adopted-*/) [ -f "$path.argo/unit.$(basename "$path" | cut -c9-)" ] || verdict=no-unit ;; esac
    say release "$(basename "$path") $verdict"
  done
fi

epoch=0
[ ! -f "$p_root/state/epoch" ] || epoch=$(cat "$p_root/state/epoch")
say epoch "$epoch"
existing=$p_root
while [ ! -e "$existing" ]; do existing=$(dirname "$existing"); done
say free_mb "$(df -Pm -- "$existing" | awk 'NR == 2 { print $4 }')"
say available_mb "$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)"
say systemd "$(systemctl is-system-running 2>/dev/null || true)"
for unit in $(systemctl --failed --plain --no-legend 2>/dev/null | cut -d' ' -f1 | head -n 5); do say failed_unit "$unit"; done
say now "$(date +%s)"
account=
[ ! -x "$p_python" ] || account=$(python_account)
if [ -n "$account" ]; then
  say python "$(run_as "$account" "$p_python" -I -c 'import platform; print(platform.python_version())')"
fi
