# Lets systemd check a unit before it is installed, and remembers which units it has accepted. Needs missing_paths, the
# variables of plan_dropin, and the variables release, link, file, p_unit and p_slot.

# exposure UNIT-FILE: prints systemd's security score, 0 (best) to 10; nothing if systemd is too old to rate a file.
exposure() {
  systemd-analyze security --offline=true --no-pager "$1" 2>/dev/null |
    sed -n 's/.*Overall exposure level for [^:]*: *\([0-9.]*\).*/\1/p'
}

# $vetted has a line `digest score` for each unit that systemd has accepted without a remark.
vetted=$p_root/state/vetted
# vetting_of UNIT-FILE DROP-IN-TEXT: prints a digest of what systemd checks, equal for the units of both slots.
vetting_of() {
  set_slot "$p_slot"
  {
    stat -c %Y-%s /usr/lib/systemd/systemd /lib/systemd/systemd 2>/dev/null || true
    printf '%s\n' "$2"
  } | sed -e "s#$link#/slot#g; s#${p_unit%.service}#unit#g; s#\([^0-9]\)$port\([^0-9]\|\$\)#\1port\2#g" - "$1" |
    sha256sum | { read -r sum _ && printf %s "$sum"; }
}
vetted_score() { sed -n "/^$1 /{ s///p; q }" "$vetted" 2>/dev/null || true; }
# installed_score SCORE: prints the security score of the installed unit, if it was vetted with no other drop-in than
# argo-bot's. SCORE is the score of the new unit.
installed_score() {
  [ -f "$file" ] || return 0
  for dropin in "$file.d"/*.conf; do
    case $dropin in */zz-argo-bot.conf | *'/*.conf') ;; *) return 0 ;; esac
  done
  if [ "$unit_kept$dropin_before" = "yes$dropin_text" ]; then echo "$1"
  else vetted_score "$(vetting_of "$file" "$dropin_before")"; fi
}

# vet_unit UNIT-FILE: call it after `plan_dropin`. Ends the script with `problem` lines if the unit would not start.
vet_unit() {
  missing=$(missing_paths "$1")
  vetting=$(vetting_of "$1" "$dropin_text")
  score=$(vetted_score "$vetting")
  if [ -n "$score" ] && [ -z "$missing" ]; then
    [ "$score" = - ] || say score "$score"
    before=$(installed_score "$score")
    case $before in '' | -) ;; *) say score_before "$before" ;; esac
    return
  fi
  scratch=$(mktemp -d)
  sed "s#$link\([/ \"':;]\|\$\)#$release\1#g" "$1" >"$scratch/$p_unit"
  if [ -n "$dropin_text" ]; then
    mkdir "$scratch/$p_unit.d"
    printf '%s\n' "$dropin_text" >"$scratch/$p_unit.d/zz-argo-bot.conf"
  fi
  # Run the three checks at the same time, because each reads all units.
  exposure "$scratch/$p_unit" >"$scratch/score" &
  { [ ! -f "$file" ] || exposure "$file"; } >"$scratch/score_before" &
  refused=no
  systemd-analyze verify --man=no "$scratch/$p_unit" >"$scratch/report" 2>&1 || refused=yes
  report=$(grep -F "$p_unit" "$scratch/report" | sed "s#$scratch/##g; s#$release#$link#g; s#^$p_unit:\([0-9]*: \)#line \1#; s#^$p_unit: *##")
  # Remove systemd's lines about missing programs, because missing_paths reports them better.
  [ -z "$missing" ] || report=$(printf '%s\n' "$report" | grep -v 'is not executable: No such file' || true)
  wait
  if [ -n "$missing" ] || [ "$refused" = yes ]; then
    findings=$(printf '%s\n%s\n' "$missing" "$report" | sed '/^$/d')
    printf '%s\n' "${findings:-$(cat "$scratch/report")}" | say_each problem
    decide
    exit 0
  fi
  if [ -n "$report" ]; then printf '%s\n' "$report" | say_each remark; else remember_vetting; fi
  for one in score score_before; do
    [ ! -s "$scratch/$one" ] || say "$one" "$(first_line "$scratch/$one")"
  done
}

# remember_vetting: saves the score in a fenced script (only there $state is set). A full disk is no failure: the next
# deployment vets again.
remember_vetting() {
  [ -n "${state:-}" ] || return 0
  score=$(first_line "$scratch/score")
  { tail -n 200 "$vetted" 2>/dev/null || true; printf '%s %s\n' "$vetting" "${score:--}"; } >"$vetted.new" 2>/dev/null &&
    mv -T -- "$vetted.new" "$vetted" || true
}
