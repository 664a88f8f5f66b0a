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
mkdir -p "$p_root/state/config"
wanted=$(digest "$from")
rest=$p_locations
while [ -n "$rest" ]; do
  to=${rest%%:*}
  case $rest in *:*) rest=${rest#*:} ;; *) rest= ;; esac
  if [ ! -d "$(dirname "$to")" ]; then
    say absent "$to"
    continue
  fi
  memory=$p_root/state/config/$(printf %s "$to" | tr / _)
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
  printf '%s\n' "$wanted" >"$memory"
done
