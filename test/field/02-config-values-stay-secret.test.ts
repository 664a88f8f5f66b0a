// Kind 2: a service prints the values of its config, whatever the keys are called and however it encodes them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import type { Connection } from '../../src/redis/connection/connect.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

/** No name here says that its value is a secret, or it says so in a way of its own. */
const secrets = {
  DBPassword: 'Winter2024',
  password: 84_720_193,
  dsn: 'postgres://engine:tr0mbone-x@db.internal/trading',
  accounts: ['alpha-tok-91x', { login: 'Zoë’s "p/w" & 50%' }],
  passphrase: 'correct horse battery staple',
  signer: 'MIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\nAQC7VJTUt9Us8cKj',
  gateway: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  billing_id: 5_551_234,
  desk: { pin: 'lemon' },
};
const ordinary = {
  mode: 'paper',
  level: 'INFO',
  retries: 12,
  venue: 'alpaca',
  host: 'db.internal',
};
const shown = { contact: 'desk@example.com' };

/** What must not be anywhere: the values, and what a reader could turn back into them. */
const forbidden = [
  'Winter2024',
  '84720193',
  'tr0mbone-x',
  'alpha-tok-91x',
  'Zoë’s',
  'horse battery',
  'BgkqhkiG9w0B',
  'BKcwggSjAg',
  'Us8cKj',
  'K7MDENG',
  'PxRfiCYEX',
  '5551234',
  Buffer.from('Winter2024').toString('hex'),
  ...['Winter2024', 'ada:Winter2024'].map((text) => Buffer.from(text).toString('base64')),
  'MDENG%2FbPxRfi',
  String.raw`Zo\u00eb`,
  '%C3%AB',
];

const prints = `import base64, json, os, sys, textwrap, urllib.parse
_config = json.load(open(os.path.join(os.path.dirname(__file__), "config.json")))
def _tell():
    password, key = _config["DBPassword"], _config["gateway"]
    print("INFO starting the engine in paper mode with 12 retries at db.internal", flush=True)
    print("INFO contact desk@example.com", flush=True)
    print("INFO", json.dumps(_config), _config, flush=True)
    print(json.dumps(json.dumps(_config)), urllib.parse.urlencode(_config["accounts"][1]))
    print("pin is", _config["password"], "or {:,}".format(_config["billing_id"]), "desk", _config["desk"]["pin"])
    print("Authorization: Basic " + base64.b64encode(("ada:" + password).encode()).decode())
    print("x", base64.urlsafe_b64encode(password.encode()).decode(), password.encode().hex())
    print("curl -u 'ada:" + password + "' 'https://db.internal/?key=" + urllib.parse.quote(key, safe="") + "'")
    print("\\x1b[31m" + password[:4] + "\\x1b[0m" + password[4:])
    print("\\n".join(textwrap.wrap("gateway " + key, 30)))
    for line in _config["signer"].splitlines():
        print("DEBUG signer:", line)
    print("cannot log in to " + _config["dsn"], file=sys.stderr, flush=True)
`;
const edit = (replace: string) => [{ path: 'main.py', find: 'app = FastAPI(', replace }];

