# Prints the config of a kept release. The bot masks the config's secrets in the logs of that release.
need root release config
file=$p_root/releases/$p_release/$p_config
case $p_release in
  # A release that was set up by hand, and is not moved yet, is the slot's own folder.
  adopted-*) [ -e "$file" ] || file=$p_root/${p_release#adopted-}/$p_config ;;
esac
cat -- "$file"
