# Deploys a commit with Capistrano: a release, the symlink, a restart in place, a healthy answer.
set :application, 'argo-capistrano'
set :deploy_to, '/opt/argo-capistrano'
set :format_options, log_file: nil

namespace :deploy do
  task :restart do
    on roles(:app) do
      python = "#{shared_path}/venv/bin/python"
      unit = '/etc/systemd/system/argo-capistrano.service'
      unless test("[ -f #{unit} ]")
        execute :python3, '-m', 'venv', '--system-site-packages', '--without-pip', "#{shared_path}/venv"
        upload! StringIO.new(<<~UNIT), unit
          [Service]
          WorkingDirectory=#{current_path}
          ExecStart=#{python} -m uvicorn main:app --host 127.0.0.1 --port 8001
          Restart=always
        UNIT
        execute :systemctl, 'daemon-reload'
      end
      execute :systemctl, :restart, 'argo-capistrano'
      execute "timeout 60 sh -c 'until curl -sf -o /dev/null http://127.0.0.1:8001/api/v1/health; do sleep 0.05; done'"
    end
  end
  after :publishing, :restart
end
