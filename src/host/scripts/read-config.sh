# Prints the config of a kept release. The bot must know its secrets before it shows a log of that release.
need root release config
file=$p_root/releases/$p_release/$p_config
case $p_release in
  # Laid out by hand and not moved yet, it is the slot itself.
  adopted-*) [ -e "$file" ] || file=$p_root/${p_release#adopted-}/$p_config ;;
esac
cat -- "$file"
