# Tests whether nginx accepts its current configuration. Changes nothing.
# with nginx
need upstream_file
find_nginx
report=$(test_nginx) || fail "nginx refuses its configuration. It says: $(printf '%s\n' "$report" | nginx_errors)"
