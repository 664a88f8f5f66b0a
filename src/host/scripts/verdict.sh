# Writes the verdict on a release. Only good releases are offered for a rollback and kept.
# fenced
# with guard-state
need release verdict
dismiss_guard
set_verdict "$p_release" "$p_verdict"
