# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with vet` in its head: what is asked of a unit before it is installed. Needs `rules` and `harden`.
# Needs of the script: release (the folder), link (the slot), file (where systemd has the unit), p_unit.
scratch=
at_exit() { [ -z "$scratch" ] || rm -rf -- "$scratch"; }
tab=$(printf '\t')

# place_of PATH: what the unit will find in the slot lies in the release, as long as the slot does not lead there.
place_of() {
  case $1/ in "$link/"*) printf '%s' "$release${1#"$link"}" ;; *) printf '%s' "$1" ;; esac
}
# named UNIT-FILE: `setting<TAB>path` of all that the unit does not start without.
named() {
  # shellcheck disable=SC2016
  awk -v root="$p_root/" '
    function tell(key, path) {
      gsub(/%%/, "\001", path)
      # With a specifier, a variable or several words in it, only systemd or a shell knows what is meant.
      if (path !~ /^\// || path ~ /[%$*?[ ,:;|&<>]/) return
      gsub(/\001/, "%", path)
      for (i in made) if (index(path "/", made[i] "/") == 1) return
      print key "\t" path
    }
    function words(text, into,    i, c, quote, word, n) {
      n = 0; word = quote = ""
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quote != "") { if (c == quote) quote = ""; else word = word c }
        else if (word == "" && (c == "\"" || c == "\047")) quote = c
        else if (c != " " && c != "\t") word = word c
        else if (word != "") { into[++n] = word; word = "" }
      }
      if (word != "") into[++n] = word
      return n
    }
    function command(key, text,    n, i, part) {
      n = words(text, part)
      if (n == 0) return
      # Its failure is of no account to systemd, so its absence is not either.
      if (part[1] ~ /^[@:+!]*-/) return
      sub(/^[@:+!]*/, "", part[1])
      tell(key, part[1])
      for (i = 2; i <= n; i++) if (index(part[i], root) == 1) tell("argument of " key, part[i])
    }
    function folders(below, text,    n, i, part) {
      n = words(text, part)
      for (i = 1; i <= n; i++) { sub(/:.*/, "", part[i]); made[++m] = below "/" part[i] }
    }
    /^[ \t]*[#;]/ { next }
    { line = line $0 }
    sub(/\\$/, " ", line) { next }
    { all[++lines] = line; line = "" }
    END {
      below["StateDirectory"] = "/var/lib"; below["RuntimeDirectory"] = "/run"
      below["CacheDirectory"] = "/var/cache"; below["LogsDirectory"] = "/var/log"
      for (l = 1; l <= lines; l++) {
        at = index(all[l], "="); key = substr(all[l], 1, at - 1); value = substr(all[l], at + 1)
        gsub(/^[ \t]+|[ \t]+$/, "", key); gsub(/^[ \t]+|[ \t]+$/, "", value)
        keys[l] = key; values[l] = value
        if (key in below) folders(below[key], value)
        if (key == "RootDirectory" || key == "RootImage") inside = 1
      }
      for (l = 1; l <= lines; l++) {
        key = keys[l]; value = values[l]
        if (key == "EnvironmentFile" || key == "RootDirectory" || key == "RootImage") tell(key, value)
        else if (key == "LoadCredential") { sub(/^[^:]*:/, "", value); tell(key, value) }
        else if (inside) continue
        else if (key == "WorkingDirectory") tell(key, value)
        else if (key ~ /^Exec(Start|StartPre|StartPost|Reload|Stop|StopPost)$/) command(key, value)
        else if (key ~ /^(ReadWrite|ReadOnly|Inaccessible|Exec)Paths$/) {
          n = words(value, part)
          for (w = 1; w <= n; w++) if (part[w] !~ /^\+?-/) { sub(/^\+/, "", part[w]); tell(key, part[w]) }
        }
      }
    }' "$1"
}

