# Checks in the background that the Python files of a release compile with the host's Python. Does not run as root,
# because the files are not approved yet. state/compiled has the digests of files that compiled.
# with python-account
# program: compile-files

# start_compile: call it in the release's folder, because the account may be unable to enter the folders above it.
start_compile() {
  need script user
  receive "$state/compile.left-out"
  # preflight.sh reports a missing interpreter.
  [ -n "$p_python" ] && [ -x "$p_python" ] || return 0
  account=$(python_account)
  [ -n "$account" ] || fail "neither nobody nor $p_user can run $p_python, so the Python files could not be compiled" "let them enter the folders above it: \`sudo chmod o+x\` with each folder"
  : >>"$state/compiled"
  nice -n 10 timeout -k 5 270 setpriv --reuid "$account" --regid "$(id -g -- "$account")" --clear-groups --no-new-privs \
    "$p_python" -I -S -B -W ignore -c "$program" "$p_script" \
    <"$state/compile.left-out" 3<"$state/compiled" >"$state/compile.found" 2>"$state/compile.failed" 9>&- &
  compiling=$!
}

# forget_compile: ends the check if it still runs, and removes its files. Call it at the end of the script.
forget_compile() {
  [ -z "$compiling" ] || kill "$compiling" 2>/dev/null || true
  rm -f -- "$state/compile.left-out" "$state/compile.found" "$state/compile.failed"
}

# finish_compile: waits for the end of the check, prints the findings, and sets `found` to yes if there are any.
finish_compile() {
  found=no
  [ -n "$compiling" ] || return 0
  ended=0
  wait "$compiling" || ended=$?
  compiling=
  [ "$ended" = 0 ] ||
    fail "the Python files could not be compiled: $p_python ended with $ended. $(tail -n 3 "$state/compile.failed" | tr '\n' ' ' | cut -c1-500)"
  told=$(grep -aE '^(python|count|unfinished|finding)	' "$state/compile.found" || true)
  printf '%s\n' "$told" | while IFS='	' read -r key value; do say "$key" "$value"; done
  case $newline$told in *"${newline}finding	"* | *"${newline}unfinished	"[1-9]*) found=yes ;; esac
  # If the disk is full, these digests are lost, and the next deployment compiles the files again.
  sed -n 's/^clean	//p' "$state/compile.found" >>"$state/compiled" 2>/dev/null || true
  [ "$(wc -l <"$state/compiled")" -le 40000 ] || {
    tail -n 20000 "$state/compiled" >"$state/compiled.new" && mv -T -- "$state/compiled.new" "$state/compiled"
  }
}
