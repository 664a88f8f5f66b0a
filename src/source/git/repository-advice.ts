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
      `run \`git config --global --add safe.directory ${ownedElsewhere(said) ?? address}\` as the user of argo-bot: the folder belongs to another user, so git refuses to read it.`,
  },
  {
    says: /no space left on device|disk quota exceeded/i,
    next: () => 'free space on the disk of ARGO_DATA: `df -h` and `df -i` show how full it is.',
  },
  {
    says: /remote host identification has changed|host key for .* has changed/i,
    next: (_address, server) =>
      `compare the new host key of ${server} with the one that its operator publishes. Only if they agree: \`ssh-keygen -R ${server}; ssh-keyscan ${server} >> ~/.ssh/known_hosts\`.`,
  },
  {
    says: /host key verification failed|no matching host key/i,
    next: (_address, server) =>
      `compare the host key of ${server} with the one that its operator publishes, then add it: \`ssh-keyscan ${server} >> ~/.ssh/known_hosts\`.`,
  },
  {
    says: /permission denied \(.*publickey|too many authentication failures|no such identity/i,
    next: (_address, server) =>
      `add the SSH key of the user of argo-bot (\`ls ~/.ssh/*.pub\`) to the repository as a deploy key with read access, because ${server} refuses it. If there is no key: \`ssh-keygen -t ed25519\`.`,
  },
  {
    says: /problem with the SSL CA cert|error setting certificate/i,
    next: () =>
      'correct GIT_SSL_CAINFO, SSL_CERT_FILE or CURL_CA_BUNDLE in the environment of argo-bot: it names a file that cannot be read.',
  },
  {
    says: /does not match target host ?name|no alternative certificate subject name/i,
    next: (address, server) =>
      `use the name that is in the certificate of ${server}, which \`${certificateOf(address, server)}\` shows.`,
  },
  {
    says: UNTRUSTED,
    next: (address, server) =>
      `set GIT_SSL_CAINFO=/path/to/ca.pem in the environment of argo-bot: this machine does not trust the certificate of ${server}. \`${certificateOf(address, server)}\` shows whether it is private, self-signed or expired.`,
  },
  {
    says: /returned error: 429|too many requests|rate limit/i,
    next: (_address, server) =>
      `wait some minutes, because ${server} has a rate limit. With a user and a token in the address, the limit is higher.`,
  },
  {
    says: /returned error: 407|proxy authentication required|proxy connect aborted|received http code \d+ from proxy/i,
    next: () =>
      'correct https_proxy (http://user:password@proxy:port) in the environment of argo-bot, because the proxy refuses it. Or add the server to no_proxy.',
  },
  {
    says: /returned error: 403|write access .* not granted|\bforbidden\b/i,
    next: (_address, server) =>
      `give the token read access to this repository, because ${server} refuses it. With single sign-on, authorize the token. If access is limited by address, allow this machine.`,
  },
  {
    says: /terminal prompts disabled|could not read (username|password)|authentication failed|returned error: 401|invalid (username|credentials)|access denied/i,
    next: (_address, server) =>
      `put a user and a token with read access into the address in argo.yml (https://user:token@${server}/…, mode 0600): ${server} got none, or refuses the present ones.`,
  },
  {
    says: /could not resolve|name or service not known|temporary failure in name resolution/i,
    next: (_address, server) =>
      `correct the address in argo.yml, /etc/resolv.conf or https_proxy: the name ${server} does not resolve (\`getent hosts ${server}\`).`,
  },
  {
    says: /couldn't find remote ref|remote ref does not exist|not our ref/i,
    next: (address) =>
      `use a branch that \`git ls-remote --heads ${address}\` lists: this branch or commit was deleted or renamed.`,
  },
  {
    says: /gnutls_handshake|SSL_connect|wrong version number|TLS (?:connection|packet)/i,
    next: (address) =>
      `compare https:// and the port in ${address} with what its operator publishes: the server does not speak TLS there, or the connection broke off.`,
  },
  {
    says: /repository .*not found|not found|does not exist|does not appear to be a git repository|returned error: 404/i,
    next: () =>
      'correct the address in argo.yml, or give the user of argo-bot a deploy key or a token: there is no such repository, or that user cannot see it.',
  },
  {
    says: /returned error: 5\d\d|RPC failed|early EOF|unexpected disconnect|hung up unexpectedly|empty reply from server/i,
    next: (_address, server) =>
      `try again in some minutes, because ${server} fails or broke off. Its status page or its log shows more.`,
  },
  {
    says: /no answer in|timed? ?out|connection refused|connection reset|connection closed|no route to host|network is unreachable|couldn't connect/i,
    next: (address, server) =>
      `check the firewall, https_proxy and the port in ${address}: ${server} does not answer.`,
  },
  {
    says: /permission denied/i,
    next: (address) => `let the user of argo-bot read it: \`ls -ld ${address}\` shows who can.`,
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
  'fix what git says; a private repository needs a deploy key or a token.';

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
  return `${what} Test it on ${hostname()} as ${whoami()}: \`git ls-remote ${shown}\`.`;
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
