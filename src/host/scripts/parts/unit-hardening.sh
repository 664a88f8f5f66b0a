# Writes the systemd drop-in that overrides a unit's user, privileges and hardening.
# with unit-rules
# table: hardening

# hardened UNIT-FILE: prints the text of its drop-in. A stricter value in the unit itself stays.
hardened() {
  echo '# Written by argo-bot: what the unit beside it cannot change. See unit.allow in argo.yml.'
  echo '[Service]'
  printf 'User=%s\n' "$p_user"
  for setting in Group SupplementaryGroups PAMName SecureBits AmbientCapabilities; do
    allowed "$setting" || echo "$setting="
  done
  for setting in DynamicUser PermissionsStartOnly RootDirectoryStartOnly; do allowed "$setting" || echo "$setting=no"; done
  [ "$p_user" = root ] || allowed CapabilityBoundingSet || echo CapabilityBoundingSet=
  if [ "$p_user" != root ] && [ "$(binds "$1")" = yes ]; then
    for setting in AmbientCapabilities CapabilityBoundingSet; do allowed "$setting" || echo "$setting=CAP_NET_BIND_SERVICE"; done
  fi
  printf '%s\n' "$hardening" | while IFS='=' read -r setting value; do
    case $setting in
      ProtectSystem) ! sets "$1" '^ProtectSystem=strict$' || continue ;;
      RestrictAddressFamilies) ! sets "$1" '^RestrictAddressFamilies=' || continue ;;
    esac
    allowed "$setting" || printf '%s=%s\n' "$setting" "$value"
  done
}
# sets UNIT-FILE PATTERN: succeeds if a line matches. Lines that continue another one do not count.
sets() { PATTERN=$2 awk '!open && $0 ~ ENVIRON["PATTERN"] { found = 1 } { open = /\\$/ } END { exit !found }' "$1"; }
# harden UNIT UNIT-FILE: writes the drop-in for a unit that passes the rules. A unit from before argo-bot, or from before
# these rules, has none. Fails if no drop-in has changed, so that the caller does not reload systemd.
harden() {
  dropin_file=/etc/systemd/system/$1.d/zz-argo-bot.conf
  if laid_out_before "$p_release" || [ -n "$(refusals "$2")" ]; then
    [ -f "$dropin_file" ] || return 1
    rm -f -- "$dropin_file"
    return 0
  fi
  dropin_text=$(hardened "$2")
  [ "$dropin_text" != "$(cat "$dropin_file" 2>/dev/null || true)" ] || return 1
  mkdir -p "${dropin_file%/*}"
  write_file "$dropin_file" "$dropin_text" ||
    fail "$dropin_file cannot be written, so the unit was not started"
}
