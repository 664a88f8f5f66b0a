# fenced
# shellcheck shell=sh disable=SC2154
# Before the switch: leaves somebody on the host who can go back alone, for when the bot does not come back.
# The scripts it carries are the ones of this folder, so the way back is the same one.
need slot release port back back_release back_port back_unit upstream upstream_file strategy port_blue port_green unit_blue unit_green url back_url path well back_well python silence lasts unit
guard=$state/guard
if [ "$(cut -d' ' -f1 "$guard/returned" 2>/dev/null || true)" = "$p_deployment" ]; then
  say returned "$(cut -d' ' -f2 "$guard/returned")"
  exit 0
fi
if systemctl is-active --quiet -- "$p_unit" && [ "$(cat "$guard/for" 2>/dev/null || true)" = "$p_deployment" ]; then
  say already yes
  exit 0
fi
dismiss_guard
mkdir -p "$guard"
cat >"$guard/switch" <<'END_OF_CARRIED'
# carried: switch
END_OF_CARRIED
cat >"$guard/guard" <<'END_OF_CARRIED'
# carried: guard
END_OF_CARRIED
python=$(command -v -- "$p_python" 2>/dev/null || true)
printf '%s\n' "root=$p_root" "deployment=$p_deployment" "slot=$p_slot" "release=$p_release" "port=$p_port" \
  "back=$p_back" "back_release=$p_back_release" "back_port=$p_back_port" "back_unit=$p_back_unit" \
  "upstream=$p_upstream" "upstream_file=$p_upstream_file" "url=$p_url" "back_url=$p_back_url" \
  "strategy=$p_strategy" "port_blue=$p_port_blue" "port_green=$p_port_green" \
  "unit_blue=$p_unit_blue" "unit_green=$p_unit_green" "path=$p_path" "well=$p_well" "back_well=$p_back_well" "python=$python" "silence=$p_silence" "lasts=$p_lasts" '' >"$guard/given"
printf '%s\n' "$p_deployment" >"$guard/for"
printf '%s\n' "$p_unit" >"$guard/unit"
hear
systemctl reset-failed -- "$p_unit" 2>/dev/null || true
systemd-run --quiet --collect --unit="$p_unit" --property=KillMode=mixed --setenv=GUARD="$guard" \
  /bin/sh -c '. "$GUARD/guard" <"$GUARD/given"' guard 9>&- || fail "no guard could be left on this host"
say armed yes
