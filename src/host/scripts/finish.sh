# Ends the watch: writes the verdict, removes old releases, and stops the old slot or keeps it running.
# fenced
# with guard-state
# with nginx-backup
# with unused-environments
need release verdict keep old_unit old_color old_slot port_blue port_green upstream_file
releases=$p_root/releases
# If the guard rolled back while the bot was silent, report that and change nothing.
returned=$(went_back)
if [ -n "$returned" ]; then
  say returned "$returned"
  exit 0
fi
[ -z "$p_verdict" ] || set_verdict "$p_release" "$p_verdict"
dismiss_guard
drop_spare || say spare kept

# Keep the releases that a slot points to and the newest good ones, and remove the others.
good() { verdict_of "$1" && [ "$first" = good ]; }
# held: the releases of both slots. After a deployment that only restarted a release, both slots point to it.
link_of blue
held=" $in_slot "
link_of green
held="$held$in_slot "
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
done
for venv in "$p_root"/venvs/*/; do
  venv=${venv%/}
  [ ! -d "$venv" ] || forget_environment "${venv##*/}"
done
# Remove the compiled Python files of folders that do not exist any more.
for folder in releases venvs; do
  compiled_of "$folder" | while IFS= read -r name; do [ -d "$p_root/$folder/$name" ] || forget_compiled "$folder/$name"; done
done
say kept "$kept"
external_services | say_each outside
# Stop the old slot last, because until here a rollback could return to it. Do not wait until it has stopped.
if [ "$p_old_slot" != stopped ]; then exit 0; fi
if in_use "$p_old_color"; then
  say in_use "$p_old_color"
else
  disable_unit "$p_old_unit"
  # After the first deployment, the old slot has no unit.
  case $(property LoadState "$p_old_unit") in not-found) ;; *) systemctl stop --no-block -- "$p_old_unit" ;; esac
fi
