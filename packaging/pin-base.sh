#!/bin/sh
# Pins the base image of the Dockerfile by digest, so that a build cannot get another one under the same name.
# Asks the registry through Docker, so it needs the network. Run it again for a newer base.
set -eu
file=${1:-Dockerfile}
base=$(sed -n 's/^FROM \([^@ ]*\).*/\1/p' "$file" | head -n 1)
[ -n "$base" ] || { echo "$file has no FROM line" >&2; exit 1; }
digest=$(docker buildx imagetools inspect "$base" --format '{{.Manifest.Digest}}') || {
  echo "The registry was not asked for $base, so $file is as it was. Try: docker buildx imagetools inspect $base" >&2
  exit 1
}
case $digest in
  sha256:*[!0-9a-f]* | sha256:) digest= ;;
  sha256:????????????????????????????????????????????????????????????????) ;;
  *) digest= ;;
esac
[ -n "$digest" ] || { echo "The registry gave no digest for $base, so $file is as it was." >&2; exit 1; }
sed "s|^FROM [^ ]*|FROM $base@$digest|" "$file" >"$file.new"
mv "$file.new" "$file"
echo "$base is pinned to $digest"
