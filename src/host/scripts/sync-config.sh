# fenced
# with location
# shellcheck shell=sh disable=SC2154
# The release's config in every further location, each replaced whole; what was there is kept beside it. Where a link
# stands there, it stays, and what it leads to is replaced.
need release required config locations user
from=$p_root/releases/$p_release/$p_config
if [ ! -f "$from" ] && [ "$p_required" = no ]; then
  say without "$p_release"
  exit 0
fi
[ -f "$from" ] || fail "$from does not exist: this release carries no config, so none was written"
digest() { sha256sum <"$1" | cut -d' ' -f1; }
originals=$p_root/state/config/original
mkdir -p "$originals"
chmod 0700 "$originals"
wanted=$(digest "$from")
rest=$p_locations
while [ -n "$rest" ]; do
  to=${rest%%:*}
  case $rest in *:*) rest=${rest#*:} ;; *) rest= ;; esac
  locate "$to"
  if [ -n "$refused$absent" ]; then
    [ -z "$refused" ] || say refused "$to $refused"
    [ -n "$refused" ] || say absent "$to"
    continue
  fi
  # A path has no =, so no two of them share a name here.
  name=$(printf %s "$to" | tr / =)
  memory=$p_root/state/config/$name
  original=$originals/$name
  # What stood there before argo-bot first wrote to it: a rollback to what was laid out by hand needs it.
  if [ ! -f "$memory" ] && [ ! -f "$original" ] && [ ! -f "$original.none" ]; then
    if [ -f "$real" ]; then
      cp -p -- "$real" "$original.new"
      mv -T -- "$original.new" "$original"
    else : >"$original.none"; fi
  fi
  if [ -f "$real" ] && [ "$(digest "$real")" != "$wanted" ]; then
    if [ -f "$memory" ] && [ "$(cat "$memory")" != "$(digest "$real")" ]; then say drift "$real"; fi
    rm -f -- "$real.argo-previous"
    cp -p -- "$real" "$real.argo-previous"
    chmod 0600 -- "$real.argo-previous"
  fi
  if [ ! -f "$real" ] || [ "$(digest "$real")" != "$wanted" ]; then
    rm -f -- "$real.argo-new"
    if [ -L "$to" ] && [ -f "$real" ]; then
      # Others use it too, so it keeps its owner and mode.
      cp -p -- "$real" "$real.argo-new"
      cat -- "$from" >"$real.argo-new"
    else
      (umask 077 && cp -- "$from" "$real.argo-new")
      chown -- "$p_user:" "$real.argo-new"
    fi
    mv -T -- "$real.argo-new" "$real"
    say written "$to"
    [ "$real" = "$to" ] || say through "$to $real"
  fi
  printf '%s\n' "$wanted" >"$memory.new"
  mv -T -- "$memory.new" "$memory"
done
