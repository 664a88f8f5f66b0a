# fenced
# with guarded
# shellcheck shell=sh disable=SC2154
# What became of a release, so that only good ones are ever offered or kept.
need release verdict
dismiss_guard
[ -d "$p_root/releases/$p_release/.argo" ] || exit 0
printf '%s\n' "$p_verdict" >"$p_root/releases/$p_release/.argo/verdict.new"
mv -T -- "$p_root/releases/$p_release/.argo/verdict.new" "$p_root/releases/$p_release/.argo/verdict"