# undoubled PATH: the one that is there once a folder named twice in a row is named once.
undoubled() {
  printf '%s\n' "$1" | awk -F/ '{
    for (i = 2; i < NF; i++) if ($i == $(i + 1)) {
      path = ""
      for (j = 2; j <= NF; j++) if (j != i) path = path "/" $j
      print path
    }
  }' | while IFS= read -r path; do
    if [ -e "$(place_of "$path")" ]; then
      printf '%s\n' "$path"
      break
    fi
  done
}
# nearest PATH: the one that is there with the first part that is not, spelt as its closest neighbour.
nearest() {
  parent=
  rest=${1#/}
  while [ -e "$(place_of "$parent/${rest%%/*}")" ]; do
    parent=$parent/${rest%%/*}
    rest=${rest#*/}
  done
  part=${rest%%/*}
  # shellcheck disable=SC2012
  best=$(ls -A -- "$(place_of "$parent/")" 2>/dev/null | PART=$part awk '
    function distance(a, b,    i, j, row, corner, above) {
      for (j = 0; j <= length(b); j++) row[j] = j
      for (i = 1; i <= length(a); i++) {
        corner = row[0]; row[0] = i
        for (j = 1; j <= length(b); j++) {
          above = row[j]
          row[j] = corner + (substr(a, i, 1) != substr(b, j, 1))
          if (above + 1 < row[j]) row[j] = above + 1
          if (row[j - 1] + 1 < row[j]) row[j] = row[j - 1] + 1
          corner = above
        }
      }
      return row[length(b)]
    }
    BEGIN { want = ENVIRON["PART"]; least = 1 + (length(want) > 3) + (length(want) > 9) + 1 }
    { far = distance(want, $0); if (far < least) { least = far; best = $0 } }
    END { print best }')
  [ -n "$best" ] && [ -e "$(place_of "$parent/$best${rest#"$part"}")" ] || return 0
  printf '%s\n' "$parent/$best${rest#"$part"}"
}
missing_paths() {
  named "$1" | while IFS=$tab read -r key path; do
    there=$path
    # The service may write beside its slots, so a file that it is told of there may be still to come.
    case $key:$path/ in argument*:"$link/"*) ;; argument*) there=${path%/*} ;; esac
    [ ! -e "$(place_of "$there")" ] || continue
    meant=$(undoubled "$path")
    [ -n "$meant" ] || meant=$(nearest "$path")
    printf '%s %s does not exist%s\n' "$key" "$path" "${meant:+; did you mean $meant?}"
  done | sort -u
}

# exposure UNIT-FILE: systemd's own score, 0 to 10, lower is better; nothing where it cannot tell from a file.
exposure() {
  systemd-analyze security --offline=true --no-pager "$1" 2>/dev/null |
    sed -n 's/.*Overall exposure level for [^:]*: *\([0-9.]*\).*/\1/p'
}

# vet_unit UNIT-FILE: ends the script where the unit would not start, with a `problem` for all that is wrong with it.
vet_unit() {
  scratch=$(mktemp -d)
  sed "s#$link\([/ \"':;]\|\$\)#$release\1#g" "$1" >"$scratch/$p_unit"
  if ! laid_out_before "$p_release"; then
    mkdir "$scratch/$p_unit.d"
    hardened "$1" >"$scratch/$p_unit.d/zz-argo-bot.conf"
  fi
  # Side by side: each of these starts systemd's reader of units anew.
  exposure "$scratch/$p_unit" >"$scratch/score" &
  { [ ! -f "$file" ] || exposure "$file"; } >"$scratch/score_before" &
  refused=no
  systemd-analyze verify --man=no "$scratch/$p_unit" >"$scratch/report" 2>&1 || refused=yes
  missing=$(missing_paths "$1")
  report=$(grep -F "$p_unit" "$scratch/report" | sed "s#$scratch/##g; s#$release#$link#g; s#^$p_unit:\([0-9]*: \)#line \1#; s#^$p_unit: *##")
  # Said better above.
  [ -z "$missing" ] || report=$(printf '%s\n' "$report" | grep -v 'is not executable: No such file' || true)
  wait
  if [ -n "$missing" ] || [ "$refused" = yes ]; then
    findings=$(printf '%s\n%s\n' "$missing" "$report" | sed '/^$/d')
    printf '%s\n' "${findings:-$(cat "$scratch/report")}" | while IFS= read -r line; do say problem "$line"; done
    exit 0
  fi
  [ -z "$report" ] || printf '%s\n' "$report" | while IFS= read -r line; do say remark "$line"; done
  for one in score score_before; do
    [ ! -s "$scratch/$one" ] || say "$one" "$(head -n 1 "$scratch/$one")"
  done
}

# tried RELEASE-FOLDER: it has run well with its unit, or before argo-bot came, so it is not held up on the way back.
tried() {
  case $p_release:$(head -n 1 "$1/.argo/verdict" 2>/dev/null || true) in adopted-*:* | *:good) ;; *) return 1 ;; esac
}

# edits UNIT SLOT: `unit change` lines, by which what is installed is not what argo-bot put there with that slot.
edits() {
  kept=$p_root/$2/.argo/unit.$2
  head -n 1 "$kept" 2>/dev/null | grep -q '^# Written by argo-bot' || return 0
  [ -f "/etc/systemd/system/$1" ] || return 0
  diff -- "$kept" "/etc/systemd/system/$1" | sed -n 's/^> /+/p; s/^< /-/p' | grep -v '^[-+]$' | head -n 20 |
    while IFS= read -r line; do printf '%s %s\n' "$1" "$line"; done
}
# tell_edits RELEASE-FOLDER [UNIT SLOT]…: before they are lost, and again when that is repeated after a crash.
tell_edits() {
  told=$1/.argo/unit.edits
  shift
  if [ "$(head -n 1 "$told" 2>/dev/null || true)" != "$p_deployment" ] && [ -d "${told%/*}" ]; then
    printf '%s\n' "$p_deployment" >"$told.new"
    while [ $# -gt 0 ]; do edits "$1" "$2" >>"$told.new"; shift 2; done
    mv -T -- "$told.new" "$told"
  fi
  sed 1d "$told" 2>/dev/null | while IFS= read -r line; do say edited "$line"; done
}
