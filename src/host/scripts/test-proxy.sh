# Whether nginx accepts its configuration as it is now. Changes nothing.
# with nginx
need upstream_file
find_nginx
report=$(test_nginx) || fail "nginx refuses its configuration: $report"
