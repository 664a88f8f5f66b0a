// Decides why this machine cannot make a sandbox, and what the operator must do.
import { existsSync, readFileSync } from 'node:fs';

export interface NoSandbox {
  why: string;
  next: string;
}

export interface Machine {
  /** The content of a file in /proc/sys; undefined if it does not exist. */
  setting: (name: string) => string | undefined;
  container: boolean;
  root: boolean;
}

const thisMachine: Machine = {
  setting(name) {
    try {
      return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
    } catch {
      return undefined;
    }
  },
  container: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  root: process.getuid?.() === 0,
};

/** The next step if the cause is unknown. */
const OTHERWISE =
  'run the worker on a machine that can make one (docs/explanation/checks.md), or remove checks.commands from argo.yml.';

const IN_COMPOSE =
  "security_opt: ['no-new-privileges:true', seccomp=unconfined, apparmor=unconfined, systempaths=unconfined]";

/** What the shell writes before an error: the name of its script, and the line in it. */
const OF_SHELL = /^(?:room|join|sh): (?:line )?\d+: /;

export function explainNoSandbox(output: string, machine: Machine = thisMachine): NoSandbox {
  const said = (output.trim().split('\n').at(-1) ?? '').replace(OF_SHELL, '');
  const why = said === '' ? 'its programs wrote nothing' : said;
  return { why, next: advice(said, machine) };
}

function advice(said: string, { setting, container, root }: Machine): string {
  if (/\b(unshare|setpriv|prlimit|mount|pivot_root)\b.*(not found|ENOENT)/.test(said)) {
    return "install its programs on the bot's machine: `apt-get install --yes util-linux mount`";
  }
  if (/No space left on device/.test(said)) {
    return 'set a larger memory_mb for this command in argo.yml: the copy of the checkout does not fit.';
  }
  if (/^\/.* does not exist$/.test(said)) {
    return "correct `read` of this command in argo.yml, or create that path on the bot's machine.";
  }
  if (container) {
    return `add this to the worker in docker-compose.yml, because the container forbids it: \`${IN_COMPOSE}\``;
  }
  if (root) return OTHERWISE;
  if (setting('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return sysctl('kernel.apparmor_restrict_unprivileged_userns=0');
  }
  if (setting('kernel/unprivileged_userns_clone') === '0') {
    return sysctl('kernel.unprivileged_userns_clone=1');
  }
  if (setting('user/max_user_namespaces') === '0') {
    return sysctl('user.max_user_namespaces=10000');
  }
  return OTHERWISE;
}

function sysctl(assignment: string): string {
  return `as root on the bot's machine: \`echo '${assignment}' > /etc/sysctl.d/60-argo-bot.conf && sysctl --system\``;
}
