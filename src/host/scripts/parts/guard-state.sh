# Tells whether the guard of arm-guard.sh has rolled back, and removes the guard.

# went_back: prints the time at which the guard rolled back in this deployment; nothing if it did not.
went_back() {
  returned_by=$(first_line "$p_root/state/guard/returned")
  case $returned_by in "$p_deployment "*) printf '%s\n' "${returned_by#* }" ;; esac
}
# forget_guard UNIT: removes the guard's unit, so that it does not start at the next boot.
forget_guard() {
  rm -f -- "/etc/systemd/system/$1" "/etc/systemd/system/multi-user.target.wants/$1"
  # Reload only if systemd has read the removed link, at a boot or at a daemon-reload.
  [ -z "$(property WantedBy "$1")" ] || systemctl daemon-reload
}
dismiss_guard() {
  [ -d "$p_root/state/guard" ] || return 0
  guard_unit=$(first_line "$p_root/state/guard/unit")
  if [ -n "$guard_unit" ]; then
    systemctl stop -- "$guard_unit" 2>/dev/null || true
    forget_guard "$guard_unit"
  fi
  rm -rf -- "$p_root/state/guard"
}
