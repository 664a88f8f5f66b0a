# Sends what changed to a copy on the host, and makes each release from it: the hosts have no git.
require 'capistrano/scm/plugin'

class Rsync < Capistrano::SCM::Plugin
  def register_hooks
    after 'deploy:new_release_path', 'rsync:create_release'
    before 'deploy:set_current_revision', 'rsync:set_current_revision'
  end

  def define_tasks
    namespace :rsync do
      task :create_release do
        copy = shared_path.join('copy')
        run_locally do
          within ENV.fetch('CHECKOUT') do
            execute :git, :fetch, '--quiet', 'origin'
            execute :git, :checkout, '--quiet', '--detach', ENV.fetch('REF')
          end
          execute :rsync, '-a', '--delete', '--exclude=.git',
                  "--rsh='ssh -F #{ENV.fetch('SSH_CONFIG')}'",
                  "#{ENV.fetch('CHECKOUT')}/", "target:#{copy}/"
        end
        on(release_roles(:all)) { execute :cp, '-a', copy, release_path }
      end

      task(:set_current_revision) { set :current_revision, ENV.fetch('REF') }
    end
  end
end
