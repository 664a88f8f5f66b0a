# shellcheck shell=sh disable=SC2154
# Who runs the interpreter in root's place: nobody, or the user of the service where nobody cannot reach it. An
# interpreter may lie where other people can write, and what it reads may be code that is not approved yet.

# run_as ACCOUNT COMMAND…: without other groups, and without a way to more privileges.
run_as() {
  run_as=$1
  shift
  setpriv --reuid "$run_as" --regid "$(id -g -- "$run_as")" --clear-groups --no-new-privs -- "$@"
}

# python_account: prints nothing where neither of them can run it.
python_account() {
  for account in nobody "${p_user:-}"; do
    [ -n "$account" ] && id -u -- "$account" >/dev/null 2>&1 || continue
    run_as "$account" test -x "$p_python" || continue
    printf %s "$account"
    return
  done
}
