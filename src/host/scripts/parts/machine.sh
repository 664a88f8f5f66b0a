# Tells the state of the machine: disk, memory, units that have failed.

# existing_folder: prints the service's root, or the first folder above it that exists.
existing_folder() {
  existing=$p_root
  while [ ! -e "$existing" ]; do existing=$(dirname "$existing"); done
  echo "$existing"
}
free_mb() { df -Pm -- "$(existing_folder)" | awk 'NR == 2 { print $4 }'; }
# free_inodes: prints how many are free; nothing for a file system that makes inodes as it needs them.
free_inodes() { df -Pi -- "$(existing_folder)" 2>/dev/null | awk 'NR == 2 && $2 > 0 { print $4 }'; }
# meminfo KEY: prints this value of /proc/meminfo in MB.
meminfo() { awk -v key="$1:" '$1 == key { print int($2 / 1024) }' /proc/meminfo; }
failed_units() { systemctl --failed --plain --no-legend 2>/dev/null | awk '{ print $1 }' | head -n 5; }
