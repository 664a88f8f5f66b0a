// Kind 25: a service that does not write to the journal fails; people must see its last lines or learn where they are.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const LOG = '/var/log/engine/engine.log';
const SECRET = 'EXAMPLE-massive-key-not-real-032';

/** Writes a line before it dies, so that only a log can say why. */
const dies = {
  message: 'Read the market calendar at start',
  edits: [
    {
      path: 'main.py',
      find: 'app = FastAPI(',
      replace: `import sys
print("INFO calendar loaded", flush=True)
print("ERROR no calendar for ${SECRET}", file=sys.stderr, flush=True)
sys.exit(7)
app = FastAPI(`,
    },
  ],
};

describeOnHosts('a log that is not in the journal', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({
      service: { health: { path: '/api/v1/health', status: 'status', timeout_seconds: 20 } },
    });
    await world.onHost(`id trading >/dev/null 2>&1 || useradd --system trading
install -d -o trading /var/log/engine`);
    const good = await deploy(world);
    expect(good.line).toMatch(/^✅/u);
    await commit(world.scene.repository, dies);
  });
  afterAll(() => world.stop());

  const failed = async () => {
    const { events, thread } = await deploy(world);
    const stop = stopOf(events);
    expect(stop).toMatchObject({ stage: 'health', code: 'service-dies' });
    expect(JSON.stringify(events) + thread).not.toContain(SECRET);
    return stop;
  };

  test.each([
    ['StandardOutput=append:', { options: { StandardOutput: `append:${LOG}` } }],
    [
      'StandardError=append: alone, with a specifier',
      { options: { StandardError: 'append:/var/log/engine/%N.log' } },
    ],
    ['a journal namespace', { options: { LogNamespace: 'engine' } }],
  ])('%s: the last lines are in the message, without secrets', async (_, unit) => {
    const undo = await world.configure(
      Object.fromEntries(Object.entries(unit).map(([key, value]) => [`unit.${key}`, value])),
    );
    const stop = await failed();
    await undo();
    expect(stop?.message).toMatch(/exit status 7\)\n.*ERROR no calendar for/s);
    expect(stop?.log).toContain('INFO calendar loaded');
  });

  test('a redirection by a shell: the declared file is read, from where this start began', async () => {
    await world.onHost(`echo "ERROR of last week" > ${LOG}; chown trading ${LOG}`);
    const undo = await world.configure({
      'unit.exec_start': `/bin/sh -c 'exec {venv}/bin/python -m uvicorn main:app --host 127.0.0.1 --port {port} >> ${LOG} 2>&1'`,
      'unit.log_files': [LOG],
    });
    const stop = await failed();
    await undo();
    expect(stop?.message).toContain('ERROR no calendar for');
    expect(stop?.log).not.toContain('last week');
  });

  test('a file that the service may not read is named and not shown', async () => {
    await world.onHost(`echo 'root only' > /root/private.log; chmod 600 /root/private.log`);
    const undo = await world.configure({ 'unit.log_files': ['/root/private.log'] });
    const stop = await failed();
    await undo();
    expect(stop?.log).toContain('/root/private.log');
    expect(stop?.log).not.toContain('root only');
  });

  test('output that goes nowhere is said to', async () => {
    const undo = await world.configure({ 'unit.options': { StandardOutput: 'null' } });
    const stop = await failed();
    await undo();
    expect(stop?.log).toContain('StandardOutput=null');
  });

  test('what writes to the journal is told as ever', async () => {
    const stop = await failed();
    expect(stop?.message).toMatch(/exit status 7\)\n.*ERROR no calendar for/s);
    expect(await told(world.scene, 'ada', 'logs')).not.toContain('==');
  });
});
