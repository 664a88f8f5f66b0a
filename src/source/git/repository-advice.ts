// Decides what a person must do when git cannot read a repository, by what git or ssh printed.
import { hostname, userInfo } from 'node:os';
import { UNTRUSTED } from './git.ts';

interface Cause {
  /** A message of git or ssh in the C locale. */
  says: RegExp;
  next: (address: string, server: string, said: string) => string;
}

/** The first match counts: later patterns are more general. */
const causes: Cause[] = [
  {
    says: /dubious ownership/i,
    next: (address, _server, said) =>
      `The folder belongs to another user, so git does not read it. As the user of argo-bot: git config --global --add safe.directory ${ownedElsewhere(said) ?? address}`,
  },
  {
    says: /no space left on device|disk quota exceeded/i,
    next: () =>
      'The disk with the data of argo-bot (ARGO_DATA) is full: df -h and df -i show it. Free some space there.',
  },
  {
    says: /remote host identification has changed|host key for .* has changed/i,
    next: (_address, server) =>
      `${server} shows another key than it did before: its operator has renewed it, or somebody listens. Compare it with what the operator publishes, then: ssh-keygen -R ${server}; ssh-keyscan ${server} >> ~/.ssh/known_hosts`,
  },
  {
    says: /host key verification failed|no matching host key/i,
    next: (_address, server) =>
      `ssh does not know the key of ${server}. Compare it with what its operator publishes, then: ssh-keyscan ${server} >> ~/.ssh/known_hosts`,
  },
  {
    says: /permission denied \(.*publickey|too many authentication failures|no such identity/i,
    next: (_address, server) =>
      `${server} takes none of the SSH keys of that user. Give the public one (ls ~/.ssh/*.pub; ssh-keygen -t ed25519 where there is none) to the repository as a deploy key; reading is enough.`,
  },
  {
    says: /problem with the SSL CA cert|error setting certificate/i,
    next: () =>
      'The file of certificate authorities cannot be read: correct GIT_SSL_CAINFO, SSL_CERT_FILE or CURL_CA_BUNDLE in the environment of argo-bot.',
  },
  {
    says: /does not match target host ?name|no alternative certificate subject name/i,
    next: (address, server) =>
      `The certificate of ${server} is for another name. Use the name that is in it: ${certificateOf(address, server)}`,
  },
  {
    says: UNTRUSTED,
    next: (address, server) =>
      `This machine does not trust the certificate of ${server}: it is of a private certificate authority (CA), self-signed, or expired. ${certificateOf(address, server)} shows which. Give git the CA: GIT_SSL_CAINFO=/path/to/ca.pem in the environment of argo-bot, or install it (update-ca-certificates).`,
  },
  {
    says: /returned error: 429|too many requests|rate limit/i,
    next: (_address, server) =>
      `${server} limits how often it is asked (rate limit). Wait some minutes; with a user and a token in the address the limit is higher.`,
  },
  {
    says: /returned error: 407|proxy authentication required|proxy connect aborted|received http code \d+ from proxy/i,
    next: () =>
      'The proxy refuses: correct https_proxy (http://user:password@proxy:port) in the environment of argo-bot, or name the server in no_proxy.',
  },
  {
    says: /returned error: 403|write access .* not granted|\bforbidden\b/i,
    next: (_address, server) =>
      `${server} knows who asks and refuses. Give the token the right to read this repository (for single sign-on: authorize it), or let the address of this machine in; the token needs no more than to read.`,
  },
  {
    says: /terminal prompts disabled|could not read (username|password)|authentication failed|returned error: 401|invalid (username|credentials)|access denied/i,
    next: (_address, server) =>
      `${server} wants a user and a token, or refuses those it was given. Put them into the address in argo.yml (https://user:token@${server}/…, mode 0600) or into the git credentials of that user; the token needs no more than to read.`,
  },
  {
    says: /could not resolve|name or service not known|temporary failure in name resolution/i,
    next: (_address, server) =>
      `The name ${server} leads nowhere from there: getent hosts ${server}. Correct the address in argo.yml, /etc/resolv.conf, or the proxy (https_proxy).`,
  },
  {
    says: /couldn't find remote ref|remote ref does not exist|not our ref/i,
    next: (address) =>
      `The branch or commit is not there any more: it was deleted or renamed. git ls-remote --heads ${address} lists the branches.`,
  },
  {
    says: /gnutls_handshake|SSL_connect|wrong version number|TLS (?:connection|packet)/i,
    next: (address) =>
      `The server does not speak TLS at that port, or the link broke off: compare https:// and the port in ${address} with what its operator publishes.`,
  },
  {
    says: /repository .*not found|not found|does not exist|does not appear to be a git repository|returned error: 404/i,
    next: () =>
      'There is no such repository, or that user may not see it: servers say the same of private ones. Correct the address in argo.yml, or give that user a deploy key or a token.',
  },
  {
    says: /returned error: 5\d\d|RPC failed|early EOF|unexpected disconnect|hung up unexpectedly|empty reply from server/i,
    next: (_address, server) =>
      `${server} broke off or has trouble of its own. Look at its status page or its log, and try again in some minutes.`,
  },
  {
    says: /no answer in|timed? ?out|connection refused|connection reset|connection closed|no route to host|network is unreachable|couldn't connect/i,
    next: (address, server) =>
      `${server} does not answer from there: a firewall, a proxy that is not set (https_proxy), or the wrong port in ${address}.`,
  },
  {
    says: /permission denied/i,
    next: (address) =>
      `That user may not read it: ls -ld ${address}, and give the user the right to read.`,
  },
];

/** The folder that git's message names: it may be another one than the address, such as a subfolder. */
function ownedElsewhere(said: string): string | undefined {
  return /safe\.directory ('[^'\n]+'|\S+)/.exec(said)?.[1];
}

function certificateOf(address: string, server: string): string {
  const port = URL.canParse(address) ? new URL(address).port || '443' : '443';
  return `openssl s_client -connect ${server}:${port} </dev/null | openssl x509 -noout -subject -issuer -dates`;
}

const otherwise = (): string =>
  'Fix what git says; a private repository needs a deploy key or a token.';

/**
 * The next step for a person, with the machine and the user, because another user has other keys. `shown` is the
 * address without credentials, `said` is git's stderr.
 */
export function repositoryAdvice(shown: string, said: string): string {
  return withMachine(shown, adviceFor(shown, said) ?? otherwise());
}

/** The next step for a folder; undefined unless git complains about its owner or permissions. */
export function folderAdvice(folder: string, said: string): string | undefined {
  return /dubious ownership|permission denied/i.test(said)
    ? withMachine(folder, adviceFor(folder, said) ?? otherwise())
    : undefined;
}

function adviceFor(shown: string, said: string): string | undefined {
  return causes.find(({ says }) => says.test(said))?.next(shown, serverOf(shown), said);
}

function withMachine(shown: string, what: string): string {
  return `On ${hostname()} as ${whoami()}: git ls-remote ${shown}. ${what}`;
}

/** The user's name, or the number: in a container a user may have no name. */
function whoami(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

/** The server in `scheme://user@server:port/path` or `user@server:path`; a folder has no server. */
function serverOf(shown: string): string {
  if (URL.canParse(shown)) return new URL(shown).hostname || 'the folder';
  return /^[^@/]+@([^:/]+):/.exec(shown)?.[1] ?? 'the folder';
}
