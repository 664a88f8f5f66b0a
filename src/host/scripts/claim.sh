# Takes the host for an epoch, which the fence does, and makes the folders.
# fenced
# with unit-rules
need upstream_file
distrusted_places | while IFS='	' read -r place why; do distrust "$place" "$why"; done

# The fence refuses a sender with an older epoch from now on, so nothing is added to half an upload.
rm -rf -- "$p_root/releases"/.incoming-*
mkdir -p "$p_root/releases" "$p_root/venvs" "$p_root/pycache"

# Before traffic is moved: the move and a rollback need room on the disk.
if was_given room; then
  fill_ballast && room_for "$p_room" ||
    fail "the disk of $p_root is full, so no traffic was moved. Make room: du -xhd1 $p_root"
fi
remember_passed
