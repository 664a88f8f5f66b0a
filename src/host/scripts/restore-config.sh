# Restores each file in config_locations from before argo-bot first wrote there, for a release that was set up by hand.
# fenced
# with config-locations
need root locations
locations | while IFS= read -r to; do
  name_copies "$to"
  # Skip a path to which argo-bot has never written.
  [ -f "$memory" ] || continue
  if [ ! -f "$original" ] && [ ! -f "$original.none" ]; then
    say unknown "$to"
    continue
  fi
  locate "$to"
  [ -z "$refused$absent" ] || { tell_unwritable "$to"; continue; }
  if [ -f "$real" ] && { [ ! -f "$original" ] || ! cmp -s -- "$real" "$original"; }; then keep_previous; fi
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
  digest "$original"
  write_file "$memory" "$digested"
done
