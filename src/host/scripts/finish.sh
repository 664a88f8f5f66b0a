# fenced
# shellcheck shell=sh disable=SC2154
# Marks the release good, lets the old slot go or keeps it warm, and makes room.
need release keep old_unit old_slot
releases=$p_root/releases
if [ -d "$releases/$p_release/.argo" ]; then
  printf 'good\n' >"$releases/$p_release/.argo/verdict.new"
  mv -T -- "$releases/$p_release/.argo/verdict.new" "$releases/$p_release/.argo/verdict"
fi
if [ "$p_old_slot" = stopped ]; then
  systemctl disable --quiet --now -- "$p_old_unit" 2>/dev/null || true
fi

# What a slot points to stays whatever its age; of the rest, the newest good ones.
held=" $(basename "$(readlink "$p_root/blue" 2>/dev/null || echo none)") $(basename "$(readlink "$p_root/green" 2>/dev/null || echo none)") "
kept=0
for path in $(find "$releases" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort -r); do
  case $path in .incoming-*) rm -rf -- "${releases:?}/$path"; continue ;; adopted-*) continue ;; esac
  case $held in *" $path "*) kept=$((kept + 1)); continue ;; esac
  if [ "$(head -n 1 "$releases/$path/.argo/verdict" 2>/dev/null || true)" = good ] && [ "$kept" -lt "$p_keep" ]; then
    kept=$((kept + 1))
    continue
  fi
  rm -rf -- "${releases:?}/$path"
  say removed "$path"
done
# A virtual environment lives as long as some release points to it.
for venv in "$p_root"/venvs/*/; do
  [ -d "$venv" ] || continue
  name=$(basename "$venv")
  find "$releases" -mindepth 3 -maxdepth 3 -path '*/.argo/venv' -lname "*/venvs/$name" | grep -q . || rm -rf -- "$venv"
done
say kept "$kept"
