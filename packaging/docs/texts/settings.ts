// Explains every setting of argo.yml; a setting without a text fails `npm run check:docs`.

/** At the top of argo.yml. */
export const topTexts: Record<string, string> = {
  docs_url:
    "Where people read `docs/` of this version: a folder on the repository's website, or a site that `npm run docs:site` built. Each failure in a thread links to its entry there.",
};

/** By the path below a service. */
export const serviceTexts: Record<string, string> = {
  'source.git': 'The repository. Use either `git` with `branch`, or `path`.',
  'source.branch': 'The branch that `/argo deploy` deploys when nobody names a ref.',
  'source.path':
    'A clean clone beside the bot. argo-bot deploys the commit that is checked out there.',
  'source.directory': 'Where the service is in the repository. `.` is its top.',
  'source.allowed_refs':
    'Branches (`release/*`) and tags (`refs/tags/v*`) to deploy from. A commit must be reachable from one of them. `*` is every branch and tag, an empty list is none. Without this setting: the declared branch.',
  'source.web':
    "The repository's website, for links to commits and diffs. Without it, derived from the address of GitHub, GitLab, Gitea, Forgejo and Bitbucket.",
  'source.max_checkout_bytes': 'The largest commit, all its files together, that argo-bot reads.',
  'source.require_signed': 'Deploys only commits that an allowed signer has signed.',
  'source.allowed_signers':
    "A file of ssh's allowed signers on the bot's machine (ssh-keygen(1)). It must not be in the repository.",
  'source.allowed_gpg_keys':
    "A file of public gpg keys on the bot's machine (`gpg --armor --export`). It must not be in the repository.",
  'files.required': 'Files, or globs, without which a commit is not deployed.',
  'files.encrypted':
    'Files that the service decrypts itself. Other ciphertext is refused or reported.',
  'files.ignore_file': 'The file in the commit that excludes files, by the rules of `.gitignore`.',
  'files.max_file_bytes': 'The largest file of a release.',
  'files.max_release_bytes': 'The largest release, all files together.',
  'checks.python':
    '`true` or `all` checks every Python file, `changed` those that differ from the live commit, `false` none. A group has the settings below.',
  'checks.python.files': 'Which files the bot checks. The hosts compile all of them.',
  'checks.python.unbound':
    'How possibly unbound names count. Default: an error if a path surely fails, else a warning.',
  'checks.python.exclude': 'Paths, folders or names of templates and test data.',
  'checks.python.version': "Replaces the version of the hosts' interpreter: `'3.11'`.",
  'checks.commands':
    "The team's own checks. They run in a sandbox on the worker's machine, before the approval.",
  'checks.commands[].name': 'Its name in the checklist.',
  'checks.commands[].run': 'The program and its arguments. No shell is involved.',
  'checks.commands[].timeout_seconds': 'After this time it is killed, and has failed.',
  'checks.commands[].network':
    "`true` opens the machine's network, with everything that listens on it.",
  'checks.commands[].read':
    'Folders that it may read besides `/usr` and the commit: `[/opt/venv]`.',
  'checks.commands[].memory_mb': 'The limit for all its processes and files.',
  'checks.dangerously_without_sandbox':
    'Runs these commands with all rights of the bot, its keys and tokens included.',
  entry: 'A file that must be in the release and must not be empty.',
  'python.interpreter': 'The interpreter on the hosts.',
  'python.requirements':
    'The requirements file. A new virtual environment is made when its inputs change.',
  'python.system_site_packages': "Lets the virtual environment see the host's own packages.",
  'python.wheels': 'A folder of wheels on the hosts, for hosts without a package index.',
  'python.require_hashes': 'Every package needs its digest (`pip --require-hashes`). Recommended.',
  'python.only_binary':
    'Installs wheels only, so that no package runs code at installation. Recommended.',
  'python.addresses': 'Further package indexes or folders that requirements may name.',
  'python.imports':
    "Modules that the release's interpreter must import before the service starts. It imports them without the service's environment variables.",
  'unit.user':
    'The user of the service. It must exist on the hosts. Default: a user named like the service.',
  'unit.exec_start':
    'The command of the service. `{venv}`, `{slot}`, `{slot_name}`, `{root}`, `{port}` and `{user}` are filled in.',
  'unit.template':
    'Your own unit file in the commit, instead of `exec_start`, `environment` and `options`.',
  'unit.allow':
    'systemd settings that the template may have besides those that any commit may write.',
  'unit.environment': 'Environment variables of the service.',
  'unit.options':
    'Lines of `[Service]` that are added, or replace those of argo-bot: `PrivateDevices: false`.',
  'unit.memory_max': 'The memory limit of the service (`MemoryMax`).',
  'unit.limit_nofile': 'The limit of open files (`LimitNOFILE`).',
  'unit.stop_timeout_seconds':
    'The time that the service gets to stop (`TimeoutStopSec`) before it is killed.',
  'unit.log_files':
    'Log files that the service writes itself. Files of `StandardOutput=` and `StandardError=` are found.',
  'health.path': 'The health address of the service, as a path.',
  'health.headers': 'Headers of every health request and smoke test.',
  'health.host': 'The `Host` header, for a service that checks its name.',
  'health.status':
    'Where the JSON answer has the status: `status`, `checks[0].db`, or `.` for the whole answer. Without it every 2xx is healthy.',
  'health.healthy':
    'Values that mean healthy. They are compared by type and case: `true` is not `"true"`.',
  'health.degraded': 'Values that mean degraded.',
  'health.allow_degraded':
    '`true` lets a degraded release go live, with a warning on the card. `false` refuses it, and rolls it back in the watch.',
  'health.version':
    'Where the answer has the value of the variable `ARGO_RELEASE`. With it, old code cannot pass for the new release.',
  'health.passes': 'Good answers in a row that make a release healthy.',
  'health.interval_ms': 'The pause between two health requests while the service starts.',
  'health.timeout_seconds': 'The time that a release has to become healthy.',
  'health.request_timeout_ms': 'The time that one answer may take, everywhere.',
  smoke:
    'Requests that a release must answer: in its idle slot before the approval, and at the public address after the switch.',
  'smoke[].name': 'Its name in messages.',
  'smoke[].path': 'The path that is requested.',
  'smoke[].method': '`HEAD` has no body, so no `json`.',
  'smoke[].status': 'The HTTP status that is expected.',
  'smoke[].request_headers': 'Headers in addition to `health.headers` and `health.host`.',
  'smoke[].headers': 'What the headers of the answer must have.',
  'smoke[].headers[].name': 'The header.',
  'smoke[].headers[].exists': 'Whether it must be there.',
  'smoke[].headers[].equals': 'Its exact value.',
  'smoke[].headers[].matches': 'A regular expression for its value.',
  'smoke[].json': 'What the JSON answer must have.',
  'smoke[].json[].path':
    'A place in the answer: `services.cache`, `signals[0].symbol`, `signals.length`.',
  'smoke[].json[].exists': 'Whether it must be there.',
  'smoke[].json[].type': 'Its type.',
  'smoke[].json[].equals': 'Its exact value.',
  'smoke[].json[].matches': 'A regular expression for its value.',
  'smoke[].json[].min': 'The least number.',
  'smoke[].json[].max': 'The largest number.',
  'smoke[].max_latency_ms': 'The time that the answer may take.',
  'smoke[].retries': 'Further tries after a failure.',
  'smoke[].interval_ms': 'The pause between two tries.',
  'config.file':
    "The one source of the config: absolute on the bot's machine, or relative to `source.directory`. JSON, YAML, TOML or `.env`.",
  'config.target': "Where the release has it. The file has mode 0600 and is the service user's.",
  'config.dialect':
    'Who reads a `.env` file. Default: systemd if the unit names it as `EnvironmentFile=`, else dotenv.',
  'config.yaml': 'The version of YAML. Default: 1.1 for a Python service (PyYAML), else 1.2.',
  'config.rules': 'What the keys of the config must be.',
  'config.rules[].key': 'The dotted key: `massive.api_key`.',
  'config.rules[].required': 'The key must be there and must not be a placeholder.',
  'config.rules[].type': 'Its type.',
  'config.rules[].length': 'Exact number of characters of a text, or of items of a list.',
  'config.rules[].min_length': 'Least number of characters or items.',
  'config.rules[].max_length': 'Largest number of characters or items.',
  'config.rules[].min': 'The least number.',
  'config.rules[].max': 'The largest number.',
  'config.rules[].pattern': 'A regular expression for the value.',
  'config.rules[].one_of': 'The values that are allowed.',
  'config.rules[].forbidden': 'The key must not be there.',
  'config.rules[].secret': 'Masks the value even if it is a word or a short number.',
  'config.rules[].not_placeholder':
    'Refuses placeholders such as `CHANGEME`. Default: true for required keys.',
  'config.public':
    'Keys whose values may be shown: `[alpaca.base_url, universe.*]`. All others are secret unless they plainly are none.',
  'config.probes': 'Requests that try a key with its provider at every deployment.',
  'config.probes[].name': 'Its name in messages.',
  'config.probes[].key': 'The key that is tried.',
  'config.probes[].url':
    'An `https://` address. `{value}` is the key, `{config:other.key}` another one.',
  'config.probes[].headers': "Headers of the request: `{ Authorization: 'Bearer {value}' }`.",
  'config.probes[].environments': 'The environments in which it runs. Default: all.',
  'config.probes[].from':
    "`bot` asks from the bot's machine, `host` through the connection to each host.",
  'config.probes[].status': 'Answers that accept the key.',
  'config.probes[].refused': 'Answers that refuse the key. The deployment stops.',
  'config.probes[].timeout_seconds': 'The time that the answer may take.',
  'config.probes[].unreachable':
    'What happens if the provider does not answer: a warning on the card, or a stop.',
  min_free_mb: 'Free space that the disk of a host must keep.',
};

