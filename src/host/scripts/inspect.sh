# Reports what is on the host: slots, the live release, kept releases, disk, Python. Changes nothing.
# with python-account
# with machine
need root unit_blue unit_green python upstream_file port_blue port_green strategy
# Read Python and the machine in the background, because each program takes time. `say` writes a line with one `printf`,
# so the lines of both do not mix.
{
  say now "$(date +%s)"
  state=$(systemctl is-system-running 2>/dev/null || true)
  say systemd "$state"
  [ "$state" = running ] || failed_units | say_each failed_unit
  read_disk
  say free_mb "$free_mb"
  account=$(python_account)
  [ -z "$account" ] || say python "$(python_version)"
} &
machine_read=$!
colour=
[ ! -f "$p_root/.current_color" ] || read -r colour <"$p_root/.current_color" || :
case $colour in blue | green | '') ;; *)
  # The text is shown to people. If others can change the root folder, it may come from any file of the host.
  trusted "$p_root" || distrust "$p_root" "$(distrusted "$p_root")"
  fail "$p_root/.current_color holds \"$colour\" instead of blue or green, so argo-bot does not know which slot users are on" \
    "\`sudo nginx -T 2>/dev/null | grep -E '^[^#]*:($p_port_blue|$p_port_green)' | grep -v backup\` shows the live port. If it is $p_port_blue: \`echo blue | sudo tee $p_root/.current_color\`. If it is $p_port_green: \`echo green | sudo tee $p_root/.current_color\`" ;;
esac
colour=$(recorded_slot)

live=$colour
if [ "$p_strategy" = restart ]; then
  # Users are on the slot in which the one unit runs. If the unit was written by hand, .current_color may be older than
  # argo-bot and name another slot.
  place=$(works_in "$p_unit_blue")
  if [ -n "$place" ] && ! ours "$(property FragmentPath "$p_unit_blue")"; then
    [ "$place" != other ] || place=$(slot_for "$p_unit_blue")
    [ -z "$live" ] || [ -L "$p_root/$live" ] || live=
  fi
  [ -z "$place" ] || say proxied "$place"
  case $place in blue | green) live=${live:-$place} ;; esac
  # The service runs outside the slot. The first restart adopts it as the release adopted-SLOT.
  if [ -n "$place" ] && [ "$place" = "$live" ] && [ ! -e "$p_root/$live" ]; then say "slot_$live" "adopted-$live"; fi
else
  # nginx's upstream file tells where traffic goes. .current_color differs if it was edited or a switch was interrupted.
  other=yes
  for slot in blue green; do
    set_slot "$slot"
    serves "$port" "$p_upstream_file" || continue
    say proxied "$slot"
    other=no
    listens "$port" || continue
    # Without .current_color, the host was set up by hand. Then the slot that nginx names and that listens is live.
    [ -n "$colour" ] || live="$live$slot"
  done
  # If both slots get traffic, neither is live.
  case $live in bluegreen) live= ;; esac
  if [ "$other" = yes ] && [ -n "$(servers "$p_upstream_file")" ]; then say proxied other; fi
fi
[ -z "$live" ] || say live "$live"

# The states of both units, with an empty line between them.
states=$(systemctl show -p ActiveState --value -- "$p_unit_blue" "$p_unit_green")
for slot in blue green; do
  path=$p_root/$slot
  set_slot "$slot"
  link_of "$slot"
  if [ -L "$path" ]; then say "slot_$slot" "$in_slot"
  elif [ -d "$path" ]; then say "slot_$slot" "adopted-$slot"; fi
  case $slot in blue) active=${states%%"$newline"*} ;; *) active=${states##*"$newline"} ;; esac
  ! by_hand_listens "$slot" || active=active
  say "active_$slot" "$active"
  by_hand "$slot" || continue
  slot_users "$slot" "$unit" | sed "s/^/$slot /" | say_each tenant
  # Without its unit, nothing could start this adopted release again, so a rollback cannot return to it.
  if [ "$p_strategy" = restart ]; then
    if [ "$slot" != "$live" ] && [ ! -f "$path/.argo/unit.$slot" ]; then say release "adopted-$slot no-unit"; fi
  elif [ "$active" != active ] && [ ! -f "$(property FragmentPath "$unit")" ]; then say release "adopted-$slot no-unit"; fi
done
# Report units of argo-bot that still run in a slot, although argo.yml now has another strategy or unit_name.
for path in $(grep -lsF "$p_root/" /etc/systemd/system/*.service 2>/dev/null || true); do
  stale=${path##*/}
  case $stale in "$p_unit_blue" | "$p_unit_green") continue ;; esac
  ours "$path" && systemctl is-active --quiet -- "$stale" || continue
  case $(works_in "$stale") in blue | green) say former "$stale" ;; esac
done
# Report the address to which unswitch.sh would send users.
previous=$(before_switch)
if [ -n "$live" ] && [ -s "$previous" ] && ! ours "$previous"; then
  set_slot "$live"
  serves "$port" "$previous" || servers "$previous" | answering | head -n 1 | say_each before
fi
external_services | say_each outside

if [ -n "$live" ] && [ -f "$p_root/$live/.argo/manifest" ]; then
  digest "$p_root/$live/.argo/manifest"
  say live_manifest "$digested"
  read_first "$p_root/$live/.argo/commit"
  say live_commit "$first"
  sed 's/^/fingerprint\t/' "$p_root/$live/.argo/fingerprints" 2>/dev/null || true
fi
if [ -d "$p_root/releases" ]; then
  for path in "$p_root/releases"/*/; do
    [ -d "$path" ] || continue
    release=${path%/}
    release=${release##*/}
    verdict_of "$release"
    verdict=$first
    case $release in adopted-*) [ -f "$path.argo/unit.${release#adopted-}" ] || verdict=no-unit ;; esac
    say release "$release ${verdict:-none}"
  done
fi
wait "$machine_read"
