import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, liveOn } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

/** A wheel is a zip with a name: no index is needed to make one. */
const wheel = (folder: string, version: string, price: number): string => `python3 - <<'END'
import os, zipfile
os.makedirs("${folder}", exist_ok=True)
with zipfile.ZipFile("${folder}/quotes-${version}-py3-none-any.whl", "w") as whl:
    whl.writestr("quotes.py", "PRICE = ${price}\\n")
    whl.writestr("quotes-${version}.dist-info/METADATA", "Metadata-Version: 2.1\\nName: quotes\\nVersion: ${version}\\n")
    whl.writestr("quotes-${version}.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    whl.writestr("quotes-${version}.dist-info/RECORD", "")
END
`;

describeOnHosts('the inputs of a virtual environment', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({
      service: {
        python: {
          requirements: 'requirements/live.txt',
          wheels: '/opt/wheels',
          system_site_packages: true,
          imports: ['main'],
        },
      },
    });
    await world.onHost(wheel('/opt/wheels', '1.0', 1) + wheel('/opt/wheels', '2.0', 2));
    await change({
      'requirements/live.txt': '-r base.txt\n',
      'requirements/base.txt': '-c more/constraints.txt\nquotes  # of the exchange\n',
      'requirements/more/constraints.txt': 'quotes==1.0\n',
    });
  });
  afterAll(() => world?.stop());

  const change = (files: Record<string, string | null>): Promise<string> =>
    commit(world.scene.repository, { message: 'Change what is needed', files });

  /** Whether the environment was made or kept, and the price that users get. */
  async function deployed(): Promise<string> {
    const { events, line, thread } = await deploy(world);
    if (!line.includes('*live*')) throw new Error(`${line}\n${thread}`);
    const done = events.find((event) => event.type === 'done' && event.stage === 'preflight');
    const [, what] =
      /virtual environment (made|kept)/.exec(done?.type === 'done' ? done.summary : '') ?? [];
    const { release } = await liveOn(world, {});
    const price = await world.onHost(
      `cd / && /opt/argo-trading/releases/${release}/.argo/venv/bin/python -c 'import quotes; print(quotes.PRICE)'`,
    );
    return `${what} ${price.trim()}`;
  }

  test('each of them makes it anew, and nothing else does', async () => {
    expect(await deployed()).toBe('made 1');
    await change({ 'README.md': 'More of it.\n' });
    expect(await deployed()).toBe('kept 1');
    await change({ 'requirements/more/constraints.txt': 'quotes==2.0\n' });
    expect(await deployed()).toBe('made 2');
    await world.onHost(wheel('/opt/wheels', '2.0', 22));
    await change({ 'README.md': 'And more.\n' });
    expect(await deployed()).toBe('made 22');
    await world.onHost(`printf '[global]\\ntimeout = 7\\n' >/etc/pip.conf`);
    await change({ 'README.md': 'And more again.\n' });
    expect(await deployed()).toBe('made 22');
    await change({ 'README.md': 'And so on.\n' });
    expect(await deployed()).toBe('kept 22');
  });

  test('a file that is missing of them is named before anything is sent', async () => {
    await change({
      'requirements/more/constraints.txt': null,
      'requirements/more/constraint.txt': 'x\n',
    });
    const { line, thread } = await deploy(world);
    expect(line).toContain('File check failed');
    expect(thread).toMatch(
      /requirements\/more\/constraints\.txt is named by requirements\/base\.txt:1, but is not in the commit.*constraint\.txt/,
    );
    await change({ 'requirements/live.txt': null });
    expect((await deploy(world)).thread).toMatch(
      /requirements\/live\.txt is named by `?python\.requirements`? in argo\.yml, but is not in the commit/,
    );
  });
});
