# Writes the systemd drop-in that overrides a unit's user, privileges and hardening.
# with unit-rules
# table: hardening

# hardened UNIT-FILE: prints the drop-in for UNIT-FILE. A stricter value in the unit itself stays.
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
      ProtectSystem) ! sets "$1" 'ProtectSystem=strict' || continue ;;
      RestrictAddressFamilies) ! sets "$1" 'RestrictAddressFamilies=*' || continue ;;
    esac
    allowed "$setting" || printf '%s=%s\n' "$setting" "$value"
  done
}
# sets UNIT-FILE PATTERN: succeeds if a line matches the shell pattern. Ignores lines that continue another line.
sets() {
  continues=no
  while IFS= read -r line || [ -n "$line" ]; do
    # shellcheck disable=SC2254 # the pattern is one
    case $continues$line in no$2) return 0 ;; esac
    case $line in *\\) continues=yes ;; *) continues=no ;; esac
  done <"$1"
  return 1
}
# plan_dropin UNIT UNIT-FILE: call it after `judge_unit`. Sets dropin_file, dropin_text to what belongs there,
# dropin_before to what is there, and unit_kept to `yes` if the unit file is installed already. A unit from before
# argo-bot, or from before the rules of unit-rules.sh, gets no drop-in.
plan_dropin() {
  dropin_file=/etc/systemd/system/$1.d/zz-argo-bot.conf
  dropin_text='' dropin_before='' unit_kept=no
  [ ! -f "$dropin_file" ] || dropin_before=$(cat "$dropin_file")
  ! cmp -s -- "$2" "/etc/systemd/system/$1" || unit_kept=yes
  ! laid_out_before "$p_release" || return 0
  dropin_text=$(hardened "$2")
  # Skip the rules if judge_unit has just applied them, or if the same unit and drop-in are installed. Otherwise the
  # unit may have been installed before the rules existed. If it breaks them, it gets no drop-in.
  [ "$unit_passed" = yes ] && [ "$unit_kept$dropin_before" != "yes$dropin_text" ] || return 0
  [ -z "$(refusals "$2")" ] || dropin_text=
}
# put_dropin: writes or removes the drop-in as planned. Fails if nothing changes, so that the caller does not reload
# systemd.
put_dropin() {
  [ "$dropin_text" != "$dropin_before" ] || return 1
  if [ -z "$dropin_text" ]; then
    rm -f -- "$dropin_file"
    return 0
  fi
  mkdir -p "${dropin_file%/*}"
  write_file "$dropin_file" "$dropin_text" ||
    fail "$dropin_file cannot be written, so the unit was not started"
}
