import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { repositoryAdvice } from '../../src/source/git/repository-advice.ts';
import { createSource } from '../../src/source/tree/git-source.ts';
import { readCurrentCommit } from '../../src/source/git/current-commit.ts';
import { portOf } from '../host/support/ssh-server.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';

const { signal } = new AbortController();
const before = { ...process.env };
const AUTHORITIES = /^(?:GIT_SSL_.*|SSL_CERT_.*|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/;
const closing: (() => void)[] = [];

/** What this machine trusts besides is nobody's business here. */
beforeEach(() => {
  for (const name of Object.keys(before)) if (AUTHORITIES.test(name)) delete process.env[name];
});

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  for (const close of closing.splice(0)) close();
});

/** What the doctor and the source stage say of an address, in one text each. */
async function said(git: string): Promise<string[]> {
  const settings = { git, branch: 'main', directory: '.' };
  const source = createSource({ dataDirectory: temporaryFolder() });
  const asked = [readCurrentCommit(settings, signal), source.resolve(settings, undefined, signal)];
  return Promise.all(
    asked.map((one) =>
      one.then(
        () => 'read',
        (error: { message: string; next: string }) => `${error.message}\n${error.next}`,
      ),
    ),
  );
}

async function expectSaid(git: string, words: RegExp): Promise<void> {
  for (const text of await said(git)) {
    expect(text).toMatch(words);
    if (!/deploy key/.test(words.source)) expect(text).not.toContain('deploy key');
  }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  closing.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  await once(server, 'listening');
  return portOf(server);
}

const http = async (answer: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(answer))}/team/engine.git`;

const status = (code: number) => () =>
  http((_request, response) => response.writeHead(code).end('Sorry'));

describe('over http, each refusal has its own remedy', () => {
  test.each([
    [
      'no token',
      () =>
        http((_request, response) =>
          response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end(),
        ),
      /put a user and a token/,
    ],
    ['a token without the right', status(403), /give the token read access/],
    [
      'a repository that is not there',
      status(404),
      /deploy key or a token: there is no such repository/,
    ],
    ['too many requests', status(429), /rate limit/],
    ['a server in trouble', status(503), /try again in some minutes/],
    [
      'an answer that breaks off',
      () => http((request) => request.socket.destroy()),
      /fails or broke off/,
    ],
    ['nobody listens', async () => 'http://127.0.0.1:1/engine.git', /does not answer/],
    [
      'a name that nobody knows',
      async () => 'https://git.invalid/x.git',
      /getent hosts git\.invalid/,
    ],
    [
      'TLS where there is none',
      async () => (await status(404)()).replace('http:', 'https:'),
      /speak TLS/,
    ],
  ])('%s', async (_name, make, words) => {
    await expectSaid(await make(), words);
  });

  test('a proxy that refuses is named', async () => {
    process.env['https_proxy'] = await http((_request, response) => response.writeHead(404).end());
    await expectSaid('https://git.example.com/x.git', /correct https_proxy|does not answer/);
    process.env['no_proxy'] = 'git.invalid';
    await expectSaid('https://git.invalid/x.git', /getent hosts git\.invalid/);
  });
});

describe('a certificate', () => {
  let folder: string;
  beforeAll(() => {
    folder = temporaryFolder();
    const openssl = (...args: string[]) =>
      execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=localhost',
    ];
    const names = ['-addext', 'subjectAltName=DNS:localhost'];
    openssl('req', '-x509', ...key, ...names, '-keyout', 'key.pem', '-out', 'cert.pem');
    openssl('req', ...key, '-keyout', 'old-key.pem', '-out', 'old.csr');
    writeFileSync(join(folder, 'index'), '');
    writeFileSync(join(folder, 'serial'), '01\n');
    writeFileSync(
      join(folder, 'ca.cnf'),
      '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nserial=serial\npolicy=p\ndefault_md=sha256\n[p]\ncommonName=supplied\n',
    );
    const times = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'];
    const ca = ['ca', '-batch', '-config', 'ca.cnf', '-selfsign', '-keyfile', 'old-key.pem'];
    openssl(...ca, '-in', 'old.csr', '-out', 'old.pem', '-notext', ...times);
  });

  const file = (name: string) => join(folder, name);

  /** Serves a repository by the dumb protocol, since all that matters is who is trusted. */
  async function tls(cert = 'cert.pem', key = 'key.pem', name = 'localhost'): Promise<string> {
    const repository = new Repository();
    repository.commit('Begin', { 'main.py': 'x = 1\n' });
    repository.git('update-server-info');
    const keys = { key: readFileSync(file(key)), cert: readFileSync(file(cert)) };
    const server = createTlsServer(keys, ({ url = '' }, response) => {
      try {
        const path = new URL(url, 'https://localhost').pathname.replace('/engine.git/', '/.git/');
        response.end(readFileSync(join(repository.folder, path)));
      } catch {
        response.writeHead(404).end();
      }
    });
    return `https://${name}:${await listening(server)}/engine.git`;
  }

  test('of a private authority is named as that, with the setting', async () => {
    await expectSaid(await tls(), /GIT_SSL_CAINFO=.*does not trust the certificate/s);
  });

  test('that is over is named with how to see that', async () => {
    process.env['GIT_SSL_CAINFO'] = file('old.pem');
    await expectSaid(
      await tls('old.pem', 'old-key.pem'),
      /openssl s_client -connect localhost:\d+.*-dates.*expired/s,
    );
  });

  test('for another name is named as that', async () => {
    process.env['GIT_SSL_CAINFO'] = file('cert.pem');
    await expectSaid(
      await tls('cert.pem', 'key.pem', '127.0.0.1'),
      /name that is in the certificate|does not trust the certificate/,
    );
  });

  test.each(['GIT_SSL_CAINFO', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'])(
    'is trusted by %s',
    async (variable) => {
      process.env[variable] = file('cert.pem');
      expect(await said(await tls())).toEqual(['read', 'read']);
    },
  );

  test('is trusted by SSL_CERT_DIR', async () => {
    const trusted = temporaryFolder();
    writeFileSync(join(trusted, 'ca.pem'), readFileSync(file('cert.pem')));
    execFileSync('openssl', ['rehash', trusted], { stdio: 'ignore' });
    process.env['SSL_CERT_DIR'] = trusted;
    expect(await said(await tls())).toEqual(['read', 'read']);
  });

  test('of an authority whose file is not there is named as that', async () => {
    process.env['SSL_CERT_FILE'] = file('nowhere.pem');
    await expectSaid(await tls(), /names a file that cannot be read/);
  });
});

