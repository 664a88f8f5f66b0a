# Compares the unit that would be installed with the installed one, without checking it. Changes nothing.
# with unit-changes
need root release slot unit
wanted=$p_root/releases/$p_release/.argo/unit.$p_slot
[ -f "$wanted" ] || fail "$wanted does not exist: the release was removed from the host"
say_dropins "$p_unit"
say_diff "$(property FragmentPath "$p_unit")" "$wanted"
