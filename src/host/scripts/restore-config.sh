# fenced
# with location
# shellcheck shell=sh disable=SC2154
# Every location as it was before argo-bot first wrote to it, for a release that was laid out by hand. What is there
# now is kept beside it, as at every write.
need root locations
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
  locate "$to"
  if [ -n "$refused$absent" ]; then
    [ -z "$refused" ] || say refused "$to $refused"
    [ -n "$refused" ] || say absent "$to"
    continue
  fi
  if [ -f "$real" ] && { [ ! -f "$original" ] || ! cmp -s -- "$real" "$original"; }; then
    if [ "$(cat "$memory")" != "$(digest "$real")" ]; then say drift "$real"; fi
    rm -f -- "$real.argo-previous"
    cp -p -- "$real" "$real.argo-previous"
    chmod 0600 -- "$real.argo-previous"
  fi
  if [ ! -f "$original" ]; then
    rm -f -- "$real" "$memory"
    say restored "$to"
    continue
  fi
  if ! cmp -s -- "$original" "$real"; then
    rm -f -- "$real.argo-new"
    cp -p -- "$original" "$real.argo-new"
    mv -T -- "$real.argo-new" "$real"
    say restored "$to"
  fi
  digest "$original" >"$memory.new"
  mv -T -- "$memory.new" "$memory"
done