describe('over ssh, by a real client', () => {
  const key = (name: string): string => {
    const path = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    return path;
  };
  let folder: string;
  let port: number;
  let server: ssh2.Server;
  beforeAll(async () => {
    folder = temporaryFolder();
    server = new ssh2.Server({ hostKeys: [readFileSync(key('host'))] }, (client) => {
      client.on('authentication', (context) => context.reject(['publickey']));
      client.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = portOf(server);
    key('user');
    key('other');
  });
  afterAll(() => void server.close());

  function knowing(hostKey: string | undefined): string {
    const file = join(folder, 'known_hosts');
    const known = hostKey === undefined ? '' : `[127.0.0.1]:${port} ${hostKey}`;
    writeFileSync(file, known);
    process.env['GIT_SSH_COMMAND'] =
      `ssh -F none -o BatchMode=yes -o UserKnownHostsFile=${file} -o GlobalKnownHostsFile=/dev/null -i ${join(folder, 'user')}`;
    return `ssh://git@127.0.0.1:${port}/team/engine.git`;
  }
  const publicKey = (name: string) => readFileSync(join(folder, `${name}.pub`), 'utf8');

  test('a server that nobody knows', async () => {
    await expectSaid(knowing(undefined), /compare the host key of 127\.0\.0\.1.*ssh-keyscan/s);
  });
  test('a server with another key than before', async () => {
    await expectSaid(knowing(publicKey('other')), /compare the new host key.*ssh-keygen -R/s);
  });
  test('a key that the server does not take', async () => {
    await expectSaid(knowing(publicKey('host')), /deploy key with read access/);
  });
});

describe('a folder', () => {
  test('of another owner is named with the command', async () => {
    const repository = new Repository();
    repository.commit('Begin', { 'main.py': 'x = 1\n' });
    for (const name of ['', '.git']) chownSync(join(repository.folder, name), 4_321, 4_321);
    const words = /git config --global --add safe\.directory \/\S+`.*belongs to another user/s;
    await expectSaid(repository.folder, words);
    const settings = { path: repository.folder, directory: '.' };
    const source = createSource({ dataDirectory: temporaryFolder() });
    for (const asked of [
      readCurrentCommit(settings, signal),
      source.resolve(settings, undefined, signal),
    ]) {
      const failure: unknown = await asked.catch((error: unknown) => error);
      expect(failure).toMatchObject({ next: expect.stringMatching(words) });
      const [command = ''] = /git config --global [^`]+/.exec(String(Object(failure).next)) ?? [];
      expect(command).toBe(`git config --global --add safe.directory ${repository.folder}`);
    }
    const HOME = temporaryFolder();
    process.env['HOME'] = HOME;
    const env = { ...before, HOME };
    for (const folder of [repository.folder, join(repository.folder, '.git')]) {
      execFileSync('git', ['config', '--global', '--add', 'safe.directory', folder], { env });
    }
    expect(await said(repository.folder)).toEqual(['read', 'read']);
  });

  test.each([
    ['that is not there', () => '/nowhere/engine.git'],
    ['without a repository', () => temporaryFolder()],
  ])('%s', async (_name, make) => {
    await expectSaid(make(), /correct the address in argo\.yml.*let argo-bot read the folder/s);
  });
});

