# fenced
# shellcheck shell=sh disable=SC2154
# Points the idle slot to the release and installs the release's own unit for it.
need release slot unit
release=$p_root/releases/$p_release
link=$p_root/$p_slot
file=/etc/systemd/system/$p_unit
wanted=$release/.argo/unit.$p_slot

live=
[ ! -f "$p_root/.current_color" ] || live=$(tr -d ' \n' <"$p_root/.current_color")
[ "$live" != "$p_slot" ] || fail "slot $p_slot is live on this host; its release was not touched"
[ -d "$release" ] || fail "$release does not exist: the release was removed from the host"

if [ "$(readlink "$link" 2>/dev/null || true)" != "releases/$p_release" ]; then
  systemctl stop -- "$p_unit" 2>/dev/null || true
  if [ -d "$link" ] && [ ! -L "$link" ]; then
    # Laid out by hand before argo-bot came: it becomes a release, so that nothing of it is lost.
    mv -T -- "$link" "$p_root/releases/adopted-$p_slot"
  fi
  ln -s -- "releases/$p_release" "$link.new"
  mv -T -- "$link.new" "$link"
fi

# An adopted release has no unit of ours: the one that is installed is its own.
if [ -f "$wanted" ]; then
  # Kept, so that an install that is repeated after a crash still shows what it changed.
  before=$release/.argo/unit.before
  [ -f "$before" ] || cat "$file" >"$before" 2>/dev/null || : >"$before"
  diff -u --label installed --label new -- "$before" "$wanted" | tail -n +3 | head -n 100 |
    while IFS= read -r line; do say diff "$line"; done
  if ! cmp -s -- "$wanted" "$file"; then
    cp -- "$wanted" "$file.new"
    mv -T -- "$file.new" "$file"
    systemctl daemon-reload
  fi
fi
[ -f "$file" ] || fail "$file does not exist and $p_release brings none"

# The doubled "green" of a hand-written unit was found by users; here it is found by looking.
missing=$(sed -n 's/^\(WorkingDirectory\|ExecStart\)=[-@:+!]*\([^ ]*\).*/\1 \2/p' "$file" |
  while read -r key path; do [ -e "$path" ] || echo "$key $path does not exist"; done)
[ -z "$missing" ] || fail "$file: $missing"
if ! report=$(systemd-analyze verify --man=no "$file" 2>&1); then
  fail "systemd refuses $file: $(printf '%s' "$report" | grep -F "$p_unit" | head -n 3)"
fi
