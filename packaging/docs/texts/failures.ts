// Explains every code of a failure: its cause and its remedy.
import type { FailureCode } from '../../../src/deploy/record/codes.ts';

/** Cause, remedy. */
export const failureTexts: Record<FailureCode, readonly [string, string]> = {
  // errors-bot
  'argo-yml': [
    'argo.yml has mistakes: wrong names, types or combinations.',
    'Correct the lines that the message names. Then run `argo-bot check`.',
  ],
  'argo-yml-missing': [
    'argo.yml is not at the path in `--config` or `ARGO_CONFIG`, or the user who runs argo-bot may not read it.',
    "Copy the example `argo.yml` there, or correct `ARGO_CONFIG`. The bot's user must be able to read it.",
  ],
  'bad-bot-token': [
    'Slack refuses the bot token. It was revoked, or it belongs to another app.',
    'Copy the token (`xoxb-…`) from OAuth & Permissions into `SLACK_BOT_TOKEN`. Then restart the bot.',
  ],
  'crash-loop': [
    'Five workers stopped in the middle of the same phase. The kernel or a supervisor killed them.',
    "Read the worker's log, and `dmesg` for the OOM killer. Then deploy again.",
  ],
  'damaged-journal': [
    'The record of the deployment lacks a fact that an earlier stage wrote.',
    'Deploy again. This stage changed nothing live.',
  ],
  'data-folder': [
    "The bot's user cannot create or read the folder `ARGO_DATA`, or root starts argo-bot in the folder of another user.",
    "Start argo-bot as the folder's user. As root, `chown -R argo-bot /var/lib/argo-bot`, or set `ARGO_DATA` to another folder.",
  ],
  environment: [
    'An environment variable is missing or has a wrong value.',
    'Correct the variables that the message names in `.env`. Then start again.',
  ],
  fenced: [
    'Another worker has taken over this deployment. The worker that wrote this stopped.',
    'Nothing. The other worker continues.',
  ],
  interrupted: [
    'The worker was told to stop, or lost its lock.',
    'Nothing. Another worker continues.',
  ],
  'journal-unreadable': [
    'The record of a deployment in Redis cannot be read.',
    "On the bot's machine run `argo-bot repair ID`. It sets the record aside and locks the environment. Look at the hosts, then `/argo unlock`.",
  ],
  'no-fingerprint-key': [
    'The bot has no secret with which it can key the fingerprints of config values.',
    'Set `SLACK_BOT_TOKEN`. Then restart.',
  ],
  'no-journal': [
    'The record of a running deployment is gone: Redis has lost its data.',
    'See `/argo status` for what is live on the hosts. Then unlock and deploy again. Find out why Redis lost data.',
  ],
  'no-redis': [
    '`REDIS_URL` is not set, and no private Redis runs or can be started.',
    'Install `redis-server` on this machine, or set `REDIS_URL`. For a CLI command: start the bot first.',
  ],
  'ops-address': [
    'The address in `ARGO_HTTP` is taken, or does not belong to this machine.',
    'Set `ARGO_HTTP` to a free port. The bot and each worker need their own.',
  ],
  'org-wide-install': [
    'The Slack app is installed for a whole organization.',
    'Install it in one workspace, and put that bot token into `SLACK_BOT_TOKEN`.',
  ],
  'records-unreachable': [
    'Redis did not answer, so nothing was read or changed. Running deployments wait.',
    "Check Redis from the bot's machine. Deployments continue by themselves when it is back.",
  ],
  'redis-evicts': [
    'Redis deletes keys when its memory is full (`maxmemory-policy`). Records could disappear.',
    'Set `maxmemory-policy noeviction` in its configuration.',
  ],
  'redis-not-ours': [
    "Another Redis answers at the private Redis's place, or its folder belongs to another user.",
    'Do what the message says, or set `REDIS_URL`.',
  ],
  'redis-read-only': [
    'The Redis of `REDIS_URL` is a replica, so nothing can be written.',
    'Point `REDIS_URL` to the master, or to the Sentinels.',
  ],
  'redis-unreachable': [
    'Redis is down, is at another address, or refuses the connection (password, TLS, disk full).',
    'Do what the message says: it has the reason that Redis gave.',
  ],
  'setup-failed': [
    '`argo-bot host setup` could not run as root on the host.',
    'Try `ssh <user>@<host> sudo -n true`. Or run `argo-bot host setup --print` and execute the script by hand.',
  ],
  'target-gone': [
    'argo.yml no longer has the service or environment that is being deployed.',
    'Restore it in argo.yml and restart the worker. The deployment then continues.',
  ],
  unexpected: [
    'argo-bot has a bug. Its log has the details under the id of the message.',
    'Report it with these lines of the log.',
  ],

  // errors-commit
  'ambiguous-ref': [
    'A branch or tag is named like the beginning of a commit.',
    'Type the full sha, or `refs/heads/<branch>` for the branch.',
  ],
  'check-failed': [
    "A command of the team (`checks.commands`) failed, ran out of time, or is missing on the worker's machine.",
    'Fix what its log shows, commit, and deploy the new commit. A missing program: install it below `/usr`, or name its folder in `read`.',
  ],
  'checkout-failed': [
    "The copy of the commit for the team's commands could not be written to the bot's disk.",
    'Free space below `ARGO_DATA` (`df -h`, `df -i`). Then deploy again.',
  ],
  'config-format': [
    'The config has an extension that argo-bot cannot check.',
    'Keep it as `.json`, `.yml`, `.yaml`, `.toml` or `.env`.',
  ],
  'config-invalid': [
    'The config cannot be parsed, has a key twice, or breaks a rule of `config.rules`.',
    'Correct it at its source, then `/argo config check`.',
  ],
  'config-missing': [
    "The config file is missing, or the bot's user cannot read it.",
    'Check its path in `config.file`. Then `chown argo-bot` and `chmod 600` the file.',
  ],
  'config-moved': ['Somebody edited the config while it was being deployed.', 'Deploy again.'],
  'files-changed': [
    'A file changed while argo-bot read or sent it.',
    'Find out what writes into the folders of argo-bot. Then deploy again.',
  ],
  'files-missing': [
    'A required file is not in the release: not committed, empty, misspelt, or excluded by a rule. The message says which.',
    'Commit the file, or narrow the rule in `.deployignore` (`!path` after it includes it again).',
  ],
  'files-too-many': [
    'The release has more than 200,000 paths.',
    'Exclude data folders in `.deployignore`, and remove links to folders that hold such links.',
  ],
  'key-refused': [
    'The provider refuses a key of the config (401 or 403).',
    'Put the right key into the config at its source. Check for a typo, a revoked key, or an allow list of addresses.',
  ],
  'no-git': [
    "git is not installed on the bot's machine.",
    'Run `apt-get install git`. Then deploy again.',
  ],
  'no-sandbox': [
    'The machine of the worker cannot create the sandbox for `checks.commands`. User namespaces or mounts are forbidden, or a program is missing.',
    'Do what the message says. `argo-bot doctor` tries it. See [Commands of the team](../explanation/checks.md#commands-of-the-team).',
  ],
  'no-such-directory': [
    'The folder in `source.directory` is not in the commit.',
    'Correct `source.directory` in argo.yml. `.` is the top of the repository.',
  ],
  'not-a-git-tree': [
    'The folder is not in a git work tree.',
    'Go into the checkout of the service, or correct `source.path`.',
  ],
  'not-signed': [
    '`source.require_signed` is set, and no allowed signer has signed the commit.',
    'Have an allowed signer sign the commit, and push it.',
  ],
  'probe-failed': [
    'The provider answered a probe with an unexpected status, or did not answer and `unreachable: stop` is set.',
    'Correct `config.probes` in argo.yml, or wait for the provider.',
  ],
  'python-check-crashed': [
    'The Python checks did not end.',
    'Deploy again. If it happens again, set `checks: { python: false }` for now and report the file.',
  ],
  'python-findings': [
    'Python files have errors: syntax, undefined names, names that are surely unbound, or code that the Python of a host cannot compile.',
    'Fix the lines, commit, deploy. `checks.python` excludes templates and test data.',
  ],
  'python-unfinished': [
    'A host did not compile all Python files in time.',
    'Deploy again: what is compiled is remembered. Exclude generated files.',
  ],
  'ref-not-allowed': [
    'No branch or tag of `source.allowed_refs` reaches the commit.',
    'Merge it, or allow its branch with the line that the message shows.',
  ],
  'signers-unreadable': [
    'The file of allowed signers is missing or unreadable, or it is in the repository.',
    "Put it on the bot's machine, outside the repository, readable for the bot's user.",
  ],
  'source-unreachable': [
    'git cannot reach or read the repository.',
    'Do what the message says: a host key, a deploy key, a token, the name, or the network.',
  ],
  submodules: [
    'The commit has git submodules. argo-bot does not fetch them.',
    'Put those files into the repository, or make a package of them.',
  ],
  'tree-not-clean': [
    'The clone in `source.path` has changes that are in no commit.',
    'Commit them, or add what is never deployed to `.gitignore`.',
  ],
  'unit-template': [
    'The unit template is not in the commit, lacks a line that it needs, or has an unknown placeholder.',
    'Correct it, commit, and deploy the new commit.',
  ],
  'unknown-ref': [
    'There is no branch, tag or commit of that name.',
    'Check the spelling, and push it.',
  ],
  'unsafe-ref': ['The text is not a name that git accepts.', 'Name a branch, a tag or a commit.'],
  'unsafe-source': [
    'The repository address in argo.yml is not one that argo-bot gives to git.',
    'Use `https://host/owner/name.git`, `git@host:owner/name.git` or an absolute path.',
  ],
  'unsafe-tree': [
    'The commit is too large for `source.max_checkout_bytes`, or has a path that cannot be written.',
    'Remove the data or rename the path, or raise `source.max_checkout_bytes`.',
  ],

  // errors-host
  'auth-refused': [
    "The host does not accept the bot's key.",
    'Run `argo-bot host setup --host <host> --as <you>`. On the host, `journalctl -u ssh -n 20` says why sshd refuses it.',
  ],
  'connection-dropped': [
    'The host took the connection and ended it at once: its sshd restarts, or has too many logins at a time. The bot tried again for five seconds.',
    'Raise `MaxStartups` in `/etc/ssh/sshd_config` on the host, or deploy again when sshd is up.',
  ],
  'handshake-failed': [
    'The host and the bot have no SSH algorithm in common. The bot accepts none with SHA-1 or CBC.',
    'Allow one of the algorithms of the message in `/etc/ssh/sshd_config`. Then `sshd -t && systemctl reload ssh`.',
  ],
  'host-busy': [
    'Another script of argo-bot still runs on the host.',
    'Wait, then deploy again. `fuser -v <root>/state/lock` on the host shows the process.',
  ],
  'host-down': [
    'The host does not answer: it is down, a firewall blocks it, or the address or port is wrong.',
    "Run `nc -vz <address> <port>` from the bot's machine. Start the host or open the port, then deploy again.",
  ],
  'host-going-down': [
    'The host is restarting, or its systemd does not respond.',
    'Wait until `systemctl is-system-running` says `running` there. Then deploy again.',
  ],
  'host-key-mismatch': [
    'The host shows another key than the pinned one. It was reinstalled, or something else answers there.',
    "Compare the fingerprint on the host's console before you change `host_keys`.",
  ],
  'identity-encrypted': [
    "The bot's key has a passphrase, which nobody can type.",
    "Create one without: `ssh-keygen -t ed25519 -N '' -f <file>`. Then run `argo-bot host setup`.",
  ],
  'identity-missing': [
    'The file in `identity_file` does not exist.',
    'Correct the path in argo.yml, or put the key there.',
  ],
  'identity-too-open': ['Other users can read the private key.', 'Run `chmod 600 <file>`.'],
  'identity-unreadable': [
    "The bot's user cannot read the private key.",
    'Run `chown argo-bot <file>`.',
  ],
  'identity-unusable': [
    'The file in `identity_file` is not a private key that argo-bot can read.',
    "Create one: `ssh-keygen -t ed25519 -N '' -f <file>`.",
  ],
  'link-lost': [
    'The SSH connection ended during a command. argo-bot had tried again for 90 seconds.',
    'Check the network between the bot and the host. Then deploy again.',
  ],
  'login-shell': [
    "The user's login shell did not start `/bin/sh`: nologin, a forced command, or a start file that reads the input.",
    'Do what the message says. Any shell that starts `/bin/sh` works.',
  ],
  'modes-differ': [
    'Files do not keep their mode on the host.',
    'Check how the file system of `root` is mounted. It must keep permissions.',
  ],
  'never-began': [
    'The command did not start on the host in time. Nothing was done.',
    'Check the load of the host and its SSH sessions. Then deploy again.',
  ],
  'no-exit-code': [
    'The command ended without an exit code: the connection or sshd ended first.',
    'Check the host. Then deploy again.',
  ],
  'no-host-keys': [
    'The host has no `host_keys` in argo.yml.',
    "Add them from `ssh-keyscan`, after you compared the fingerprint on the host's console.",
  ],
  'no-room': [
    'The disk of the host has too little space for the release. Nothing was sent.',
    'Free space below `root` (`df -h`). Then deploy again.',
  ],
  'output-too-long': [
    'A command wrote more than argo-bot reads.',
    'Look on the host at what it prints. A login shell that prints a lot is the usual cause.',
  ],
  'path-untrusted': [
    'Others than root can write to a folder on the way to `root`, so they decide what root changes.',
    'Run the command at the end of the message as root on that host: `chown root <folder> && chmod go-w <folder>`.',
  ],
  'payload-failed': [
    'Sending data to the host failed on the side of the bot.',
    "Fix the cause in the message on the bot's machine. Then deploy again.",
  ],
  'runner-outdated': [
    'The host has the scripts of another version of argo-bot.',
    'Run `argo-bot host setup --host <host> --as <you>`. See [Upgrade](../how-to/upgrade.md).',
  ],
  'runner-refused': [
    "The host's root file does not allow this: argo.yml has another root, unit, port, proxy or location than at the last setup.",
    'If argo.yml is right, run `argo-bot host setup --host <host> --as <you>`.',
  ],
  'script-failed': [
    'A script failed on the host. The message has its last lines.',
    'Fix the cause on the host. Then deploy again.',
  ],
  'session-refused': [
    'sshd refused a further session.',
    'Set `MaxSessions` to 10 or more in `/etc/ssh/sshd_config`. The bot uses at most 8.',
  ],
  'sudo-refused': [
    'sudo refused to run the script as root. The message names the cause.',
    'Run the line of the message as root on that host.',
  ],
  'timed-out': [
    'A stage or a command did not end in time. It may still run.',
    'Check what hangs on the host. Then deploy again.',
  ],
  'tunnel-refused': [
    'sshd does not allow connections through SSH. argo-bot needs them for health checks.',
    'Set `AllowTcpForwarding local` in `/etc/ssh/sshd_config`, and remove `restrict` from a key that you installed by hand.',
  ],
  'unreadable-answer': [
    'A script succeeded, but its answer cannot be read.',
    'Check what the login shell of the user prints on the host.',
  ],
  'unreadable-host-key': [
    'A line in `host_keys` is not a key such as `ssh-ed25519 AAAA…`.',
    'Copy the line from `ssh-keyscan` again, without the address.',
  ],
  'unusable-parameter': [
    'A value in argo.yml cannot be sent to a script. Nothing was sent.',
    'Correct that value in argo.yml.',
  ],
  'upload-differs': [
    'Files arrive changed on the host, even after a second try.',
    'Check the disk of the host (`dmesg`, `smartctl`).',
  ],

  // errors-release
  'already-live': ['The release is live already.', 'Nothing. `/argo status` shows what is live.'],
  'approval-too-old': [
    'The approval expired before a worker could act on it. No traffic moved.',
    'Start a worker. Then deploy again.',
  ],
  'bad-answer': [
    'The service accepted the connection, but did not answer as HTTP.',
    'Check the protocol and port of the service, and its log.',
  ],
  cancelled: ['A person cancelled the deployment.', 'Nothing. Nothing live was changed.'],
  'config-location': [
    'The config cannot be written to a location on the host: others can write to its folder, or it is a folder, a mount or read-only.',
    'Correct the path on the host, or remove it from `config_locations`.',
  ],
  'connection-refused': [
    'Nothing listens on the port of the service.',
    'Check that the service opens `{port}`, and read its log.',
  ],
  degraded: [
    'The release reports that it is degraded, and `health.allow_degraded` is false.',
    'Fix what it reports, or allow degraded releases.',
  ],
  'died-since': [
    'The release ended, or was restarted, between its health check and the approval. No traffic moved.',
    'Read the log in the thread, fix the crash, deploy the new commit.',
  ],
  drift: [
    'Somebody changed the host between the approval card and the switch. No traffic moved.',
    'Find out who changed what. Then deploy again.',
  ],
  'guard-returned': [
    'A host rolled back automatically: the release was unhealthy, and argo-bot did not reach the host.',
    'Users are on the previous release. Read the log of the new one, and find out why argo-bot was away.',
  ],
  'hosts-disagree': [
    'The hosts have different live slots or releases, after a manual change or an interrupted rollback.',
    '`/argo rollback` puts all hosts on the same release.',
  ],
  'no-answer': [
    'The service accepts connections, but does not answer in time.',
    'Read its log. A slow start needs a higher `health.request_timeout_ms`.',
  ],
  'no-proxy': ['argo.yml changed to another `strategy` during the deployment.', 'Deploy again.'],
  'no-release-to-return-to': [
    'No good release is on every host. Only releases that passed their watch count.',
    'Deploy a commit that is known to work.',
  ],
  'nothing-live': [
    'Nothing is live on the host, so there is no log to show.',
    'Name a slot: `/argo logs blue`.',
  ],
  'nothing-to-restart': [
    'No release of argo-bot is live on the host.',
    'Restart the service with `systemctl`, or deploy a release.',
  ],
  'not-started': [
    'systemd did not start the service: a command of its unit failed, or it did not report in time that it is ready.',
    'The message says which. Correct it with the log in the thread, deploy the new commit.',
  ],
  'nothing-to-return-to': [
    'A first deployment failed, and nothing runs any more where users were before.',
    'Fix the cause, then `/argo unlock` and deploy the new commit.',
  ],
  'other-commit-live': [
    'Another commit is live on a host than the records say. A config push would bring code.',
    '`/argo deploy` the commit that you want.',
  ],
  'other-strategy': [
    'Units of another `strategy` or `unit_name` still run on the host.',
    'Restore the setting, or run the commands of the message. They end those units and keep their releases.',
  ],
  preflight: [
    'A check on a host failed before anything was started. Users were not affected. The message has all findings of all hosts: an import that fails, a missing user, entry file or interpreter, packages that cannot be installed, a port that is taken, too little disk or memory, a clock that differs by more than 30 s, or an nginx configuration with errors.',
    'Fix each finding: commit a fix for an import or a package, fix the host for all others. Then deploy again, or press Retry if the commit stays the same.',
  ],
  'proxy-broken': [
    'nginx refuses its configuration. Somebody changed it after the pre-flight checks. No traffic moved.',
    'Fix what `nginx -t` names. Then deploy again.',
  ],
  'public-health': [
    'The public address does not answer as the new release.',
    'Check that the site passes to the upstream (`nginx -T`), and that `proxy.public_url` is right.',
  ],
  'rolled-back-already': [
    'The last rollback succeeded, and nobody has unlocked since. Another rollback without a name would leave that release, too.',
    'If it is bad, too, name the release: `/argo rollback <release>`.',
  ],
  'service-dies': [
    'The service ends, or fails, instead of answering. Users are still on the previous release.',
    'Read the log in the thread, fix the crash, deploy the new commit.',
  ],
  'slot-is-live': [
    'The slot that was asked for serves users.',
    'Press the button for the other slot, or deploy without naming a slot.',
  ],
  'slot-occupied': [
    'A service from before argo-bot still runs in the folder of that slot.',
    'Stop it with the command of the message, when you no longer need it. Then deploy again.',
  ],
  'smoke-test': [
    'A smoke test failed: status, header, JSON value or latency.',
    'Read the log in the thread. Fix the service, or correct the test in argo.yml.',
  ],
  'tls-failed': [
    'No TLS connection from the host to the address of a probe.',
    'Check the certificate of that address as the host sees it.',
  ],
  'traffic-elsewhere': [
    'nginx and `.current_color` disagree, or a new host already sends users to the slot that is to be filled. argo-bot does not guess.',
    'If users are where they should be, write that colour into `<root>/.current_color`. If not: `/argo rollback`. For a new host, point its nginx to the other slot.',
  ],
  unhealthy: [
    'The release did not give enough good answers in a row in time.',
    'Read the log in the thread. A slow start needs a higher `health.timeout_seconds`.',
  ],
  'unit-refused': [
    'The unit has a setting that a commit may not write, a path that does not exist, or something that systemd refuses.',
    'Correct `unit` in argo.yml or the template. `unit.allow` permits a setting.',
  ],
  'wrong-release-answers': [
    'The service does not answer the value of `ARGO_RELEASE`, or an old process has the port.',
    'Answer that variable in the health answer, or remove `health.version`.',
  ],
};
