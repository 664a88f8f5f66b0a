# fenced
# with guarded
# with proxy
# with spare
# with pycache
# with unused
# shellcheck shell=sh disable=SC2154
# Marks the release, makes room, and at the end lets the old slot go or keeps it warm.
need release verdict keep old_unit old_color old_slot port_blue port_green upstream_file
releases=$p_root/releases
# The watch had passed, and then nobody was there for a while: users are not on it any more.
returned=$(went_back)
if [ -n "$returned" ]; then
  say returned "$returned"
  exit 0
fi
if [ -n "$p_verdict" ] && [ -d "$releases/$p_release/.argo" ]; then
  printf '%s\n' "$p_verdict" >"$releases/$p_release/.argo/verdict.new"
  mv -T -- "$releases/$p_release/.argo/verdict.new" "$releases/$p_release/.argo/verdict"
fi

# The watch is over: nobody goes back by himself any more.
dismiss_guard

# And nobody stands in for the new release unseen: the line of the one before it leaves the proxy's file.
drop_spare || say spare kept

# What a slot points to stays whatever its age; of the rest, the newest good ones.
good() { [ "$(head -n 1 "$releases/$1/.argo/verdict" 2>/dev/null || true)" = good ]; }
# After a restart both slots hold the same one.
held=" $(basename "$(readlink "$p_root/blue" 2>/dev/null || echo none)") $(basename "$(readlink "$p_root/green" 2>/dev/null || echo none)") "
kept=0
for path in $(printf '%s\n' $held | sort -u); do
  case $path in adopted-*) ;; *) ! good "$path" || kept=$((kept + 1)) ;; esac
done
for path in $(find "$releases" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort -r); do
  case $path in .incoming-*) rm -rf -- "${releases:?}/$path"; continue ;; adopted-*) continue ;; esac
  case $held in *" $path "*) continue ;; esac
  if good "$path" && [ "$kept" -lt "$p_keep" ]; then
    kept=$((kept + 1))
    continue
  fi
  rm -rf -- "${releases:?}/$path"
  say removed "$path"
done
for venv in "$p_root"/venvs/*/; do
  [ ! -d "$venv" ] || forget_environment "$(basename "$venv")"
done
# What Python compiled lies below its prefix by the full path of the source, and goes when that has gone.
for folder in releases venvs; do
  compiled_of "$folder" | while IFS= read -r name; do [ -d "$p_root/$folder/$name" ] || forget_compiled "$folder/$name"; done
done
say kept "$kept"
outside | while IFS= read -r line; do say outside "$line"; done
# Last and without waiting: until here the old slot was the way back, and it may take its time to end.
if [ "$p_old_slot" = stopped ] && in_use "$p_old_color"; then
  say in_use "$p_old_color"
elif [ "$p_old_slot" = stopped ]; then
  systemctl disable --quiet -- "$p_old_unit" 2>/dev/null || true
  # After a first deployment there is no such unit.
  case $(systemctl show -p LoadState --value -- "$p_old_unit") in not-found) ;; *) systemctl stop --no-block -- "$p_old_unit" ;; esac
fi
