# Names the host, as the ssh config does.
server 'target', user: 'root', roles: %w[app]
set :ssh_options, config: ENV.fetch('SSH_CONFIG')
