import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { deploy, liveOn, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const production = { environment: 'production' } as const;

/** Well in its slot; users get 503 for the first seconds, as from a service that fills a cache at its first request. */
const slowToBegin = `import time
began = []
@app.middleware("http")
async def warm_up(request, call_next):
    if "x-forwarded-for" in request.headers:
        began.append(time.monotonic())
        if time.monotonic() - began[0] < 7:
            return JSONResponse({"status": "starting"}, 503)
    return await call_next(request)
`;

describeOnHosts('28: how long the public address may be silent', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    const main = await world.scene.repository.git('show', 'HEAD:main.py');
    await deploy(world);
    await commit(world.scene.repository, {
      message: 'Fill the cache at the first request',
      files: { 'main.py': `${main}\n${slowToBegin}` },
    });
  });
  afterAll(() => world?.stop());

  test('is short by default, since users get nothing meanwhile', async () => {
    const before = await liveOn(world, production);
    const { events } = await deploy(world);
    expect(stopOf(events)).toMatchObject({ stage: 'confirm', code: 'public-health' });
    expect(await liveOn(world, production)).toEqual(before);
  });

  test('is as long as argo.yml allows an answer to take', async () => {
    await told(world.scene, 'ben', 'unlock');
    await world.configure({ 'health.request_timeout_ms': 30_000 });
    const { line, events } = await deploy(world);
    expect(stopOf(events)).toBeUndefined();
    expect(line).toMatch(/^✅/u);
  });
});
