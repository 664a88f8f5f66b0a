# with location
# shellcheck shell=sh disable=SC2154
# The config in every place that has it, beside what argo-bot wrote there last. Changes nothing. What somebody has
# edited is sent whole, and only that: which keys differ is for the bot to see.
need root config locations
digest() { sha256sum <"$1" | cut -d' ' -f1; }
# place KIND SLOT PATH: a path here has no blanks, and base64 has none either.
place() {
  content=
  if [ -f "$3" ] && [ "$(wc -c <"$3")" -le 262144 ]; then content=$(base64 -w0 <"$3"); fi
  say place "$1 $2 $3 $content"
}

for slot in blue green; do
  file=$p_root/$slot/$p_config
  manifest=$p_root/$slot/.argo/manifest
  if [ -f "$manifest" ]; then
    wanted=$(awk -v path="$p_config" 'substr($0, 67) == path { print substr($0, 1, 64) }' "$manifest")
    [ -n "$wanted" ] || continue
    if [ ! -f "$file" ]; then place removed "$slot" "$file"
    elif [ "$(digest "$file")" != "$wanted" ]; then place edited "$slot" "$file"; fi
  elif [ -f "$file" ]; then place foreign "$slot" "$file"; fi
done

rest=$p_locations
while [ -n "$rest" ]; do
  file=${rest%%:*}
  case $rest in *:*) rest=${rest#*:} ;; *) rest= ;; esac
  locate "$file"
  tell_location "$file"
  [ -z "$refused" ] || continue
  memory=$p_root/state/config/$(printf %s "$file" | tr / =)
  if [ ! -f "$memory" ]; then [ ! -f "$file" ] || place foreign - "$file"
  elif [ ! -f "$file" ]; then place removed - "$file"
  elif [ "$(digest "$file")" != "$(cat "$memory")" ]; then place edited - "$file"; fi
done
