# What the guard of arm-guard.sh has done, and how it is removed.

# went_back: the time at which the guard rolled back in this deployment; nothing if it did not.
went_back() {
  case $(cat "$p_root/state/guard/returned" 2>/dev/null || true) in
    "$p_deployment "*) cut -d' ' -f2 "$p_root/state/guard/returned" ;;
  esac
}
# forget_guard UNIT: it will not start with the host any more.
forget_guard() {
  rm -f -- "/etc/systemd/system/$1" "/etc/systemd/system/multi-user.target.wants/$1"
  # Only if systemd has read the link, at a start of the host or at a daemon-reload.
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
