# Copies the release's config to each path in config_locations, and keeps the old file beside it as *.argo-previous. If
# a path is a symbolic link, the link stays and the file that it leads to is replaced.
# fenced
# with config-locations
need release required config locations user
from=$p_root/releases/$p_release/$p_config
if [ ! -f "$from" ] && [ "$p_required" = no ]; then
  say without "$p_release"
  exit 0
fi
[ -f "$from" ] || fail "$from does not exist: this release carries no config, so none was written"
[ -d "$p_root/state/config/original" ] || mkdir -p -m 0700 "$p_root/state/config/original"
digest "$from"
wanted=$digested
locations | while IFS= read -r to; do
  locate "$to"
  [ -z "$refused$absent" ] || { tell_unwritable "$to"; continue; }
  name_copies "$to"
  # Keep the file from before argo-bot, because a rollback to a release set up by hand restores it.
  if [ ! -f "$memory" ] && [ ! -f "$original" ] && [ ! -f "$original.none" ]; then
    if [ -f "$real" ]; then copy_file "$real" "$original" -p; else : >"$original.none"; fi
  fi
  digested=
  [ ! -f "$real" ] || digest "$real"
  if [ ! -f "$real" ] || [ "$digested" != "$wanted" ]; then
    [ ! -f "$real" ] || keep_previous
    rm -f -- "$real.argo-new"
    if [ -L "$to" ] && [ -f "$real" ]; then
      # Other programs may use the target of a link too, so the target keeps its owner and mode.
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
  write_file "$memory" "$wanted"
done
