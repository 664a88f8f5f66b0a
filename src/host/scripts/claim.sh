# Claims the host for a deployment: fence.sh stores the deployment's epoch, and this script makes the folders.
# fenced
# with unit-rules
need upstream_file
distrusted_places | while IFS='	' read -r place why; do distrust "$place" "$why"; done

# Remove uploads that earlier deployments left unfinished. fence.sh now refuses their epochs, so none can continue.
for path in "$p_root/releases"/.incoming-*; do [ ! -e "$path" ] || rm -rf -- "$path"; done
for path in releases venvs pycache; do [ -d "$p_root/$path" ] || mkdir -p "$p_root/$path"; done

# Check that the disk has p_room bytes before traffic is moved, because the switch and a rollback write files.
if was_given room; then
  fill_ballast && room_for "$p_room" ||
    fail "the disk of $p_root is full, so no traffic was moved" "free space: \`sudo du -xhd1 $p_root\` shows what uses it"
fi
remember_passed
