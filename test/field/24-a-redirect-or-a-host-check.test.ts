import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commit } from '../../sandbox/engine/repository.ts';
import { deploy, liveOn, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { secretHeaders, HealthSchema } from '../../src/deploy/settings/health.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { type HealthServer, startHealthServer } from './support/health-server.ts';

const production = { environment: 'production' } as const;
const health = {
  path: '/api/v1/health',
  status: 'status',
  version: 'version',
  timeout_seconds: 6,
};
const token = 'Bearer EXAMPLE-not-real-9f3b1c77a0';

/** What Django, Rails and Starlette do with a name that they were not told. */
const hostCheck = `from starlette.middleware.trustedhost import TrustedHostMiddleware
app.add_middleware(TrustedHostMiddleware, allowed_hosts=["engine.example"])
`;
/** What a framework does that is told to answer over HTTPS only, behind a proxy that says so. */
const httpsOnly = `from starlette.responses import RedirectResponse
@app.middleware("http")
async def only_https(request, call_next):
    if request.headers.get("x-forwarded-proto") != "https":
        return RedirectResponse("https://engine.example" + request.url.path, 301)
    if request.headers.get("authorization") != "${token}":
        return JSONResponse({"detail": request.headers.get("authorization", "no token")}, 401)
    return await call_next(request)
`;

describeOnHosts('24: a service that checks the Host header, or redirects to HTTPS', () => {
  let world: World;
  let main: string;
  beforeAll(async () => {
    world = await openWorld({ service: { health } });
    main = await world.scene.repository.git('show', 'HEAD:main.py');
  });
  afterAll(() => world?.stop());

  test('is refused with what it answered, and what argo.yml can say about it', async () => {
    await commit(world.scene.repository, {
      message: 'Answer to one name only',
      files: { 'main.py': `${main}\n${hostCheck}` },
    });
    const { events, thread } = await deploy(world);
    expect(stopOf(events)?.stage).toBe('health');
    expect(thread).toContain('HTTP 400 (asked as 127.0.0.1:8001;');
    expect(thread).toContain('set health.host');
  });

  test('goes live once its name is declared: slot, public address, watch and smoke tests use it', async () => {
    await world.configure({ health: { ...health, host: 'engine.example' } });
    const { line } = await deploy(world);
    expect(line).toMatch(/^✅/u);
  });

  test('a redirect is told with where it leads; the headers that it wants can be declared', async () => {
    const before = await liveOn(world, production);
    await commit(world.scene.repository, {
      message: 'Answer over HTTPS only',
      files: { 'main.py': `${main}\n${hostCheck}\n${httpsOnly}` },
    });
    const { events, thread } = await deploy(world);
    expect(stopOf(events)?.stage).toBe('health');
    expect(thread).toContain('HTTP 301 to https://engine.example/api/v1/health (it wants HTTPS;');
    expect(await liveOn(world, production)).toEqual(before);

    const headers = { 'X-Forwarded-Proto': 'https', Authorization: token };
    await world.configure({ health: { ...health, host: 'engine.example', headers } });
    expect((await deploy(world)).line).toMatch(/^✅/u);
  });

  test('no header that is a secret is shown, also where the service repeats it', async () => {
    const headers = { 'X-Forwarded-Proto': 'https', Authorization: `${token}-of-yesterday` };
    await world.configure({ health: { ...health, host: 'engine.example', headers } });
    const { events, thread } = await deploy(world);
    expect(stopOf(events)).toMatchObject({
      stage: 'health',
      message: expect.stringContaining('HTTP 401'),
    });
    expect(thread + JSON.stringify(events)).not.toContain('9f3b1c77a0');
    expect(
      await world.onHost("grep -rlF '9f3b1c77a0' /var/lib /run /opt/argo-trading/state || true"),
    ).toBe('');
  });
});

describe('24: the answers of a service', () => {
  let service: HealthServer;
  beforeAll(async () => {
    service = await startHealthServer();
  });
  afterAll(() => service.close());

  test.each([
    ['/health/', 'declare the path /health/'],
    ['http://www.engine.example/health', 'set health.host'],
    ['//engine.example/login?next=%2Fhealth&token=abc', 'http://engine.example/login?… (it wants'],
    ['https://user:geheim@engine.example/health', 'https://engine.example/health (it wants HTTPS'],
    ['https://[', 'HTTP 302 to https://['],
  ])('a redirect to %s is told', async (location, says) => {
    service.answer = (_request, response) => response.writeHead(302, { location }).end();
    const { state, detail } = await service.asked({});
    expect(state).toBe('unavailable');
    expect(detail).toContain(says);
    expect(detail).not.toMatch(/geheim|token=abc/);
    // Never followed, by the guard neither: a page to log in at answers 200.
    expect(await service.guarded({})).toBe(false);
  });

  test('the same headers are sent by the bot and by the guard, each once', async () => {
    const seen: string[][] = [];
    service.answer = (request, response) => {
      seen.push(
        request.rawHeaders
          .flatMap((name, index) =>
            index % 2 === 0 ? [`${name.toLowerCase()}: ${request.rawHeaders[index + 1]}`] : [],
          )
          .filter((header) => /^(?:host|x-|authorization|user-agent)/.test(header))
          .toSorted(),
      );
      response.end();
    };
    const declared = {
      host: 'engine.example',
      headers: { 'X-Forwarded-Proto': 'https', 'User-Agent': 'probe' },
    };
    await service.asked(declared);
    await service.guarded(declared);
    expect(seen).toEqual([
      ['host: engine.example', 'user-agent: probe', 'x-forwarded-proto: https'],
      ['host: engine.example', 'user-agent: probe', 'x-forwarded-proto: https'],
    ]);
  });

  test.each<[object, boolean]>([
    [{ host: 'engine.example:8443' }, true],
    [{ host: '[::1]:8000' }, true],
    [{ host: 'http://engine.example' }, false],
    [{ host: 'engine.example/health' }, false],
    [{ host: 'a\r\nX: y' }, false],
    [{ headers: { 'X-Forwarded-Proto': 'https' } }, true],
    [{ headers: { Host: 'engine.example' } }, false],
    [{ headers: { 'X-A': 'b\r\nX-B: c' } }, false],
    [{ headers: { 'X A': 'b' } }, false],
    [{ headers: { 'X-A': 'b', 'x-a': 'c' } }, false],
    [{ headers: { 'Content-Length': '9' } }, false],
  ])('%j may be declared: %s', (declared, valid) => {
    expect(HealthSchema.safeParse({ path: '/', ...declared }).success).toBe(valid);
  });

  test('a token is a secret, what says nothing is none', () => {
    expect(secretHeaders({ Authorization: token })).toContain('EXAMPLE-not-real-9f3b1c77a0');
    expect(
      secretHeaders({
        A: 'https',
        B: 'engine.example',
        C: 'application/json',
        D: '8000',
        E: 'http://a.example/',
      }),
    ).toEqual([]);
  });
});
