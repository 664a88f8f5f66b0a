# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with harden` in its head: the drop-in that holds a unit's user, its rights and its
# hardening, whatever the unit says. Needs `rules`.
# table: hardening

# hardened UNIT-FILE: the drop-in for it. Of settings with several strict values, the unit's own stays.
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
# sets UNIT-FILE PATTERN: in a line of its own, not in the rest of another one.
sets() { PATTERN=$2 awk '!open && $0 ~ ENVIRON["PATTERN"] { found = 1 } { open = /\\$/ } END { exit !found }' "$1"; }
hardening_of() { printf '/etc/systemd/system/%s.d/zz-argo-bot.conf' "$1"; }
# harden UNIT UNIT-FILE: for a unit that passes, the drop-in; none for one from before argo-bot, or before these rules.
# Fails where nothing had to be changed, so that nobody reloads systemd for it.
harden() {
  dropin_file=$(hardening_of "$1")
  if laid_out_before "$p_release" || [ -n "$(refusals "$2")" ]; then
    [ -f "$dropin_file" ] || return 1
    rm -f -- "$dropin_file"
    return 0
  fi
  dropin_text=$(hardened "$2")
  [ "$dropin_text" != "$(cat "$dropin_file" 2>/dev/null || true)" ] || return 1
  mkdir -p "${dropin_file%/*}"
  printf '%s\n' "$dropin_text" >"$dropin_file.new" && mv -T -- "$dropin_file.new" "$dropin_file" ||
    fail "$dropin_file cannot be written, so the unit was not started"
}
