# Prints the manifest of a kept release, in the format of sha256sum. Changes nothing.
need root release
cat -- "$p_root/releases/$p_release/.argo/manifest"
