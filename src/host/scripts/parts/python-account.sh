# Runs the interpreter as `nobody`, or as the user of the service if `nobody` cannot reach it. Never as root: other
# users may be able to change the interpreter, and the code that it reads may not be approved yet.

# run_as ACCOUNT COMMAND…: runs COMMAND as ACCOUNT, without its other groups, a way to more privileges, and the
# lock of fence.sh, which a process that it leaves behind would hold.
run_as() {
  run_as=$1
  shift
  setpriv --reuid "$run_as" --regid "$(id -g -- "$run_as")" --clear-groups --no-new-privs -- "$@" 9>&-
}

# python_account: prints which account can run the interpreter; nothing if neither can.
python_account() {
  [ -x "$p_python" ] || return 0
  for account in nobody "${p_user:-}"; do
    [ -n "$account" ] && run_as "$account" test -x "$p_python" 2>/dev/null || continue
    printf %s "$account"
    return
  done
}
# as_account ARGUMENT…: runs Python as $account, without settings of the user and the environment.
as_account() { run_as "$account" "$p_python" -I "$@"; }
python_version() { as_account -S -c 'import sys; print(sys.version.split()[0])'; }
