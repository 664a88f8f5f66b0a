# Claims the host for a deployment: fence.sh stores its epoch, and this script makes the folders.
# fenced
# with unit-rules
need upstream_file
distrusted_places | while IFS='	' read -r place why; do distrust "$place" "$why"; done

# Remove unfinished uploads. fence.sh now refuses older epochs, so nobody continues one.
for path in "$p_root/releases"/.incoming-*; do [ ! -e "$path" ] || rm -rf -- "$path"; done
for path in releases venvs pycache; do [ -d "$p_root/$path" ] || mkdir -p "$p_root/$path"; done

# Check the disk before traffic is moved, because the move and a rollback need room on it.
if was_given room; then
  fill_ballast && room_for "$p_room" ||
    fail "the disk of $p_root is full, so no traffic was moved" "free space: \`sudo du -xhd1 $p_root\` shows what uses it"
fi
remember_passed
