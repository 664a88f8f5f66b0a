# Prints the manifest of a kept release, as sha256sum wrote it. Changes nothing.
need root release
cat -- "$p_root/releases/$p_release/.argo/manifest"
