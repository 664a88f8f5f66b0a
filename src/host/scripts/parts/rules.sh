# shellcheck shell=sh disable=SC2154
# Put into each script that says `# with rules` in its head: what a unit may contain before root installs it. Needs the
# parameters user and unit_allow.
# The bot judges alike before it sends anything (deploy/unit/unit-refusals.ts).
# table: unit-rules

# binds UNIT-FILE: yes where the port of its slot is one that only root may listen on. A release names it unit.<slot>.
binds() {
  case $1 in *.green) port=$p_port_green ;; *) port=$p_port_blue ;; esac
  [ "$port" -ge 1024 ] && echo no || echo yes
}
# laid_out_before RELEASE: laid out before argo-bot came, so its unit is the one that root had installed.
laid_out_before() { case $1 in adopted-blue | adopted-green) ;; *) return 1 ;; esac }
# allowed SETTING: the owner of argo.yml has written or permitted it.
allowed() { case " $p_unit_allow " in *" $1 "*) ;; *) return 1 ;; esac }

# refusals UNIT-FILE: a line for each thing in it that a commit may not have; read as systemd does, and where its
# versions differ, refused.
refusals() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' <"$1" | cmp -s - "$1" || echo 'it has control characters'
  judged "$1" | while IFS= read -r line; do
    case $line in
      'opens '*)
        # As root, wherever its folder leads by then.
        why=$(distrusted "$(dirname "${line#opens }")")
        [ -z "$why" ] || echo "systemd opens ${line#opens } as root, but $why; or permit StandardOutput and StandardError with unit.allow"
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}
judged() {
  # shellcheck disable=SC2016
  RULES=$unit_rules ALLOW=$p_unit_allow ROOT=$p_root OWNER=$p_user BINDS=$(binds "$1") LOGS=":$p_log_files:" \
    SERVICE=$(printf %s "$p_unit_blue" | sed 's/\.service$//; s/-blue$//') awk '
    function tell(text) { print "line " begun ": " text }
    function plain(word) { return word !~ /["\047\\%]/ }
    function dotted(path) { return path ~ /(^|\/)\.\.?(\/|$)/ }
    function below(path, top) { return index(path, top "/") == 1 }
    function names_own(word, name) { return name != "" && (word == name || below(word, name)) }
    # prefixed TEXT: whether one of its commands begins with a prefix that gives rights, or hides its beginning.
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
      n = split(value, part, /[ \t]+/)
      if (kind == "only" && value == "") return 0
      for (i = 1; i <= n; i++) {
        if (part[i] == "") continue
        if (kind == "only") { if (index(" " words " ", " " part[i] " ") == 0) return 0 }
        else if (!plain(part[i])) return 0
        else if (kind == "state") {
          if (index(part[i], ":") || dotted(part[i]) ||
            !(names_own(part[i], ENVIRON["OWNER"]) || names_own(part[i], ENVIRON["SERVICE"]))) return 0
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
      if (open && (comment || $0 ~ /^[ \t]*$/)) { tell("a comment or a blank line stands within a line that goes on"); next }
      if (comment) { if (goes_on) tell("a comment ends with a backslash"); next }
      line = line $0
      if (goes_on) { line = substr(line, 1, length(line) - 1) " "; open = 1; next }
      judge(line)
      line = ""; open = 0
    }
    END { if (open) tell("the last line ends with a backslash") }' "$1"
}

# A unit that was installed once was approved then, so nothing of it holds up the way back. By content, in a file that
# no upload reaches.
passed=$p_root/state/units
passed_before() { grep -qxF "$(sha256sum <"$1" | cut -d' ' -f1)" "$passed" 2>/dev/null; }
# remember_passed: units of releases that were live before this file was kept.
remember_passed() {
  [ ! -f "$passed" ] || return 0
  for verdict in "$p_root"/releases/*/.argo/verdict; do
    [ "$(head -n 1 "$verdict" 2>/dev/null || true)" = good ] || continue
    for unit_file in "${verdict%/*}"/unit.blue "${verdict%/*}"/unit.green; do
      [ ! -f "$unit_file" ] || sha256sum <"$unit_file" | cut -d' ' -f1
    done
  done >"$passed.new" && mv -T -- "$passed.new" "$passed" || rm -f -- "$passed.new"
}

# pass UNIT-FILE: it is installed now, and may come back.
pass() {
  laid_out_before "$p_release" || passed_before "$1" || sha256sum <"$1" 2>/dev/null | cut -d' ' -f1 >>"$passed" || true
}
# unit_refused UNIT-FILE: why root does not install it; nothing where it may.
unit_refused() {
  # Without one, systemd would take root.
  [ -n "$p_user" ] || fail "$0 was sent an empty user; nothing was done"
  if laid_out_before "$p_release"; then distrusted "$(dirname "$1")"
  elif ! passed_before "$1"; then refusals "$1"; fi
}
# refuse_unit UNIT-FILE: ends the script with a `forbidden` line for each reason.
refuse_unit() {
  forbidden=$(unit_refused "$1")
  [ -n "$forbidden" ] || return 0
  printf '%s\n' "$forbidden" | while IFS= read -r line; do say forbidden "$line"; done
  exit 0
}
