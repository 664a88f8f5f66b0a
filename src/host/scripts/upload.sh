# Builds a release under a temporary name: from the files that were sent, and from hard links to unchanged files of an
# older release on the host, the parameter `base`. verify.sh gives it its final name.
# fenced
need release base manifest
case $p_release in '' | */* | .* | adopted-*) fail "\"$p_release\" is no name for a release that is sent; nothing was done" ;; esac
incoming=$p_root/releases/.incoming-$p_release
final=$p_root/releases/$p_release

if [ -f "$final/.argo/manifest" ]; then
  [ "$(digest "$final/.argo/manifest")" = "$p_manifest" ] ||
    fail "$final exists with other content; nothing was done. Deploy again: the next release gets a new name"
  cat >/dev/null
  say already yes
  exit 0
fi

# Even a small release could fill the room that is kept for cleaning up.
[ "$tight" = no ] || fail "the disk of $p_root is full, so nothing was sent. Free space: du -xhd1 $p_root"

keep=no
at_exit() { if [ "$keep" = no ]; then rm -rf -- "$incoming"; fi; }
if [ "$p_base" != resend ]; then
  rm -rf -- "$incoming"
  mkdir "$incoming"
fi
# --unlink-first replaces a hard link. Writing through it would change the older release, which may be live.
tar -x --unlink-first --no-same-owner -p -C "$incoming" -f -
# Root reads and changes these files by name, so they must be no links.
[ -z "$(find "$incoming" ! -type f ! -type d -print -quit)" ] ||
  fail "the upload of $p_release has something other than files and folders in it; nothing was kept"
[ -f "$incoming/.argo/manifest" ] && [ "$(digest "$incoming/.argo/manifest")" = "$p_manifest" ] ||
  fail "the upload of $p_release arrived without its manifest: the connection was cut. Nothing was kept"

cd "$incoming"
# from_base: links unchanged files of `base`. Skips links, folders and files of other users; verify.sh finds them missing.
from_base() {
  cut -c67- .argo/manifest | sort >.argo/wanted
  find . -path ./.argo -prune -o -type f -printf '%P\n' | sort >.argo/sent
  (
    cd "$p_root/releases/$p_base"
    find . -path ./.argo -prune -o -type f -uid "$(id -u)" ! -path "*$newline*" -printf '%P\n'
  ) | sort | comm -12 - .argo/wanted | comm -23 - .argo/sent >.argo/unchanged
  # Make the folders first, because cp would give them the modes that they have in `base`.
  sed -n 's|/[^/]*$||p' .argo/unchanged | sort -u | xargs -r -d '\n' mkdir -p --
  (
    cd "$p_root/releases/$p_base"
    xargs -r -d '\n' cp -lP --parents -t "$incoming" --
  ) <.argo/unchanged
  rm -f .argo/wanted .argo/sent .argo/unchanged
}
case $p_base in '' | resend) ;; *) from_base ;; esac

# A hard link shares its mode with the older release. So report a file with a wrong mode: the bot sends it again.
if [ -f .argo/modes ]; then
  sort .argo/modes >.argo/wanted
  find . -path ./.argo -prune -o -type f -printf '%m %P\n' | sort >.argo/found
  comm -23 .argo/wanted .argo/found | cut -d' ' -f2- |
    while IFS= read -r path; do [ ! -f "$path" ] || say mode "$path"; done
  rm -f .argo/wanted .argo/found
fi
keep=yes
