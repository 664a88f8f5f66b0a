# Builds a release under a temporary name: from the files that were sent, and from hard links to unchanged files of an
# older release on the host, the parameter `base`. verify.sh gives it its final name.
# fenced
need release base manifest
case $p_release in '' | */* | .* | adopted-*) fail "\"$p_release\" is no name for a release that is sent; nothing was done" ;; esac
incoming=$p_root/releases/.incoming-$p_release
final=$p_root/releases/$p_release

# payload: prints the payload, and leaves on stdin what follows it: the next script.
payload() { if was_given payload_bytes; then head -c "$p_payload_bytes"; else cat; fi; }

if [ -f "$final/.argo/manifest" ]; then
  digest "$final/.argo/manifest"
  [ "$digested" = "$p_manifest" ] ||
    fail "$final exists with other content; nothing was done" "\`/argo deploy\` gives the next release a new name"
  payload >/dev/null
  say already yes
  exit 0
fi

# The disk is full ($tight, see fence.sh). Even a small release could use up the room that a cleanup needs.
[ "$tight" = no ] || fail "the disk of $p_root is full, so nothing was sent" "free space: \`sudo du -xhd1 $p_root\` shows what uses it"

keep=no
at_exit() { if [ "$keep" = no ]; then rm -rf -- "$incoming"; fi; }
if [ "$p_base" != resend ]; then
  [ ! -e "$incoming" ] || rm -rf -- "$incoming"
  mkdir "$incoming"
fi
# --unlink-first replaces a hard link. Writing through it would change the older release, which may be live.
payload | tar -x --unlink-first --no-same-owner -p -C "$incoming" -f -
# Root reads and changes these files by name, so they must be no links.
[ -z "$(find "$incoming" ! -type f ! -type d -print -quit)" ] ||
  fail "the upload of $p_release has something other than files and folders in it; nothing was kept"
[ -f "$incoming/.argo/manifest" ] && digest "$incoming/.argo/manifest" && [ "$digested" = "$p_manifest" ] ||
  fail "the upload of $p_release arrived without its manifest: the connection was cut. Nothing was kept"

cd "$incoming"
# list_files FILTER…: prints `mode path` for each file below this folder.
list_files() { find . -path ./.argo -prune -o -type f "$@" -printf '%m %P\n'; }
list_base() {
  case $p_base in '' | resend) return 0 ;; esac
  # Skip links, folders and files of other users: verify.sh finds them missing.
  (cd "$p_root/releases/$p_base" && list_files -uid "$(id -u)" ! -path "*$newline*")
}
list_files >.argo/sent
: >.argo/unchanged
: >.argo/other
# A hard link shares its mode with the older release, so a file with a wrong mode is not linked but sent again. A file
# that was sent has a wrong mode if the file system keeps none.
list_base | awk '
  { path = substr($0, length($1) + 2) }
  FILENAME == ".argo/modes" { wanted[path] = $1; next }
  FILENAME == ".argo/sent" { sent[path] = 1; if (path in wanted && wanted[path] != $1) print path >".argo/other"; next }
  path in wanted && !(path in sent) { print path >(wanted[path] == $1 ? ".argo/unchanged" : ".argo/other") }
' .argo/modes .argo/sent -
# Make the folders first, because cp would give them the modes that they have in `base`.
sed -n 's|/[^/]*$||p' .argo/unchanged | sort -u | xargs -r -d '\n' mkdir -p --
if [ -s .argo/unchanged ]; then
  (cd "$p_root/releases/$p_base" && xargs -d '\n' -P 2 -n 1000 nice -n 10 cp -lP --parents -t "$incoming" --) <.argo/unchanged
fi
say_each mode <.argo/other
[ ! -s .argo/other ] || decide
rm -f .argo/sent .argo/unchanged .argo/other
keep=yes
