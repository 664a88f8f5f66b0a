# Finds why nginx would not send users to the new release. Needs the functions problem, warning and last_lines.
# with nginx-config

# check_nginx: prints a problem for each reason for which nginx does not read or take the upstream file.
check_nginx() {
  find_nginx
  if ! command -v "$nginx_program" >/dev/null 2>&1; then
    problem "nginx is not installed" "\`sudo apt-get install nginx-light\`"
    return 0
  fi
  if ! reading=$(run_nginx -T 2>&1); then
    problem "nginx refuses its configuration, so argo-bot could not move traffic. nginx says: $(printf '%s\n' "$reading" | nginx_errors | last_lines 2)" "\`sudo nginx -t\` shows the line to correct. Do not restart nginx before it succeeds"
    return 0
  fi
  [ -n "$nginx_masters" ] || systemctl is-active --quiet nginx ||
    problem "nginx does not run, so users reach no release" "\`sudo systemctl enable --now nginx\`"
  read_nginx
  declared_in=
  case $nginx_declares in elsewhere*) declared_in=${nginx_declares#elsewhere } ;; esac
  if [ -f "$p_upstream_file" ] && [ -z "$nginx_file" ]; then
    problem "nginx does not read $p_upstream_file" "include it in the http block of ${nginx_main:-/etc/nginx/nginx.conf}${declared_in:+ and take the upstream out of $declared_in, or give that file as upstream_file in argo.yml}"
  elif [ -n "$declared_in" ]; then
    problem "$declared_in declares the upstream $p_upstream as well, so nginx would refuse it in $p_upstream_file" "take it out there, or give that file as upstream_file in argo.yml"
  fi
  case $nginx_within in '' | http | stream) ;; *)
    problem "nginx reads $p_upstream_file within \"$nginx_within\", and argo-bot writes a whole upstream block into it" "include it in the http block instead" ;;
  esac
  [ -z "$nginx_beside" ] ||
    problem "$p_upstream_file has \"$nginx_beside\" beside the upstream, and argo-bot replaces the whole file" "move everything but the upstream $p_upstream into another file that nginx reads"
  # nginx_passes is `unknown` if a variable decides where a site passes requests. Then there is no warning.
  [ "$nginx_passes" != no ] ||
    warning "no nginx site sends requests to $p_upstream, so users would not reach the new release. Put \"proxy_pass http://$p_upstream;\" into the site."
}
