# Removes compiled Python files. They are in pycache/ under the full path of their source. The service can create links
# there, so they are removed with the rights of that folder's owner.

compiled=$p_root/pycache$(readlink -f -- "$p_root" || true)
# as_writer PATH COMMAND…: runs COMMAND as the owner of pycache/. If the owner is root, only if nobody else can change
# where PATH leads.
as_writer() {
  path=$1
  shift
  [ -d "$p_root/pycache" ] || return 0
  writer=$(stat -c '%u %g' -- "$p_root/pycache")
  case $writer in
    "$(id -u) "*) [ -n "$(distrusted "$path")" ] || "$@" ;;
    *) setpriv --reuid "${writer% *}" --regid "${writer#* }" --clear-groups --no-new-privs "$@" ;;
  esac
}
# compiled_of FOLDER: prints the names in FOLDER, relative to the service's root, that have compiled files.
compiled_of() { as_writer "$compiled/$1" find "$compiled/$1" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null || true; }
# forget_compiled PATH: removes the compiled files of PATH, which is relative to the service's root.
forget_compiled() { as_writer "$compiled/$1" rm -rf -- "$compiled/$1" 2>/dev/null || true; }
