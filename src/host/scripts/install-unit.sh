# fenced
# with vet
# with rules
# with harden
# with dropins
# with proxy
# with spare
# shellcheck shell=sh disable=SC2154
# Points the idle slot to the release and installs the release's own unit for it.
need user unit_allow release slot unit unit_blue unit_green port_blue port_green upstream_file
release=$p_root/releases/$p_release
link=$p_root/$p_slot
file=/etc/systemd/system/$p_unit
adopted=$p_root/releases/adopted-$p_slot
by_hand=no
[ ! -d "$link" ] || [ -L "$link" ] || by_hand=yes
# Asked for what was laid out by hand and never moved away: it stays where it is, with the unit it has.
if [ "$by_hand" = yes ] && [ "$adopted" = "$release" ]; then release=$link; fi
wanted=$release/.argo/unit.$p_slot

live=$(recorded)
[ "$live" != "$p_slot" ] || fail "slot $p_slot is live on this host; its release was not touched"
[ -d "$release" ] || fail "$release does not exist: the release was removed from the host"
in_place=no
if [ "$release" = "$link" ] || [ "$(readlink "$link" 2>/dev/null || true)" = "releases/$p_release" ]; then in_place=yes; fi
if [ "$in_place" = no ] && in_use "$p_slot"; then
  fail "nginx sends users to slot $p_slot (port $port), whatever .current_color says; it was not touched"
fi

if [ "$in_place" = no ]; then
  guests=$(tenants "$p_slot" "$p_unit")
  [ -z "$guests" ] || fail "$(echo $guests) still works in $link, which $p_release would take the place of; it was not touched. If nobody needs it: systemctl disable --now $(echo $guests)"
fi

# An adopted release may have no unit of its own: then the one that is installed is.
next=$wanted
[ -f "$next" ] || next=$file
[ -f "$next" ] || next=$(systemctl show -p FragmentPath --value -- "$p_unit")
[ -f "$next" ] || fail "$file does not exist and $p_release brings none"

refuse_unit "$next"

# The doubled "green" of a hand-written unit was found by users; here it is found by looking, and before
# anything is stopped.
tried "$release" || vet_unit "$next"

tell_edits "$release" "$p_unit_blue" blue "$p_unit_green" green
say_dropins "$p_unit"

# Laid out by hand before argo-bot came: it becomes a release, with the unit that starts it again, so that
# nothing of it is lost. What it was is kept too, for a deployment that is called off.
adopt() {
  [ ! -e "$adopted" ] || fail "$link was laid out by hand and $adopted is there already: move one of them away"
  # Written by this deployment already, before it stopped anything.
  [ "$(head -n 1 "$link/.argo/adopted" 2>/dev/null || true)" != "$p_release" ] || return 0
  own=$(systemctl show -p FragmentPath --value -- "$p_unit")
  mkdir -p "$link/.argo"
  if [ -f "$own" ]; then cp -- "$own" "$link/.argo/unit.$p_slot"; fi
  printf '%s\n' "$p_release" "$(systemctl is-active -- "$p_unit" || true)" \
    "$(systemctl is-enabled -- "$p_unit" 2>/dev/null || true)" "$own" >"$link/.argo/adopted.new"
  mv -T -- "$link/.argo/adopted.new" "$link/.argo/adopted"
}
if [ "$in_place" = no ]; then
  # A watch that nobody ended: users would come here as soon as what is live does not answer.
  drop_spare ||
    fail "nginx refuses its configuration (nginx -t says why), so slot $p_slot still stands in for what is live; it was not touched"
  [ "$by_hand" = no ] || adopt
  systemctl stop -- "$p_unit" 2>/dev/null || true
  [ "$by_hand" = no ] || mv -T -- "$link" "$adopted"
  ln -sfn -- "releases/$p_release" "$link.new"
  mv -T -- "$link.new" "$link"
fi

if [ -f "$wanted" ]; then
  # Kept, so that an install that is repeated after a crash still shows what it changed.
  before=$release/.argo/unit.before
  [ -f "$before" ] || cat "$file" >"$before" 2>/dev/null || : >"$before"
  diff -u --label installed --label new -- "$before" "$wanted" | tail -n +3 | head -n 5000 |
    while IFS= read -r line; do say diff "$line"; done
  reload=no
  if ! cmp -s -- "$wanted" "$file"; then
    cp -- "$wanted" "$file.new"
    mv -T -- "$file.new" "$file"
    reload=yes
  fi
  if harden "$p_unit" "$wanted" || [ "$reload" = yes ]; then systemctl daemon-reload; fi
  pass "$wanted"
fi
