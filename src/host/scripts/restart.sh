# fenced
# with vet
# with rules
# with harden
# with guarded
# with arm
# with logs
# with running
# with pycache
# shellcheck shell=sh disable=SC2154
# Moves the one service of `strategy: restart` to a release. Whatever can be refused is refused while the old
# one still runs; then it is stopped, its unit replaced, and started. What is done already is not done again.
need user unit_allow release to unit_blue port_blue back bad why stop_seconds
unit=$p_unit_blue
releases=$p_root/releases
release=$releases/$p_release
link=$p_root/$p_to
file=/etc/systemd/system/$unit
note=$p_root/state/restart
show() { systemctl show -p "$1" --value -- "$unit"; }
untouched='the service was not touched'

# The clock of the kernel: nobody sets it in between.
uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
# down: since when nobody is answered, as far as this deployment is the reason. A reboot takes the count with it.
say_down() {
  [ "$(cut -d' ' -f1,2 "$note" 2>/dev/null || true)" = "$p_deployment $p_release" ] || return 0
  down=$(($(uptime_ms) - $(cut -d' ' -f3 "$note")))
  [ "$down" -lt 0 ] || say down_ms "$down"
}
# runs: asked where the unit of this release is installed already. That is done when the one before has been stopped,
# so where nothing tells of which release a start was, it was of this one.
runs() {
  [ "$(show ActiveState)" = active ] || return 1
  case $(started_from "$unit") in
    "$p_release") ;;
    '') [ "$(show NeedDaemonReload)" = no ] ;;
    *) return 1 ;;
  esac
}
verdict_of() { head -n 1 "$1/.argo/verdict" 2>/dev/null || true; }

# Somebody went back from it already; whoever comes after a crash must not try it on the users again.
[ "$(verdict_of "$release")" != bad ] ||
  fail "$p_release was left before ($(head -n 1 "$release/.argo/why" 2>/dev/null || echo 'nobody wrote down why')); $untouched"
if [ -n "$p_bad" ] && [ -d "$releases/$p_bad/.argo" ] && [ "$(verdict_of "$releases/$p_bad")" != bad ]; then
  printf '%s\n' "$p_why" >"$releases/$p_bad/.argo/why"
  printf 'bad\n' >"$releases/$p_bad/.argo/verdict"
fi

# What was laid out by hand and never moved stays where it is.
if [ ! -d "$release" ] && [ "$p_release" = "adopted-$p_to" ] && by_hand "$p_to"; then release=$link; fi
wanted=$release/.argo/unit.$p_to
if [ "$p_release" = "adopted-$p_to" ] && [ ! -f "$wanted" ] && ! ours "$(show FragmentPath)"; then
  # Refused before anything of it was taken over: it still runs as it always did.
  say already yes
  exit 0
fi
[ -f "$wanted" ] || fail "$wanted does not exist: the release was removed from the host; $untouched"
forbidden=$(unit_refused "$wanted")
[ -z "$forbidden" ] || fail "$unit: $forbidden; $untouched"
in_place=no
if [ "$release" = "$link" ] || [ "$(readlink "$link" 2>/dev/null || true)" = "releases/$p_release" ]; then in_place=yes; fi

# After the start: it makes systemd read all of its units once more.
enable() {
  [ "$(systemctl is-enabled -- "$unit" 2>/dev/null || true)" = enabled ] || systemctl enable --quiet -- "$unit" 2>/dev/null || true
}
live() {
  printf '%s\n' "$p_to" >"$p_root/.current_color.new"
  mv -T -- "$p_root/.current_color.new" "$p_root/.current_color"
  say live "$p_to"
}
if [ "$in_place" = yes ] && cmp -s -- "$wanted" "$file" && runs; then
  arm_guard
  live
  say already yes
  say_down
  enable
  exit 0
fi

[ "$in_place" = yes ] || [ "$(works_in "$unit")" != "$p_to" ] ||
  fail "the service works in slot $p_to, which holds another release than $p_release; $untouched"
if [ "$in_place" = no ] && by_hand "$p_to" && [ -e "$releases/adopted-$p_to" ]; then
  fail "$link was laid out by hand and $releases/adopted-$p_to is there already: move one of them away; $untouched"
