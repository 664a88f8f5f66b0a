# shellcheck shell=sh disable=SC2154
# Whether nginx would take its configuration as it is now. Changes nothing.
if ! report=$(nginx -t -q 2>&1); then fail "nginx refuses its configuration: $report"; fi
