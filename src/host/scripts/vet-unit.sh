# with vet
# with rules
# with harden
# with dropins
# shellcheck shell=sh disable=SC2154
# The unit that a restart would install, looked at while the old one runs. Changes nothing.
need user unit_allow root release slot unit upstream_file port_blue port_green
release=$p_root/releases/$p_release
link=$p_root/$p_slot
wanted=$release/.argo/unit.$p_slot
[ -f "$wanted" ] || fail "$wanted does not exist: the release was removed from the host"
file=$(systemctl show -p FragmentPath --value -- "$p_unit")

refuse_unit "$wanted"
vet_unit "$wanted"
live=$(recorded)
[ -z "$live" ] || edits "$p_unit" "$live" | while IFS= read -r line; do say edited "$line"; done
say_dropins "$p_unit"

[ -f "$file" ] || file=/dev/null
diff -u --label installed --label new -- "$file" "$wanted" | tail -n +3 | head -n 5000 |
  while IFS= read -r line; do say diff "$line"; done