/** By the path below an environment. */
export const environmentTexts: Record<string, string> = {
  hosts: 'One to fifty hosts.',
  'hosts[].name': 'Its name in Slack and in commands.',
  'hosts[].address': 'Its host name or IP address.',
  'hosts[].port': 'The port of sshd.',
  'hosts[].user': 'The user of the bot on the host. See "Add a host".',
  'hosts[].host_keys':
    "The host's public keys, as `ssh-keyscan` prints them, without the address. Compare the fingerprint on the host's console first.",
  'hosts[].identity_file':
    'The private key of the bot, mode 0600. A relative path counts from argo.yml.',
  root: 'The folder of releases, slots and state on the hosts. Not below `/home`, which units cannot see.',
  strategy: '`proxy` (the default) switches nginx between two slots. `restart` restarts one unit.',
  slots: 'The two slots. Only with `strategy: proxy`.',
  'slots.blue': 'The slot blue.',
  'slots.blue.port': 'The port of the service in this slot.',
  'slots.green': 'The slot green.',
  'slots.green.port': 'The port of the service in this slot.',
  proxy: 'nginx on the hosts. Only with `strategy: proxy`.',
  'proxy.upstream_file': 'The file with the upstream and nothing else. argo-bot owns it.',
  'proxy.upstream': 'The name of the upstream, as in `proxy_pass http://argo_trading;`.',
  'proxy.public_url': 'Where nginx serves the service, seen from the host itself, over plain HTTP.',
  old_slot:
    'What the old slot does after the watch. `warm` keeps it running, so a rollback is one reload of nginx. Only with `strategy: proxy`.',
  port: 'The port of the service. Only with `strategy: restart`.',
  public_url:
    'Where users reach the service, seen from the host. Only with `strategy: restart`. Default: the port.',
  unit_name: "The unit of the service. Only with `strategy: restart`. Default: the service's name.",
  config_file: 'Replaces `config.file` in this environment.',
  config_locations: 'Further places on the hosts that must have the same config.',
  health_host: 'Replaces `health.host` in this environment.',
  'watch.checks': 'Checks after the switch.',
  'watch.interval_seconds': 'The pause between two checks.',
  'watch.degraded_for': 'Degraded checks in a row that raise an alert.',
  'watch.unavailable_for': 'Unavailable checks in a row that roll back.',
  'watch.guard_after_seconds':
    'After this time without the bot, a host rolls an unhealthy release back automatically.',
  'approval.four_eyes': 'The person who asked cannot approve.',
  'approval.approvers': 'How many different people must approve.',
  'approval.before':
    'When the approval is asked: before traffic moves, or (`start`) before any code of the commit runs on a host.',
  'approval.authors':
    'Whether people who wrote the commits since the live release may approve. `may_not_approve` needs `four_eyes`.',
  'approval.author_emails':
    "Whose commit addresses are that Slack does not know: a user id, or `nobody` for a machine's.",
  'approval.expires_minutes': 'How long a card can be approved.',
  'access.deploy': 'May deploy, restart, retry, lock, and read logs and configs.',
  'access.approve': 'May approve and reject.',
  'access.rollback': 'May roll back, acknowledge and snooze alerts.',
  'access.unlock': 'May unlock and unfreeze.',
  'access.break_glass':
    'May approve alone in an emergency, with a reason that the whole channel sees.',
  'access.channels': 'Ids of the channels (`C…`) in which commands are accepted.',
  keep_releases: 'How many good releases stay on a host.',
};
