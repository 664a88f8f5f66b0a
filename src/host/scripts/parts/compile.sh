# shellcheck shell=sh disable=SC2154,SC2034,SC2329,SC2317
# What Python files of the release the host's own Python cannot compile. Runs beside other work: start, then finish.
# As nobody, since it reads what is not approved yet; found clean is remembered by content in state/compiled.
# program: compile-files

# start_compile: from the folder of the release, whose parents that account need not be able to enter.
start_compile() {
  need script user
  receive "$state/compile.left-out"
  # Where there is no interpreter, the pre-flight checks say so.
  [ -n "$p_python" ] && [ -x "$p_python" ] || return 0
  account=$(python_account)
  [ -n "$account" ] || fail "neither nobody nor $p_user can run $p_python, so the Python files could not be compiled: chmod o+x the folders above it"
  [ -e "$state/compiled" ] || : >"$state/compiled"
  nice -n 10 timeout -k 5 270 setpriv --reuid "$account" --regid "$(id -g -- "$account")" --clear-groups --no-new-privs \
    "$p_python" -I -S -B -W ignore -c "$program" "$p_script" \
    <"$state/compile.left-out" 3<"$state/compiled" >"$state/compile.found" 2>"$state/compile.failed" &
  compiling=$!
}

# forget_compile: also where the script ends before it was finished.
forget_compile() {
  [ -z "$compiling" ] || kill "$compiling" 2>/dev/null || true
  rm -f -- "$state/compile.left-out" "$state/compile.found" "$state/compile.failed"
}

# finish_compile: what was found, for the answer; `found` is yes where something was.
finish_compile() {
  found=no
  [ -n "$compiling" ] || return 0
  ended=0
  wait "$compiling" || ended=$?
  compiling=
  [ "$ended" = 0 ] ||
    fail "the Python files could not be compiled: $p_python ended with $ended. $(tail -n 3 "$state/compile.failed" | tr '\n' ' ' | cut -c1-500)"
  grep -aE '^(python|count|unfinished|finding)	' "$state/compile.found" | while IFS='	' read -r key value; do say "$key" "$value"; done
  if grep -qaE '^(finding|unfinished	[1-9])' "$state/compile.found"; then found=yes; fi
  # A full disk costs the next deployment time, nothing else.
  sed -n 's/^clean	//p' "$state/compile.found" >>"$state/compiled" 2>/dev/null || true
  [ "$(wc -l <"$state/compiled")" -le 40000 ] || {
    tail -n 20000 "$state/compiled" >"$state/compiled.new" && mv -T -- "$state/compiled.new" "$state/compiled"
  }
}
