# with proxy
# shellcheck shell=sh disable=SC2154
# Whether nginx would take its configuration as it is now. Changes nothing.
need upstream_file
find_nginx
if ! report=$(run_nginx -t -q 2>&1); then fail "nginx refuses its configuration: $report"; fi
