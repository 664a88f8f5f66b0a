import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { deploy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { ask, ending, inThread, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { freePort } from '../support/free-port.ts';
import { put } from '../host/support/on-host.ts';

const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const managed = '/srv/managed/upstream.conf';
const socket = '/run/legacy/app.sock';

/** A service from before, on a socket; it answers 200 to everything. */
const legacy = `import http.server, os, socketserver, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def address_string(self): return "nginx"
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"legacy")
class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer): pass
if os.path.exists("${socket}"): os.remove("${socket}")
server = Server("${socket}", Handler)
os.chmod("${socket}", 0o777)
server.serve_forever()
`;
const layOut = `${put('/srv/legacy/serve.py', legacy)}
${put(
  '/etc/systemd/system/legacy.service',
  `[Service]
RuntimeDirectory=legacy
ExecStart=/usr/bin/python3 /srv/legacy/serve.py
`,
)}
systemctl daemon-reload
systemctl start legacy
until curl -sfo /dev/null --unix-socket ${socket} http://localhost/; do sleep 0.05; done
mkdir -p /srv/managed`;

/** What config management wrote, and a link to it where nginx looks. */
const named = (servers: string) => `# Managed; do not edit by hand { ; "
upstream argo_trading {
    zone  argo_trading 64k;
  ${servers}  # the old one
    keepalive 4;
}
`;
const proxied = (servers: string) => `${put(managed, named(servers))}
chown www-data:adm ${managed}
chmod 640 ${managed}
ln -sfn ${managed} ${upstream}
systemctl reload nginx`;
const state = `readlink ${upstream}; stat -c '%a %U %G' ${managed}; sha256sum ${managed}; ls -A /etc/nginx/conf.d`;

describeOnHosts('what users had before the first release', () => {
  let world: World;
  let other: Server;
  let port: number;
  let visits: ReturnType<typeof setInterval>;

  const users = () => world.onHost('curl -s http://127.0.0.1/ || true');
  const behaves = (behaviour: Record<string, string | number>) =>
    commit(world.scene.repository, {
      message: 'Compute signals another way',
      files: { 'behaviour.json': JSON.stringify(behaviour) },
    });
  const goesBad = () => behaves({ after: 'proxy', unhealthyAfterSeconds: 1 });
  const good = () => behaves({});
  const rollback = async () => {
    const root = await ask(world.scene, 'ada', 'rollback users see errors');
    return { root, line: await ending(world.scene, root) };
  };

  beforeAll(async () => {
    world = await openWorld({ watch: { checks: 8, interval_seconds: 0.5 } });
    await world.onHost(layOut);
    visits = setInterval(() => void fetch(world.host.publicUrl).catch(() => undefined), 200);
    port = await freePort();
    other = createServer((_, answer) => answer.end('other machine'));
    await new Promise<void>((resolve) => other.listen(port, '0.0.0.0', resolve));
  });
  afterEach(() => told(world.scene, 'ben', 'unlock'));
  afterAll(async () => {
    clearInterval(visits);
    other?.close();
    await world.stop();
  });

  test('comes back from a socket when the first release goes bad, byte for byte', async () => {
    await world.onHost(proxied(`server unix:${socket} max_fails=0;`));
    const before = await world.onHost(state);
    await goesBad();
    const { line, root } = await deploy(world);
    expect(line).toMatch(/^↩/u);
    await inThread(
      world.scene,
      root,
      /users are on legacy\.service \(socket \/run\/legacy\/app\.sock\)/,
    );
    expect(await world.onHost(state)).toBe(before);
    expect(await users()).toBe('legacy');
  });

  test('is where /argo rollback leads after a good first release', async () => {
    const before = await world.onHost(state);
    await good();
    const { line, root } = await deploy(world);
    expect(line).toMatch(/^✅/u);
    await inThread(
      world.scene,
      root,
      /legacy\.service.* still runs on socket \/run\/legacy\/app\.sock/,
    );
    expect(await users()).not.toBe('legacy');
    expect(await world.onHost(`readlink ${upstream}; stat -c '%a %U %G' ${managed}`)).toBe(
      before.split('\n').slice(0, 2).join('\n') + '\n',
    );
    const back = await rollback();
    expect(back.line).toMatch(/rolled back/i);
    await inThread(world.scene, back.root, /legacy\.service \(socket \/run\/legacy\/app\.sock\)/);
    expect(await world.onHost(state)).toBe(before);
    expect(await users()).toBe('legacy');
  });

  test('may be another machine with the port of a slot, beside one that does not answer', async () => {
    const gateway = world.host.address.replace(/\d+$/, '1');
    await world.onHost(`echo '${gateway} backend.internal' >> /etc/hosts
${proxied(`server ${gateway}:8001 weight=3 max_fails=1; server backend.internal:${port} weight=2; server unix:/run/gone.sock backup;`)}`);
    const before = await world.onHost(state);
    expect(await users()).toBe('other machine');
    await goesBad();
    const { line, root } = await deploy(world);
    expect(line).toMatch(/^↩/u);
    await inThread(world.scene, root, new RegExp(`users are on [^\n]*backend\\.internal:${port}`));
    expect(await world.onHost(state)).toBe(before);
    expect(await users()).toBe('other machine');
  });

  test('is left where it does not answer, and the thread says what was asked', async () => {
    await world.onHost(`${proxied(`server unix:${socket};`)}
systemctl stop legacy`);
    await goesBad();
    const { line, root } = await deploy(world);
    expect(line).toMatch(/^🚨/u);
    await inThread(world.scene, root, /socket \/run\/legacy\/app\.sock takes no connection/);
    // A poor answer is better than none.
    expect(await users()).not.toMatch(/502/);
    await world.onHost('systemctl start legacy');
    const back = await rollback();
    expect(back.line).toMatch(/rolled back/i);
    expect(await users()).toBe('legacy');
  });
});
