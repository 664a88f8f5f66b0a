# Finds config files in the slots and in config_locations that differ from what argo-bot wrote, and prints their
# content. The bot finds which keys differ. Changes nothing.
# with config-locations
need root config locations
# place KIND SLOT PATH: prints the config file PATH with its content in base64 and the time of its last change, in
# seconds since 1970. No field has blanks, so blanks separate the fields.
place() {
  content=
  if [ -f "$3" ] && [ "$(wc -c <"$3")" -le 262144 ]; then content=$(base64 -w0 <"$3"); fi
  say place "$1 $2 $3 $content $(stat -c %Y -- "$3" 2>/dev/null)"
}

for slot in blue green; do
  file=$p_root/$slot/$p_config
  manifest=$p_root/$slot/.argo/manifest
  if [ -f "$manifest" ]; then
    wanted=$(awk -v path="$p_config" 'substr($0, 67) == path { print substr($0, 1, 64) }' "$manifest")
    [ -n "$wanted" ] || continue
    digested=
    [ ! -f "$file" ] || digest "$file"
    if [ ! -f "$file" ]; then place removed "$slot" "$file"
    elif [ "$digested" != "$wanted" ]; then place edited "$slot" "$file"; fi
  elif [ -f "$file" ]; then place foreign "$slot" "$file"; fi
done

locations | while IFS= read -r file; do
  locate "$file"
  tell_location "$file"
  [ -z "$refused" ] || continue
  name_copies "$file"
  if [ ! -f "$memory" ]; then [ ! -f "$file" ] || place foreign - "$file"
  elif [ ! -f "$file" ]; then place removed - "$file"
  else
    digest "$file"
    read_first "$memory"
    [ "$digested" = "$first" ] || place edited - "$file"
  fi
done
