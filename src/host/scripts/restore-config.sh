# fenced
# shellcheck shell=sh disable=SC2154
# Every location as it was before argo-bot first wrote to it, for a release that was laid out by hand. What is there
# now is kept beside it, as at every write.
need locations
digest() { sha256sum <"$1" | cut -d' ' -f1; }
rest=$p_locations
while [ -n "$rest" ]; do
  to=${rest%%:*}
  case $rest in *:*) rest=${rest#*:} ;; *) rest= ;; esac
  name=$(printf %s "$to" | tr / =)
  memory=$p_root/state/config/$name
  original=$p_root/state/config/original/$name
  # Never written: it is still as it was.
  [ -f "$memory" ] || continue
  if [ ! -f "$original" ] && [ ! -f "$original.none" ]; then
    say unknown "$to"
    continue
  fi
  if [ ! -d "$(dirname "$to")" ]; then
    say absent "$to"
    continue
  fi
  if [ -f "$to" ] && { [ ! -f "$original" ] || ! cmp -s -- "$to" "$original"; }; then
    if [ "$(cat "$memory")" != "$(digest "$to")" ]; then say drift "$to"; fi
    cp -p -- "$to" "$to.argo-previous"
    chmod 0600 -- "$to.argo-previous"
  fi
  if [ ! -f "$original" ]; then
    rm -f -- "$to" "$memory"
    say restored "$to"
    continue
  fi
  if ! cmp -s -- "$original" "$to"; then
    cp -p -- "$original" "$to.argo-new"
    mv -T -- "$to.argo-new" "$to"
    say restored "$to"
  fi
  digest "$original" >"$memory.new"
  mv -T -- "$memory.new" "$memory"
done