const pack = (mirror: string) => {
  execFileSync('git', ['--git-dir', mirror, 'repack', '-qad']);
  const folder = join(mirror, 'objects/pack');
  const name = readdirSync(folder).find((one) => one.endsWith('.pack')) ?? '';
  return join(folder, name);
};

describe('a mirror that was damaged', () => {
  test.each<[string, (mirror: string) => void]>([
    ['HEAD is gone', (mirror) => rmSync(join(mirror, 'HEAD'))],
    ['its objects are gone', (mirror) => rmSync(join(mirror, 'objects'), { recursive: true })],
    ['its settings are cut', (mirror) => writeFileSync(join(mirror, 'config'), '[core')],
    ['a branch is empty', (mirror) => writeFileSync(join(mirror, 'refs/heads/main'), '')],
    [
      'a branch names what is not there',
      (mirror) => writeFileSync(join(mirror, 'refs/heads/main'), `${'1234567890'.repeat(4)}\n`),
    ],
    ['a pack is cut', (mirror) => truncateSync(pack(mirror), 300)],
    ['a pack is gone', (mirror) => rmSync(pack(mirror))],
    [
      'bytes of a pack are others',
      (mirror) => {
        const file = pack(mirror);
        const bytes = readFileSync(file);
        // The largest file of the commit lies in the middle.
        const middle = Math.floor(bytes.length / 2);
        bytes.fill(0x78, middle, middle + 200);
        rmSync(file);
        writeFileSync(file, bytes);
      },
    ],
    [
      'a lock of a dead fetch is left',
      (mirror) => {
        const lock = join(mirror, 'packed-refs.lock');
        writeFileSync(lock, '');
        execFileSync('touch', ['-d', '1 hour ago', lock]);
      },
    ],
  ])('%s: the next deployment goes through', async (_name, damage) => {
    const repository = new Repository();
    const noise = execFileSync('head', ['-c', '40000', '/dev/urandom']).toString('base64');
    const sha = repository.commit('Begin', { 'main.py': 'x = 1\n', 'noise.txt': noise });
    const dataDirectory = temporaryFolder();
    const settings = { git: repository.folder, branch: 'main', directory: '.' };
    await createSource({ dataDirectory }).resolve(settings, undefined, signal);
    const [mirror = ''] = readdirSync(join(dataDirectory, 'mirrors'));
    damage(join(dataDirectory, 'mirrors', mirror));
    const source = createSource({ dataDirectory });
    expect(await source.resolve(settings, undefined, signal)).toMatchObject({ sha });
    const files = await source.files(settings, sha, signal);
    expect(await files.read('noise.txt', 100_000)).toMatchObject({ content: Buffer.from(noise) });
    expect(readdirSync(join(dataDirectory, 'mirrors'))).toEqual([mirror]);
  });
});

test.each([
  [
    'fatal: write error: No space left on device\nfatal: index-pack failed',
    /free space on the disk of ARGO_DATA/,
  ],
  ["fatal: couldn't find remote ref refs/heads/gone", /deleted or renamed/],
  ['SSL certificate problem: unable to get local issuer certificate', /does not trust/],
  ['SSL certificate problem: certificate has expired', /expired/],
  [
    'remote: Your account is subject to SSO.\nfatal: unable to access: The requested URL returned error: 403',
    /single sign-on/,
  ],
  [
    'error: RPC failed; curl 92 HTTP/2 stream 0 was not closed\nfatal: early EOF',
    /fails or broke off/,
  ],
])('%j has its own remedy', (stderr, words) => {
  expect(repositoryAdvice('https://git.example.com/x.git', stderr)).toMatch(words);
});
