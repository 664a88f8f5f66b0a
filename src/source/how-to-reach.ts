import { hostname, userInfo } from 'node:os';

interface Cause {
  /** What git or ssh writes, in the C locale. */
  says: RegExp;
  next: (address: string, server: string) => string;
}

/** The first that fits: what comes later in the list is wider. */
const causes: Cause[] = [
  {
    says: /host key verification failed|no matching host key|remote host identification has changed/i,
    next: (_address, server) =>
      `ssh does not know the key of ${server}, or another one. Compare it with what its operator publishes, then: ssh-keyscan ${server} >> ~/.ssh/known_hosts`,
  },
  {
    says: /permission denied \(.*publickey|too many authentication failures|no such identity/i,
    next: (_address, server) =>
      `${server} takes none of the SSH keys of that user. Give the public one (ls ~/.ssh/*.pub; ssh-keygen -t ed25519 where there is none) to the repository as a deploy key; reading is enough.`,
  },
  {
    says: /terminal prompts disabled|could not read (username|password)|authentication failed|returned error: 40[13]|invalid (username|credentials)/i,
    next: (_address, server) =>
      `${server} wants a user and a token, or refuses those it was given. Put them into the address in argo.yml (https://user:token@${server}/…, mode 0600) or into the git credentials of that user; the token needs no more than to read.`,
  },
  {
    says: /dubious ownership/i,
    next: (address) =>
      `The folder belongs to somebody else: git config --global --add safe.directory ${address}`,
  },
  {
    says: /could not resolve|name or service not known|temporary failure in name resolution/i,
    next: (_address, server) =>
      `The name ${server} leads nowhere from there: getent hosts ${server}. Correct the address in argo.yml, /etc/resolv.conf, or the proxy (https_proxy).`,
  },
  {
    says: /repository .*not found|not found|does not exist|does not appear to be a git repository|returned error: 404/i,
    next: () =>
      'There is no such repository, or that user may not see it: servers say the same of private ones. Correct the address in argo.yml, or give that user a deploy key or a token.',
  },
  {
    says: /no answer in|timed? ?out|connection refused|connection reset|no route to host|network is unreachable|couldn't connect/i,
    next: (address, server) =>
      `${server} does not answer from there: a firewall, a proxy that is not set (https_proxy), or the wrong port in ${address}.`,
  },
];

const otherwise = (): string =>
  'Mend what it says; a private repository needs a deploy key or a token.';

/**
 * What to do where a repository cannot be read: by what git wrote about it, on which machine and as whom, since
 * another user has other keys. `shown` has no credentials in it any more.
 */
export function howToReach(shown: string, why: string): string {
  const cause = causes.find(({ says }) => says.test(why));
  const todo = (cause?.next ?? otherwise)(shown, serverOf(shown));
  return `On ${hostname()} as ${whoami()}: git ls-remote ${shown}. ${todo}`;
}

/** In a container the user may be a number that has no name. */
function whoami(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

/** `host` of `scheme://user@host:port/path` and of `user@host:path`; a folder is on no server. */
function serverOf(shown: string): string {
  if (URL.canParse(shown)) return new URL(shown).hostname || 'the folder';
  return /^[^@/]+@([^:/]+):/.exec(shown)?.[1] ?? 'the folder';
}
