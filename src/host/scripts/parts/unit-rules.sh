# Decides what a unit may contain before root installs it. The bot decides by the same rules before it sends a unit
# (deploy/unit/unit-refusals.ts).
# table: unit-rules

# binds UNIT-FILE: prints `yes` if only root may listen on the port of the slot in the name of UNIT-FILE (unit.green).
binds() {
  case $1 in *.green) set_slot green ;; *) set_slot blue ;; esac
  [ "$port" -ge 1024 ] && echo no || echo yes
}
# laid_out_before RELEASE: succeeds if RELEASE was set up by hand before argo-bot, so root has installed its unit.
laid_out_before() { case $1 in adopted-blue | adopted-green) ;; *) return 1 ;; esac }
# allowed SETTING: succeeds if argo.yml sets or permits SETTING.
allowed() { case " $p_unit_allow " in *" $1 "*) ;; *) return 1 ;; esac }

# refusals UNIT-FILE: prints a line for each part that a commit may not have. Reads it as systemd does, and refuses text
# that versions of systemd read differently.
refusals() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' <"$1" | cmp -s - "$1" || echo 'it has control characters'
  judged "$1" | while IFS= read -r line; do
    case $line in
      'opens '*)
        # systemd opens the file later, as root, so nobody else may change where its folder leads.
        why=$(distrusted "$(dirname "${line#opens }")")
        [ -z "$why" ] || echo "systemd opens ${line#opens } as root, but $why; or permit StandardOutput and StandardError with unit.allow"
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}
judged() {
  RULES=$unit_rules ALLOW=$p_unit_allow ROOT=$p_root OWNER=$p_user BINDS=$(binds "$1") LOGS=":$p_log_files:" \
    SERVICE=$(printf %s "$p_unit_blue" | sed 's/\.service$//; s/-blue$//') awk '
    function tell(text) { print "line " begun ": " text }
    function plain(word) { return word !~ /["\047\\%]/ }
    function dotted(path) { return path ~ /(^|\/)\.\.?(\/|$)/ }
    function below(path, top) { return index(path, top "/") == 1 }
    # own_folder NAME: 1 for a folder of the service. Within it, the service may make links, which systemd follows as root.
    function own_folder(name,    service) {
      service = ENVIRON["SERVICE"]
      return name != "" && (name == ENVIRON["OWNER"] || (service != "" && (name == service || name == service "-blue" || name == service "-green")))
    }
    # prefixed TEXT: 1 if one of its commands has a prefix that gives privileges, or begins with a backslash.
    function prefixed(text,    rest) {
      rest = " ; " text
      while (match(rest, /[ \t];[ \t]/)) {
        rest = substr(rest, RSTART + 2)
        sub(/^[ \t]+/, "", rest)
        match(rest, /^[-@:"\047+!|]*/)
        if (substr(rest, 1, RLENGTH) ~ /[+!|]/ || substr(rest, RLENGTH + 1, 1) == "\\") return 1
        rest = " " rest
      }
      return 0
    }
    function fits(kind, words, value,    n, i, part, path) {
      if (kind == "any") return 1
      if (kind == "command") return !prefixed(value)
      if (kind == "user") return value == ENVIRON["OWNER"]
      if (kind == "capabilities") return value == "" || (value == "CAP_NET_BIND_SERVICE" && ENVIRON["BINDS"] == "yes")
      if (kind == "slot") {
        path = value; sub(/^-/, "", path)
        return value == "" || (plain(path) && !dotted(path) &&
          (below(path, ENVIRON["ROOT"] "/blue") || below(path, ENVIRON["ROOT"] "/green")))
      }
      if (kind == "output") {
        if (value ~ /^(inherit|null|journal|syslog)$/) return 1
        path = value
        if (!sub(/^(append|file|truncate):/, "", path) || path == "" || index(path, ":") || !index(ENVIRON["LOGS"], ":" path ":")) return 0
        print "opens " path
        return 1
      }
      if (kind == "pidfile") {
        # systemd removes this file as root.
        sub(/^\/var\/run\//, "/run/", value)
        n = split(value, part, "/")
        return value == "" || (n == 4 && part[1] == "" && part[2] == "run" && own_folder(part[3]) && plain(part[4]) &&
          part[4] != "" && !dotted(part[4]))
      }
      n = split(value, part, /[ \t]+/)
      if (kind == "only" && value == "") return 0
      for (i = 1; i <= n; i++) {
        if (part[i] == "") continue
        if (kind == "only") { if (index(" " words " ", " " part[i] " ") == 0) return 0 }
        else if (!plain(part[i])) return 0
        else if (kind == "state") {
          if (!own_folder(part[i])) return 0
        }
        else if (kind == "writable") {
          path = part[i]; sub(/^[-+]*/, "", path)
          if (dotted(path) || path == "/run/user" || below(path, "/run/user")) return 0
          if (!(below(path, ENVIRON["ROOT"]) || below(path, "/var") || below(path, "/srv") || below(path, "/run"))) return 0
        }
        else return 0
      }
      return 1
    }
    function judge(text,    at, key, value) {
      sub(/^[ \t]+/, "", text); sub(/[ \t]+$/, "", text)
      if (text == "") return
      if (text ~ /^\[/) {
        section = text
        if (text !~ /^\[(Unit|Service|Install)\]$/) tell("the section " text " is not one of [Unit], [Service] and [Install]")
        else section = substr(text, 2, length(text) - 2)
        return
      }
      at = index(text, "=")
      if (!at) { tell("it is no setting: " substr(text, 1, 80)); return }
      key = substr(text, 1, at - 1); value = substr(text, at + 1)
      sub(/[ \t]+$/, "", key); sub(/^[ \t]+/, "", value)
      if (section !~ /^(Unit|Service|Install)$/) { tell(key " is in none of [Unit], [Service] and [Install]"); return }
      if (key != "User" && index(" " ENVIRON["ALLOW"] " ", " " key " ")) return
      if (!((section "." key) in kinds)) tell(key " is not a setting that a commit may write in [" section "]; the owner of argo.yml can permit it with unit.allow")
      else if (!fits(kinds[section "." key], words[section "." key], value))
        tell(key "=" substr(value, 1, 80) " gives more than a commit may have; the owner of argo.yml can permit it with unit.allow")
    }
    BEGIN {
      n = split(ENVIRON["RULES"], rule, "\n")
      for (i = 1; i <= n; i++) {
        split(rule[i], word, " ")
        kinds[word[1]] = word[2]
        words[word[1]] = substr(rule[i], length(word[1]) + length(word[2]) + 3)
      }
    }
    {
      if (!open) begun = NR
      comment = $0 ~ /^[ \t]*[#;]/
      match($0, /\\*$/)
      goes_on = RLENGTH > 0 && RLENGTH % 2 == 1
      if (open && (comment || $0 ~ /^[ \t]*$/)) { tell("a comment or a blank line interrupts a continued line"); next }
      if (comment) { if (goes_on) tell("a comment ends with a backslash"); next }
      line = line $0
      if (goes_on) { line = substr(line, 1, length(line) - 1) " "; open = 1; next }
      judge(line)
      line = ""; open = 0
    }
    END { if (open) tell("the last line ends with a backslash") }' "$1"
}

# $passed has the digests of installed units. These units were approved, so a rollback to them is not refused.
passed=$p_root/state/units
# remember_passed: creates $passed, if it is missing, with the digests of the units of good releases.
remember_passed() {
  [ ! -f "$passed" ] || return 0
  for verdict in "$p_root"/releases/*/.argo/verdict; do
    [ "$(first_line "$verdict")" = good ] || continue
    for unit_file in "${verdict%/*}"/unit.blue "${verdict%/*}"/unit.green; do
      [ ! -f "$unit_file" ] || { digest "$unit_file" && printf '%s\n' "$digested"; }
    done
  done >"$passed.new" && mv -T -- "$passed.new" "$passed" || rm -f -- "$passed.new"
}

# pass: adds the digest of the unit that judge_unit has judged to $passed. Call it when the unit is installed.
pass() { laid_out_before "$p_release" || [ "$unit_passed" = yes ] || printf '%s\n' "$unit_digest" >>"$passed" || true; }
# judge_unit UNIT-FILE: sets `forbidden` to why root must not install the unit (nothing if root may), and `unit_passed`
# to `yes` if the host has installed this unit before.
judge_unit() {
  # Without a user, systemd would run the service as root.
  [ -n "$p_user" ] || fail "$0 was sent an empty user; nothing was done"
  forbidden='' unit_passed=no
  if laid_out_before "$p_release"; then
    forbidden=$(distrusted "$(dirname "$1")")
    return
  fi
  digest "$1"
  unit_digest=$digested
  if grep -qxF "$unit_digest" "$passed" 2>/dev/null; then unit_passed=yes; else forbidden=$(refusals "$1"); fi
}
# refuse_unit UNIT-FILE: ends the script with a `forbidden` line for each reason, if there is one.
refuse_unit() {
  judge_unit "$1"
  [ -n "$forbidden" ] || return 0
  printf '%s\n' "$forbidden" | say_each forbidden
  decide
  exit 0
}