describeOnHosts('values of a config', () => {
  let world: World;
  let pieces: string[];

  beforeAll(async () => {
    world = await openWorld({
      service: { health: { path: '/api/v1/health', status: 'status', timeout_seconds: 20 } },
    });
    const config: unknown = JSON.parse(
      readFileSync(join(world.scene.repository.dir, 'config.json'), 'utf8'),
    );
    const content = JSON.stringify({ ...Object(config), ...secrets, ...ordinary, ...shown });
    await commit(world.scene.repository, {
      message: 'Use the new gateway',
      files: { 'config.json': content },
    });
    await world.configure({
      'config.public': ['contact'],
      'config.rules': [{ key: 'desk.pin', secret: true }],
    });
    expect((await deploy(world)).line).toMatch(/^✅/u);
  });
  afterAll(() => world.stop());

  /** Everything that leaves the bot: Slack, its files, Redis, the logs of its processes. */
  const leaks = async (): Promise<string[]> => {
    const { workspace, folder } = world.scene;
    const files = await Promise.all(
      workspace
        .files()
        .map(async ({ id }) => (await fetch(`${workspace.url}/sandbox/files/${id}`)).text()),
    );
    const logs = readdirSync(folder).filter((file) => file.endsWith('.log'));
    expect([files.length, logs.length].every((count) => count > 0)).toBe(true);
    pieces = [
      ...files,
      JSON.stringify([workspace.calls(), workspace.messages('C0DEPLOYS')]),
      ...logs.map((file) => readFileSync(join(folder, file), 'utf8')),
      await dumped(world.redis),
    ];
    return forbidden.filter((text) => pieces.some((piece) => piece.includes(text)));
  };

  test('that a release prints before it exits are in no message, file, record or log', async () => {
    await commit(world.scene.repository, {
      message: 'Log in with Winter2024',
      edits: edit(`${prints}_tell()\nsys.exit(7)\napp = FastAPI(`),
    });
    const stop = stopOf((await deploy(world)).events);
    expect(stop).toMatchObject({ stage: 'health', code: 'service-dies' });
    expect(await leaks()).toEqual([]);
    const printed = await world.onHost('journalctl -u argo-trading-green -o cat --no-pager');
    expect(forbidden.filter((text) => !printed.includes(text))).toEqual([]);
    expect(stop?.log).toContain('cannot log in to [secret]');
    expect(stop?.log).toContain(
      'INFO starting the engine in paper mode with 12 retries at db.internal',
    );
    expect(stop?.log).toContain('INFO contact desk@example.com');
    expect(stop?.log).toMatch(/pin is \[secret\] or \[secret\] desk \[secret\]/);
    expect(stop?.log).toContain('Authorization: Basic [secret]');
  });

  test('that a test of the team prints are in none either, and the words around them stay', async () => {
    const run = ['python3', '-c', `print("dump", open("config.json").read()); raise SystemExit(1)`];
    const undo = await world.configure({ 'checks.commands': [{ name: 'unit tests', run }] });
    const { events, thread } = await deploy(world);
    await undo();
    expect(stopOf(events)).toMatchObject({ stage: 'checks', code: 'check-failed' });
    expect(await leaks()).toEqual([]);
    expect(thread).toContain('unit tests');
    expect(pieces.join('\n')).toContain('dump {');
  });

  test('that a release answers with are in none either, nor in what is asked about it', async () => {
    await commit(world.scene.repository, {
      message: 'Answer with the reason',
      files: { 'main.py': null },
    });
    await world.scene.repository.git('checkout', '--quiet', 'HEAD~2', '--', 'main.py');
    await commit(world.scene.repository, {
      message: 'Say why it is not well',
      edits: [
        {
          path: 'argo/api/health.py',
          find: '    status = "healthy"',
          replace: '    status = "no login with Winter2024 and 84720193"',
        },
      ],
    });
    const { events, thread } = await deploy(world);
    expect(stopOf(events)).toMatchObject({ code: 'unhealthy' });
    expect(thread).toContain('no login with [secret] and [secret]');
    await told(world.scene, 'ada', 'status');
    expect(await leaks()).toEqual([]);
  });
});

/** All that Redis holds, whatever its type. */
async function dumped(redis: Connection): Promise<string> {
  const keys = await redis.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => {
      switch (await redis.type(key)) {
        case 'string':
          return redis.get(key);
        case 'list':
          return redis.lrange(key, 0, -1);
        case 'hash':
          return redis.hgetall(key);
        case 'set':
          return redis.smembers(key);
        case 'zset':
          return redis.zrange(key, '0', '-1');
        default:
          return redis.xrange(key, '-', '+');
      }
    }),
  );
  return JSON.stringify([keys, values]);
}
