# Tells the state of the machine: disk, memory, units that have failed.

# existing_folder: prints the service's root, or the first folder above it that exists.
existing_folder() {
  existing=$p_root
  while [ ! -e "$existing" ]; do existing=$(dirname "$existing"); done
  echo "$existing"
}
# read_disk: sets free_mb and free_inodes. free_inodes is empty for a file system that makes inodes as it needs them.
read_disk() {
  read -r blocks block_bytes free_inodes inodes <<END
$(stat -f -c '%a %S %d %c' -- "$(existing_folder)")
END
  free_mb=$((blocks * block_bytes / 1048576))
  [ "$inodes" != 0 ] || free_inodes=
}
# meminfo KEY: prints the value of KEY in /proc/meminfo, in MB.
meminfo() {
  while read -r key value _; do [ "$key" != "$1:" ] || { echo $((value / 1024)); break; }; done </proc/meminfo
}
failed_units() { systemctl --failed --plain --no-legend 2>/dev/null | awk '{ print $1 }' | head -n 5; }
