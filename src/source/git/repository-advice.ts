// Decides what a person must do when git cannot read a repository, by what git or ssh printed.
import { hostname } from 'node:os';
import { ownUser } from '../../deploy/untrusted/own-user.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { UNTRUSTED } from './git.ts';

/** Messages of git or ssh, each with the next step. Later patterns are more general, so the first match decides. */
const causes: readonly (readonly [says: RegExp, next: string])[] = [
  [
    /dubious ownership/i,
    'run `{as} git config --global --add safe.directory {folder}`: the folder belongs to another user, so git refuses to read it.',
  ],
  [
    /no space left on device|disk quota exceeded/i,
    'free space on the disk of ARGO_DATA: `df -h; df -i` shows how full it is.',
  ],
  [
    /remote host identification has changed|host key for .* has changed/i,
    "compare the new host key of {server} with the one that its operator publishes. Only if they agree: `{as} sh -c 'ssh-keygen -R {server}; ssh-keyscan {server} >> ~/.ssh/known_hosts'`.",
  ],
  [
    /host key verification failed|no matching host key/i,
    "compare the host key of {server} with the one that its operator publishes, then add it: `{as} sh -c 'ssh-keyscan {server} >> ~/.ssh/known_hosts'`.",
  ],
  [
    /permission denied \(.*publickey|too many authentication failures|no such identity/i,
    'add the SSH key of argo-bot (`{as} sh -c "cat ~/.ssh/*.pub"`) to the repository as a deploy key with read access, because {server} refuses it. If there is no key: `{as} ssh-keygen -t ed25519`.',
  ],
  [
    /problem with the SSL CA cert|error setting certificate/i,
    'correct GIT_SSL_CAINFO, SSL_CERT_FILE or CURL_CA_BUNDLE in the environment of argo-bot: it names a file that cannot be read. Restart argo-bot.',
  ],
  [
    /does not match target host ?name|no alternative certificate subject name/i,
    'use the name that is in the certificate of {server}, which `{certificate}` shows.',
  ],
  [
    UNTRUSTED,
    'set GIT_SSL_CAINFO=/path/to/ca.pem in the environment of argo-bot and restart it: this machine does not trust the certificate of {server}. `{certificate}` shows whether it is private, self-signed or expired.',
  ],
  [
    /returned error: 429|too many requests|rate limit/i,
    'wait some minutes, because {server} has a rate limit. With a user and a token in the address, the limit is higher.',
  ],
  [
    /returned error: 407|proxy authentication required|proxy connect aborted|received http code \d+ from proxy/i,
    'correct https_proxy (http://user:password@proxy:port) in the environment of argo-bot, because the proxy refuses it. Or add the server to no_proxy.',
  ],
  [
    /returned error: 403|write access .* not granted|\bforbidden\b/i,
    'give the token read access to this repository, because {server} refuses it. With single sign-on, authorize the token. If access is limited by address, allow this machine.',
  ],
  [
    /terminal prompts disabled|could not read (username|password)|authentication failed|returned error: 401|invalid (username|credentials)|access denied/i,
    'put a user and a token with read access into the address in argo.yml (https://user:token@{server}/…, mode 0600) and restart argo-bot: {server} got none, or refuses the present ones.',
  ],
  [
    /could not resolve|name or service not known|temporary failure in name resolution/i,
    'correct the address in argo.yml, /etc/resolv.conf or https_proxy: the name {server} does not resolve (`getent hosts {server}`).',
  ],
  [
    /couldn't find remote ref|remote ref does not exist|not our ref/i,
    'use a branch that `git ls-remote --heads {word}` lists: this branch or commit was deleted or renamed.',
  ],
  [
    /gnutls_handshake|SSL_connect|wrong version number|TLS (?:connection|packet)/i,
    'compare https:// and the port in {address} with what its operator publishes: the server does not speak TLS there, or the connection broke off.',
  ],
  [
    /repository .*not found|not found|does not exist|does not appear to be a git repository|returned error: 404/i,
    'correct the address in argo.yml and restart argo-bot, or give argo-bot a deploy key or a token: there is no such repository, or argo-bot cannot see it.',
  ],
  [
    /returned error: 5\d\d|RPC failed|early EOF|unexpected disconnect|hung up unexpectedly|empty reply from server/i,
    'try again in some minutes, because {server} fails or broke off. Its status page or its log shows more.',
  ],
  [
    /no answer in|timed? ?out|connection refused|connection reset|connection closed|no route to host|network is unreachable|couldn't connect/i,
    'check the firewall, https_proxy and the port in {address}: {server} does not answer.',
  ],
  [/permission denied/i, 'let argo-bot read it: `ls -ld {word}` shows who can.'],
];

/** Replaces advice about deploy keys, which a local folder does not need. */
const NO_FOLDER =
  'correct the address in argo.yml and restart argo-bot, or let argo-bot read the folder.';
const OTHERWISE = 'correct what git says.';

/** `shown` is the address without credentials, `said` is git's stderr. */
export function repositoryAdvice(shown: string, said: string): string {
  return `${adviceFor(shown, said)} Test it on ${hostname()}: \`${asBot()} git ls-remote ${shellWord(shown)}\`.`;
}

/** The next step for a folder; undefined unless git complains about its owner or permissions. */
export function folderAdvice(folder: string, said: string): string | undefined {
  const isCause = /dubious ownership|permission denied/i.test(said);
  return isCause ? repositoryAdvice(folder, said) : undefined;
}

function adviceFor(address: string, said: string): string {
  const [, found] = causes.find(([says]) => says.test(said)) ?? [undefined, OTHERWISE];
  const server = serverOf(address);
  const next = server === FOLDER && /deploy key/.test(found) ? NO_FOLDER : found;
  const port = URL.canParse(address) ? new URL(address).port || '443' : '443';
  const certificate = `openssl s_client -connect ${server}:${port} </dev/null | openssl x509 -noout -subject -issuer -dates`;
  const word = shellWord(address);
  // Git names the folder with the wrong owner, which may be a subfolder of the address, such as `.git`.
  const folder = /safe\.directory ('[^'\n]+'|\S+)/.exec(said)?.[1] ?? word;
  const words = { address, word, server, certificate, folder, as: asBot() };
  return next.replaceAll(
    /\{(address|word|server|certificate|folder|as)\}/g,
    (_all, part: keyof typeof words) => words[part],
  );
}

/** The start of a command that runs as the bot's user, with its SSH keys. In a container, a user may have no name. */
export function asBot(): string {
  return `sudo -Hu ${ownUser().replace(/^\d+$/, "'#$&'")}`;
}

const FOLDER = 'the folder';

/** The server in `scheme://user@server:port/path` or `user@server:path`; a folder has no server. */
function serverOf(shown: string): string {
  if (URL.canParse(shown)) return new URL(shown).hostname || FOLDER;
  return /^[^@/]+@([^:/]+):/.exec(shown)?.[1] ?? FOLDER;
}
