// Decides why sudo did not run a script as root, and what root must do on that host.

export interface Refusal {
  why: string;
  /** A command for root on that host. */
  next: string;
}

export interface Refused {
  user: string;
  stderr: string;
  /** The output of `sudoRulesCommand`: the user's groups and sudo rules. */
  rules: string;
}

/** sudo applies the last matching rule, so the file name sorts after all others. */
const allowShell = (user: string): string =>
  inSudoers('zz-argo-bot', `${user} ALL=(root) NOPASSWD: /bin/sh`);

function inSudoers(name: string, line: string): string {
  const file = `/etc/sudoers.d/${name}`;
  return `echo '${line}' > ${file} && chmod 440 ${file} && visudo -c`;
}

interface Cause {
  says: RegExp;
  is: (found: RegExpExecArray, refused: Refused) => Refusal;
}

/** Faults in sudo's own files come before missing passwords, because they also make sudo ask for a password. */
const causes: Cause[] = [
  {
    says: /you must have a tty to run sudo/,
    is: (_, { user }) => ({
      why: 'sudo wants a terminal (requiretty), and a deployment has none',
      next: inSudoers('zz-argo-bot-tty', `Defaults:${user} !requiretty`),
    }),
  },
  {
    says: /(\/\S+) is ((?:owned by [ug]id|mode) \d+, should be \d+|(?:world|group) writable)/,
    is: ([, file = '', how]) => ({
      why: `sudo does not read ${file}, because it is ${how}`,
      next: `chown root:root ${file} && chmod ${file.endsWith('.d') ? 755 : 440} ${file} && visudo -c`,
    }),
  },
  {
    says: /(\/[^\s:]+)(?::| near line |: syntax error near line )(\d+)(?::\d+)?:? ?(?:syntax error|.*)/,
    is: ([, file, line]) => ({
      why: `sudo ignores line ${line} of ${file}, which has a syntax error`,
      next: `\`visudo -f ${file}\`, and correct line ${line}. Then \`visudo -c\` must report no error.`,
    }),
  },
  {
    says: /no new privileges/,
    is: () => ({
      why: 'nothing in this session can become root (no_new_privs), as in a container or a unit of systemd with NoNewPrivileges=yes',
      next: '`systemctl edit ssh`, and set NoNewPrivileges=no. In a container, set allowPrivilegeEscalation: true. Or set user: root in argo.yml.',
    }),
  },
  {
    says: /is (\/\S+) on a file system with the 'nosuid' option/,
    is: ([, file]) => ({
      why: `${file} lies on a file system that is mounted with nosuid, so it cannot become root`,
      next: `\`mount -o remount,suid "$(findmnt -no TARGET -T ${file})"\`, and remove nosuid from /etc/fstab.`,
    }),
  },
  {
    says: /(\/?\S+) must be owned by uid 0 and have the setuid bit set/,
    is: ([, file = '']) => {
      const path = file.startsWith('/') ? file : '/usr/bin/sudo';
      return {
        why: `${path} is not owned by root, or has lost its setuid bit`,
        next: `chown root:root ${path} && chmod 4755 ${path}`,
      };
    },
  },
  {
    says: /env: .sudo.: No such file|sudo: (?:command )?not found/,
    is: (_, { user }) => ({
      why: 'sudo is not installed',
      next: `apt-get install -y sudo && ${allowShell(user)}`,
    }),
  },
  {
    says: /env: .sudo.: Permission denied/,
    is: (_, { user }) => ({
      why: `${user} is not allowed to execute sudo`,
      next: '`chmod 4755 "$(command -v sudo)"` lets all users execute it.',
    }),
  },
  {
    says: /[Aa]ccount (?:or password is )?expired/,
    is: (_, { user }) => ({
      why: `the account or the password of ${user} has expired`,
      next: `chage -E -1 -M -1 ${user}`,
    }),
  },
  {
    says: /account validation failure/,
    is: (_, { user }) => ({
      why: `PAM does not let the account ${user} use sudo: it is locked, or /etc/pam.d/sudo refuses it`,
      next: `\`usermod -U ${user}\` unlocks it. If that does not help, \`journalctl -t sudo -n 20\` shows what refuses it.`,
    }),
  },
  {
    says: /^.*PAM.*$/m,
    is: ([line]) => ({
      why: `PAM fails for sudo (${line})`,
      next: '`journalctl -t sudo -n 20` names the module. Correct it in /etc/pam.d/sudo.',
    }),
  },
  {
    says: /not exist in the passwd database|unknown (?:uid|user)/,
    is: (_, { user }) => ({
      why: `the host does not know the account ${user} at the moment`,
      next: `\`getent passwd ${user}\` must print a line. If the account comes from a directory, check \`systemctl status sssd nslcd\`.`,
    }),
  },
  {
    says: /^[a-z-]+: \d+: head: Permission denied/m,
    is: (_, { user }) => ({
      why: `the sudo rule of ${user} forbids a command to start others (NOEXEC)`,
      next: inSudoers('zz-argo-bot', `${user} ALL=(root) NOPASSWD:EXEC: /bin/sh`),
    }),
  },
  {
    says: /is not in the sudoers file|may not run sudo|afraid I can't do that/,
    is: (_, { user }) => ({ why: `${user} is not in sudoers`, next: allowShell(user) }),
  },
  {
    says: /is not allowed to execute/,
    is: (_, { user, rules }) => ({
      why: `the sudo rules of ${user} do not allow /bin/sh${quoteRules(rules)}`,
      next: allowShell(user),
    }),
  },
  {
    says: /password is required|read the password|no askpass|authentication is required/,
    is: (_, refused) => withoutPassword(refused),
  },
  {
    says: /^sudo(?:-rs)?: (.*)$/m,
    is: ([, line]) => ({
      why: `sudo does not work on this host (${line})`,
      next: '`visudo -c` shows errors in its files. If it shows none, `apt-get install --reinstall sudo`.',
    }),
  },
];

/** Warnings after which sudo still runs the command. */
const harmless = /^sudo: (?:unable to resolve host|setrlimit\(|warning).*$/gm;

/** Returns undefined if stderr shows no refusal of sudo. */
export function explainSudoRefusal(refused: Refused): Refusal | undefined {
  const stderr = refused.stderr.replace(harmless, '');
  for (const { says, is } of causes) {
    const found = says.exec(stderr);
    if (found) return is(found, refused);
  }
  return undefined;
}

/** sudo asks for a password for every command that its rules do not allow, so its rules name the cause. */
function withoutPassword({ user, rules }: Refused): Refusal {
  const next = allowShell(user);
  if (quoteRules(rules) !== '') {
    return {
      why: `the sudo rules of ${user} do not allow /bin/sh as root${quoteRules(rules)}`,
      next,
    };
  }
  const [, group] = /^groups:.* (sudo|wheel|admin)\b/m.exec(rules) ?? [];
  if (group !== undefined) {
    return { why: `the sudo rule of ${user} (group ${group}) asks for a password`, next };
  }
  return {
    why: `the user "${user}" cannot use sudo without a password`,
    next,
  };
}

/** Quotes the user's sudo rules in a message: `: only (root) NOPASSWD: /usr/bin/systemctl`. Empty if there are none. */
function quoteRules(rules: string): string {
  const [, listed = ''] = /may run the following commands on \S+:\n((?: .*\n?)+)/.exec(rules) ?? [];
  const lines = listed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.length === 0 ? '' : `: only ${lines.slice(0, 3).join('; ').slice(0, 200)}`;
}
