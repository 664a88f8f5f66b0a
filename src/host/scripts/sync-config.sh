# fenced
# shellcheck shell=sh disable=SC2154
# The release's config in every further location, each replaced whole; what was there is kept beside it.
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
  if [ ! -d "$(dirname "$to")" ]; then
    say absent "$to"
    continue
  fi
  # A path has no =, so no two of them share a name here.
  name=$(printf %s "$to" | tr / =)
  memory=$p_root/state/config/$name
  original=$originals/$name
  # What stood there before argo-bot first wrote to it: a rollback to what was laid out by hand needs it.
  if [ ! -f "$memory" ] && [ ! -f "$original" ] && [ ! -f "$original.none" ]; then
    if [ -f "$to" ]; then
      cp -p -- "$to" "$original.new"
      mv -T -- "$original.new" "$original"
    else : >"$original.none"; fi
  fi
  if [ -f "$to" ] && [ "$(digest "$to")" != "$wanted" ]; then
    if [ -f "$memory" ] && [ "$(cat "$memory")" != "$(digest "$to")" ]; then say drift "$to"; fi
    cp -p -- "$to" "$to.argo-previous"
    chmod 0600 -- "$to.argo-previous"
  fi
  if [ ! -f "$to" ] || [ "$(digest "$to")" != "$wanted" ]; then
    (umask 077 && cp -- "$from" "$to.argo-new")
    chown -- "$p_user:" "$to.argo-new"
    mv -T -- "$to.argo-new" "$to"
    say written "$to"
  fi
  printf '%s\n' "$wanted" >"$memory.new"
  mv -T -- "$memory.new" "$memory"
done
