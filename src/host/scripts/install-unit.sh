# Points the idle slot to the release, and installs the release's unit for it.
# fenced
# with unit-check
# with unit-changes
# with nginx-backup
need user unit_allow release slot unit unit_blue unit_green port_blue port_green upstream_file
release=$p_root/releases/$p_release
link=$p_root/$p_slot
file=/etc/systemd/system/$p_unit
adopted=$p_root/releases/adopted-$p_slot
by_hand=no
[ ! -d "$link" ] || [ -L "$link" ] || by_hand=yes
# The release to install is the folder in the slot, which was set up by hand. It stays there, with its unit.
if [ "$by_hand" = yes ] && [ "$adopted" = "$release" ]; then release=$link; fi
wanted=$release/.argo/unit.$p_slot

live=$(recorded_slot)
[ "$live" != "$p_slot" ] || fail "slot $p_slot is live on this host; its release was not touched"
[ -d "$release" ] || fail "$release does not exist: the release was removed from the host"
in_place=no
if [ "$release" = "$link" ] || holds "$p_slot" "$p_release"; then in_place=yes; fi
if [ "$in_place" = no ]; then
  ! in_use "$p_slot" ||
    fail "nginx sends users to slot $p_slot (port $port), whatever .current_color says; it was not touched"
  users=
  [ "$by_hand" = no ] || users=$(slot_users "$p_slot" "$p_unit" | tr '\n' ' ')
  [ -z "$users" ] || fail "${users% } still works in $link, which $p_release would replace; it was not touched" "if users no longer need it: \`sudo systemctl disable --now ${users% }\`"
fi

# A release that was set up by hand may have no saved unit. Then the installed unit is its unit.
next=$wanted
[ -f "$next" ] || next=$file
[ -f "$next" ] || next=$(property FragmentPath "$p_unit")
[ -f "$next" ] || fail "$file does not exist and $p_release brings none"

refuse_unit "$next"

plan_dropin "$p_unit" "$next"
# Check the unit before anything is stopped.
has_run_well "$release" || vet_unit "$next"

tell_edits "$release" "$p_unit_blue" blue "$p_unit_green" green
say_dropins "$p_unit"

# adopt: saves the unit of a folder that was set up by hand. Notes for cleanup.sh how to restore it.
adopt() {
  [ ! -e "$adopted" ] || fail "$link was laid out by hand and $adopted is there already" "move one of them away"
  # An earlier run of this deployment wrote the note before it stopped the unit, so the note stays.
  [ "$(first_line "$link/.argo/adopted")" != "$p_release" ] || return 0
  own=$(property FragmentPath "$p_unit")
  mkdir -p "$link/.argo"
  if [ -f "$own" ]; then cp -- "$own" "$link/.argo/unit.$p_slot"; fi
  write_file "$link/.argo/adopted" "$p_release" "$(systemctl is-active -- "$p_unit" || true)" \
    "$(systemctl is-enabled -- "$p_unit" 2>/dev/null || true)" "$own" "$(readlink -- "$file" || true)"
}
if [ "$in_place" = no ]; then
  # If the last watch was interrupted, this slot is still nginx's backup, which gets users when the live release fails.
  drop_spare ||
    fail "nginx refuses its configuration, so slot $p_slot still stands in for what is live; it was not touched" "correct the configuration until \`sudo nginx -t\` succeeds${unread:+, and restart nginx, which refuses to reload: $unread}"
  [ "$by_hand" = no ] || adopt
  case $unit_ActiveState in inactive) ;; *) systemctl stop -- "$p_unit" 2>/dev/null || true ;; esac
  [ "$by_hand" = no ] || mv -T -- "$link" "$adopted"
  link_to "releases/$p_release" "$link"
fi

if [ -f "$wanted" ]; then
  # Keep the old unit, so that an install that is repeated after a crash still shows what it changed.
  before=$release/.argo/unit.before
  [ -f "$before" ] || cat "$file" >"$before" 2>/dev/null || : >"$before"
  say_diff "$before" "$wanted"
  [ "$unit_kept" = yes ] || copy_file "$wanted" "$file"
  if put_dropin || [ "$unit_kept" = no ]; then systemctl daemon-reload; fi
  pass
fi
