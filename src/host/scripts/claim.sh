# fenced
# with rules
# shellcheck shell=sh disable=SC2154
# The fence in front of this has taken the host for our epoch; what is left is the ground to build on.
need upstream_file
distrusted_places | while IFS='	' read -r place why; do distrust "$place" "$why"; done

# Whoever was still sending is refused from now on, so nobody goes on with half an upload.
rm -rf -- "$p_root/releases"/.incoming-*
mkdir -p "$p_root/releases" "$p_root/venvs" "$p_root/pycache"

# Before users are moved: what the move writes must find room, and so must the way back.
case $given in
  *' room '*)
    fill_ballast && room_for "$p_room" ||
      fail "the disk of $p_root is full, so no traffic was moved. Make room: du -xhd1 $p_root"
    ;;
esac
remember_passed
