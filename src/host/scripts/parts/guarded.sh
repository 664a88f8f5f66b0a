# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with guarded` in its head: what becomes of the guard that arm.sh leaves behind.

# went_back: when the host went back by itself in this deployment; nothing where it did not.
went_back() {
  case $(cat "$p_root/state/guard/returned" 2>/dev/null || true) in
    "$p_deployment "*) cut -d' ' -f2 "$p_root/state/guard/returned" ;;
  esac
}
# forget_guard UNIT: the next start of the host does not start it any more.
forget_guard() {
  rm -f -- "/etc/systemd/system/$1" "/etc/systemd/system/multi-user.target.wants/$1"
  # Only where systemd has read the link: at a start of the host, or with some other unit since.
  [ -z "$(systemctl show -p WantedBy --value -- "$1")" ] || systemctl daemon-reload
}
dismiss_guard() {
  [ -d "$p_root/state/guard" ] || return 0
  guard_unit=$(cat "$p_root/state/guard/unit" 2>/dev/null || true)
  if [ -n "$guard_unit" ]; then
    systemctl stop -- "$guard_unit" 2>/dev/null || true
    forget_guard "$guard_unit"
  fi
  rm -rf -- "$p_root/state/guard"
}
