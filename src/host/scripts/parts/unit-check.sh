# Checks whether a unit would start, and which edits by hand its installation would lose. Needs the variables release
# (the folder), link (the slot), file (the installed unit) and p_unit.
# with unit-hardening
# with vetting
scratch=
at_exit() { [ -z "$scratch" ] || rm -rf -- "$scratch"; }
tab=$(printf '\t')

# place_of PATH: sets `place` to where PATH is now. The slot may not lead to the release yet, so a path in the slot is
# looked up in the release's folder.
place_of() {
  case $1/ in "$link/"*) place=$release${1#"$link"} ;; *) place=$1 ;; esac
}
# is_there PATH: succeeds if PATH exists, or will exist when the slot leads to the release.
is_there() { place_of "$1" && [ -e "$place" ]; }
# required_paths UNIT-FILE: prints `setting<TAB>path` for each path without which the unit does not start.
required_paths() {
  awk -v root="$p_root/" '
    function tell(key, path) {
      gsub(/%%/, "\001", path)
      # Skip a path with a specifier, a variable or several words, which only systemd or a shell can resolve.
      if (path !~ /^\// || path ~ /[%$*?[ ,:;|&<>]/) return
      gsub(/\001/, "%", path)
      for (i in made) if (index(path "/", made[i] "/") == 1) return
      if (!told[key, path]++) print key "\t" path
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
      # systemd ignores the failure of a command with the prefix -, so its program may be missing.
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

# without_doubled_folder PATH: prints an existing path that may be meant, if PATH names a folder twice in a row.
without_doubled_folder() {
  printf '%s\n' "$1" | awk -F/ '{
    for (i = 2; i < NF; i++) if ($i == $(i + 1)) {
      path = ""
      for (j = 2; j <= NF; j++) if (j != i) path = path "/" $j
      print path
    }
  }' | while IFS= read -r path; do
    if is_there "$path"; then
      printf '%s\n' "$path"
      break
    fi
  done
}
# similar_path PATH: replaces the first missing part of PATH by the most similar name there: `/opt/ap/x`, `/opt/app/x`.
similar_path() {
  parent=
  rest=${1#/}
  while is_there "$parent/${rest%%/*}"; do
    parent=$parent/${rest%%/*}
    rest=${rest#*/}
  done
  part=${rest%%/*}
  # shellcheck disable=SC2012 # names with line breaks are no candidates
  place_of "$parent/"
  best=$(ls -A -- "$place" 2>/dev/null | PART=$part awk '
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
  [ -n "$best" ] && is_there "$parent/$best${rest#"$part"}" || return 0
  printf '%s\n' "$parent/$best${rest#"$part"}"
}
missing_paths() {
  required_paths "$1" | while IFS=$tab read -r key path; do
    there=$path
    # The service may create files outside its slots, so for such an argument only the folder must exist.
    case $key:$path/ in argument*:"$link/"*) ;; argument*) there=${path%/*} ;; esac
    ! is_there "$there" || continue
    meant=$(without_doubled_folder "$path")
    [ -n "$meant" ] || meant=$(similar_path "$path")
    printf '%s names %s, which does not exist%s\n' "$key" "$path" "${meant:+. Did you mean $meant?}"
  done
}

# has_run_well RELEASE-FOLDER: succeeds if the release ran well, or ran before argo-bot. Its unit is not checked again,
# so that a rollback to it is not refused.
has_run_well() {
  case $p_release:$(first_line "$1/.argo/verdict") in adopted-*:* | *:good) ;; *) return 1 ;; esac
}

# edits UNIT SLOT: prints a line `unit change` for each difference of the installed unit from what argo-bot wrote.
edits() {
  kept=$p_root/$2/.argo/unit.$2
  [ -f "$kept" ] && [ -f "/etc/systemd/system/$1" ] || return 0
  ! cmp -s -- "$kept" "/etc/systemd/system/$1" && ours "$kept" || return 0
  diff -- "$kept" "/etc/systemd/system/$1" | sed -n 's/^> /+/p; s/^< /-/p' | grep -v '^[-+]$' | head -n 20 |
    while IFS= read -r line; do printf '%s %s\n' "$1" "$line"; done
}
# tell_edits RELEASE-FOLDER [UNIT SLOT]…: prints what `edits` finds, and saves it, so that a repeated run prints it too.
tell_edits() {
  told=$1/.argo/unit.edits
  shift
  if [ "$(first_line "$told")" != "$p_deployment" ] && [ -d "${told%/*}" ]; then
    printf '%s\n' "$p_deployment" >"$told.new"
    while [ $# -gt 0 ]; do edits "$1" "$2" >>"$told.new"; shift 2; done
    mv -T -- "$told.new" "$told"
  fi
  [ ! -s "$told" ] || { read -r _ && say_each edited; } <"$told"
}
