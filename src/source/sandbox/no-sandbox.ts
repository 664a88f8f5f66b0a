// Decides why this machine cannot make a sandbox, and what the operator must do.
import { existsSync, readFileSync } from 'node:fs';

/** The reason, and the next step for the operator. */
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
  'Run the worker where it can be made (docs/explanation/checks.md), or remove checks.commands from argo.yml.';

const IN_COMPOSE =
  "security_opt: ['no-new-privileges:true', seccomp=unconfined, apparmor=unconfined, systempaths=unconfined]";

export function explainNoSandbox(output: string, machine: Machine = thisMachine): NoSandbox {
  const said = output.trim().split('\n').at(-1) ?? '';
  const why = said === '' ? 'the programs that make it said nothing' : said;
  return { why, next: advice(said, machine) };
}

function advice(said: string, { setting, container, root }: Machine): string {
  if (/\b(unshare|setpriv|prlimit|mount|pivot_root)\b.*(not found|ENOENT)/.test(said)) {
    return 'Install its programs where the worker runs: apt-get install --yes util-linux mount';
  }
  if (/No space left on device/.test(said)) {
    return 'The copy of the checkout does not fit: set a larger memory_mb for this command in argo.yml.';
  }
  if (/^\/.* does not exist$/.test(said)) {
    return 'Correct `read` of this command in argo.yml, or create that path where the worker runs.';
  }
  if (container) {
    return `The container forbids it. Give the worker in docker-compose.yml: ${IN_COMPOSE}`;
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
  return `As root where the worker runs: echo '${assignment}' > /etc/sysctl.d/60-argo-bot.conf && sysctl --system`;
}
