# with dropins
# shellcheck shell=sh disable=SC2154
# The unit that would be installed beside the one that is. Asks systemd nothing about it, and changes nothing.
need root release slot unit
wanted=$p_root/releases/$p_release/.argo/unit.$p_slot
[ -f "$wanted" ] || fail "$wanted does not exist: the release was removed from the host"
file=$(systemctl show -p FragmentPath --value -- "$p_unit")
say_dropins "$p_unit"
[ -f "$file" ] || file=/dev/null
diff -u --label installed --label new -- "$file" "$wanted" | tail -n +3 | head -n 100 |
  while IFS= read -r line; do say diff "$line"; done
