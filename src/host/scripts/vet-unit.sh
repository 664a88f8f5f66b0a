# shellcheck shell=sh disable=SC2154
# The unit that a restart would install, looked at while the old one runs. Changes nothing.
need root release slot unit
release=$p_root/releases/$p_release
link=$p_root/$p_slot
wanted=$release/.argo/unit.$p_slot
[ -f "$wanted" ] || fail "$wanted does not exist: the release was removed from the host"

# What the unit will find in the slot is looked for in the release, which has no slot yet.
scratch=$(mktemp -d)
at_exit() { rm -rf -- "$scratch"; }
sed "s#$link/#$release/#g; s#$link\$#$release#; s#$link \(.*\)#$release \1#" "$wanted" >"$scratch/$p_unit"
missing=$(missing_paths "$scratch/$p_unit")
[ -z "$missing" ] || fail "$p_unit: $missing"
if ! report=$(systemd-analyze verify --man=no "$scratch/$p_unit" 2>&1); then
  fail "systemd refuses $p_unit: $(printf '%s' "$report" | grep -F "$p_unit" | head -n 3)"
fi

installed=$(systemctl show -p FragmentPath --value -- "$p_unit")
[ -f "$installed" ] || installed=/dev/null
diff -u --label installed --label new -- "$installed" "$wanted" | tail -n +3 | head -n 100 |
  while IFS= read -r line; do say diff "$line"; done
# They were written for the unit that is installed, and would bend ours as well.
for path in $(systemctl show -p DropInPaths --value -- "$p_unit"); do say dropin "$path"; done
