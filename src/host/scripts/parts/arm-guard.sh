# Starts the guard before users are moved. The guard rolls back if the new release fails while the bot is silent. It
# starts only if the parameter `guard`, the name of its unit, was sent.
# with guard-state
guard=$state/guard
# The bot repeats this script after an interruption. If the guard has rolled back meanwhile, users are not moved again.
if was_given guard && [ -n "$(went_back)" ]; then
  say returned "$(went_back)"
  exit 0
fi

# The guard has a unit file, because a transient unit would be gone after a reboot. systemd finds a new file without a
# daemon-reload.
guard_unit_text() {
  cat <<END
# Written by argo-bot for the watch of a release. Removed at the end of the watch.
[Unit]
Description=rolls back to the previous release if argo-bot is silent
RequiresMountsFor=$guard
After=network.target nginx.service
StartLimitIntervalSec=600
StartLimitBurst=5
CollectMode=inactive-or-failed
[Service]
WorkingDirectory=$guard
ExecStart=/bin/sh -c '. ./guard <./given' guard
KillMode=mixed
SuccessExitStatus=143
Restart=on-failure
RestartSec=5
[Install]
WantedBy=multi-user.target
END
}

# arm_guard: begins to start the guard. Call `await_guard` before users are moved.
arming=
arm_guard() {
  was_given guard || return 0
  read_first "$guard/for"
  if [ "$first" = "$p_deployment" ] && systemctl is-active --quiet -- "$p_guard"; then
    return 0
  fi
  # The guard's two scripts need room.
  room_for 65536 ||
    fail "the disk of $p_root is full, so argo-bot could not start its guard on this host, and no traffic was moved" "free space: \`sudo du -xhd1 $p_root\` shows what uses it"
  dismiss_guard
  file_of_guard=/etc/systemd/system/$p_guard
  [ ! -f "$file_of_guard" ] || forget_guard "$p_guard"
  mkdir -p "$guard"
  # The guard rolls back with the text of this script. On a host with the runner it is in the file $own_file.
  if [ -n "${own_file:-}" ]; then cat -- "$own_file" >"$guard/move"; else printf '%s\n' "$own_text" >"$guard/move"; fi
  cat >"$guard/guard" <<'END_OF_CARRIED'
# carried: guard
END_OF_CARRIED
  # Save all parameters of this script for the guard. Only root may read them, because headers may be secret.
  (
    umask 077
    for key in $given; do eval "printf '%s\n' \"$key=\$p_$key\""; done >"$guard/given"
  )
  echo >>"$guard/given"
  printf '%s\n' "$p_deployment" >"$guard/for"
  first_line /proc/sys/kernel/random/boot_id >"$guard/boot"
  hear "$guard"
  guard_unit_text >"$file_of_guard.new"
  [ -d "${file_of_guard%/*}/multi-user.target.wants" ] || mkdir -p "${file_of_guard%/*}/multi-user.target.wants"
  # Write the unit's name first, so that the next script after a crash knows which unit to remove.
  printf '%s\n' "$p_guard" >"$guard/unit"
  mv -T -- "$file_of_guard.new" "$file_of_guard"
  ln -sfn -- "../$p_guard" "${file_of_guard%/*}/multi-user.target.wants/$p_guard"
  # If the unit was started too often lately (StartLimitBurst), systemd starts it only after reset-failed.
  {
    [ -s "$guard/move" ] && { systemctl start -- "$p_guard" 2>/dev/null || { systemctl reset-failed -- "$p_guard" && systemctl start -- "$p_guard"; }; }
  } 9>&- &
  arming=$!
}
# await_guard: waits until the guard runs, and fails if it does not start.
await_guard() {
  [ -n "$arming" ] || return 0
  wait "$arming" || {
    dismiss_guard
    fail "no guard could be left on this host ($p_guard does not start), so the host could not roll back without argo-bot: no traffic was moved"
  }
  say armed yes
}
