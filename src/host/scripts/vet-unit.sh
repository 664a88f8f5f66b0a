# Checks the unit that a restart would install, while the old one runs. Changes nothing.
# with unit-check
# with unit-changes
need user unit_allow root release slot unit upstream_file port_blue port_green
release=$p_root/releases/$p_release
link=$p_root/$p_slot
wanted=$release/.argo/unit.$p_slot
[ -f "$wanted" ] || fail "$wanted does not exist: the release was removed from the host"
file=$(property FragmentPath "$p_unit")

refuse_unit "$wanted"
plan_dropin "$p_unit" "$wanted"
vet_unit "$wanted"
live=$(recorded_slot)
[ -z "$live" ] || edits "$p_unit" "$live" | say_each edited
say_dropins "$p_unit"
say_diff "$file" "$wanted"
