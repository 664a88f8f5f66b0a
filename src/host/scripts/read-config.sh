# shellcheck shell=sh disable=SC2154
# The config of a kept release, whole: what is secret in it must be known before any of its logs is read.
need root release config
file=$p_root/releases/$p_release/$p_config
case $p_release in
  # Laid out by hand and not yet moved aside: it is still the slot itself.
  adopted-*) [ -e "$file" ] || file=$p_root/${p_release#adopted-}/$p_config ;;
esac
cat -- "$file"