fi
stranger=$(stranger_on "$p_port_blue" "$unit")
[ -z "$stranger" ] || fail "port $p_port_blue is taken by $stranger; $untouched"

# What runs now was laid out by hand: the unit that starts it again is kept, wherever it works.
adopt() {
  slot=${p_back#adopted-}
  keep=$releases/$p_back
  if [ ! -d "$keep" ] && by_hand "$slot"; then keep=$p_root/$slot; fi
  [ ! -f "$keep/.argo/unit.$slot" ] || return 0
  own=$(show FragmentPath)
  [ -f "$own" ] && ! ours "$own" || fail "the unit of what was laid out by hand is not installed any more, so there is no way back to it; $untouched"
  mkdir -p "$keep/.argo"
  cp -- "$own" "$keep/.argo/unit.new"
  mv -T -- "$keep/.argo/unit.new" "$keep/.argo/unit.$slot"
  # It works elsewhere: its slot holds no more than its unit.
  [ -e "$p_root/$slot" ] || ln -sfn -- "releases/$p_back" "$p_root/$slot"
}
case $p_back in adopted-*) adopt ;; esac

# The slot that nobody works in, so that only the unit is left for the time without a service.
if [ "$in_place" = no ]; then
  ! by_hand "$p_to" || mv -T -- "$link" "$releases/adopted-$p_to"
  ln -sfn -- "releases/$p_release" "$link.new"
  mv -T -- "$link.new" "$link"
fi
missing=
tried "$release" || missing=$(missing_paths "$wanted")
[ -z "$missing" ] || fail "$unit: $missing; $untouched"
# Compiled files of what stood here before; those of the release itself are named by it, and warm.
forget_compiled "$p_to"
case $p_release in adopted-*) ;; *) find "$release" -name __pycache__ -prune -exec rm -rf -- {} + ;; esac

tell_edits "$release" "$unit" "$(recorded)"
arm_guard
was=$(show ActiveState)
if [ "$(cut -d' ' -f1,2 "$note" 2>/dev/null || true)" != "$p_deployment $p_release" ]; then
  [ "$was" = active ] && printf '%s %s %s\n' "$p_deployment" "$p_release" "$(uptime_ms)" >"$note.new" || : >"$note.new"
  mv -T -- "$note.new" "$note"
fi
# systemd kills what does not end within the unit's own limit; this is for a limit that is none.
limit=
case $(show TimeoutStopUSec) in
  '' | infinity) ;;
  *) limit=$(systemd-analyze timespan "$(show TimeoutStopUSec)" 2>/dev/null | sed -n 's/.*s: \([0-9]*\)$/\1/p' | head -n 1) ;;
esac
limit=$((${limit:-90000000} / 1000000))
[ "$limit" -ge "$p_stop_seconds" ] || limit=$p_stop_seconds
# Looked up before the stop: users wait from there on.
writes_to=$(log_files "$unit")
timeout $((limit + 10)) systemctl stop -- "$unit" 2>/dev/null || {
  systemctl kill --kill-who=all -s KILL -- "$unit" 2>/dev/null || true
  timeout 10 systemctl stop -- "$unit" 2>/dev/null || true
}
[ "$(show Result)" != timeout ] || say killed "$limit"
# A unit written by hand may leave its children behind, and they keep the port.
if listens "$p_port_blue"; then systemctl kill --kill-who=all -s KILL -- "$unit" 2>/dev/null || true; fi

cp -- "$wanted" "$file.new"
mv -T -- "$file.new" "$file"
harden "$unit" "$wanted" || true
pass "$wanted"
systemctl daemon-reload
live
# The start limit counts earlier deployments too, so it is cleared on purpose.
systemctl reset-failed -- "$unit" 2>/dev/null || true
# To the microsecond: what the release before wrote while it was stopped is not this one's log.
date +%s.%6N >"$release/.argo/started"
note_log_sizes "$unit" "$release/.argo" "$writes_to"
systemctl start -- "$unit" 2>/dev/null || {
  journal_of "$unit" -n 50 --since "@$(cat "$release/.argo/started")" -o cat >&2
  fail "systemctl start $unit failed: $(show Result)"
}
note_start "$unit" "$p_release"
say_down
enable
# Whoever finds it done later was not there to see how long it took.
[ "$0" != guard-return ] || rm -f -- "$note"
