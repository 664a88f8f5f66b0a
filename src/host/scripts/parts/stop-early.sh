# Begins to stop the release in the idle slot after the pre-flight checks, because a service may take long to end.
# install-unit.sh, which follows, waits for the end before it replaces the release.
# with unit-check

# stop_early: stops the unit only if install-unit.sh will surely replace its release: the slot is idle and was not set
# up by hand, nginx does not fall back to it, the unit file stays as it is, and all that the unit needs is there.
stop_early() {
  link=$p_root/$p_slot file=/etc/systemd/system/$p_unit wanted=$release/.argo/unit.$p_slot
  [ "$p_strategy" = proxy ] && [ -L "$link" ] && ! holds "$p_slot" "$p_release" || return 0
  [ "$(recorded_slot)" != "$p_slot" ] && ! in_use "$p_slot" && ! grep -qs ' backup;$' "$p_upstream_file" || return 0
  cmp -s -- "$wanted" "$file" && [ -z "$(missing_paths "$wanted")" ] || return 0
  systemctl stop --no-block -- "$p_unit" 2>/dev/null || true
}
