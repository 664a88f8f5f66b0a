import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { deploy, liveOn } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const makeWheel = `import os, sys, zipfile
folder, name = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
with zipfile.ZipFile(f"{folder}/{name}-1.0-py3-none-any.whl", "w") as whl:
    whl.writestr(f"{name}.py", "PRICE = 42\\n")
    whl.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
    whl.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    whl.writestr(f"{name}-1.0.dist-info/RECORD", "")
`;

/** Builds a wheel of itself, and tells who built it; so no index is needed for a project either. */
const backend = `import os, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "pricing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as whl:
        whl.writestr("pricing.py", f"BUILT_BY = {os.getuid()}\\n" + open("pricing_source.py").read())
        whl.writestr("pricing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: pricing\\nVersion: 1.0\\n")
        whl.writestr("pricing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        whl.writestr("pricing-1.0.dist-info/RECORD", "")
    open("written-while-building", "w").write("x")
    return name
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "pricing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as whl:
        whl.writestr("pricing.pth", os.getcwd() + "\\n")
        whl.writestr("pricing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: pricing\\nVersion: 1.0\\n")
        whl.writestr("pricing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        whl.writestr("pricing-1.0.dist-info/RECORD", "")
    return name
`;

describeOnHosts('paths in requirements', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({
      service: {
        python: { requirements: 'requirements.txt', system_site_packages: true, imports: ['main'] },
      },
    });
  });
  afterAll(() => world?.stop());

  async function live(files: Record<string, string | null>, ask: string): Promise<string> {
    await commit(world.scene.repository, { message: 'Change what is needed', files });
    const { line, thread } = await deploy(world);
    if (!line.includes('*live*')) throw new Error(`${line}\n${thread}`);
    const { release } = await liveOn(world, {});
    return (
      await world.onHost(
        `cd / && /opt/argo-trading/releases/${release}/.argo/venv/bin/python -c '${ask}'
find /opt/argo-trading/releases/${release} -name written-while-building`,
      )
    ).trim();
  }
  const vendor = (folder: string, name: string): unknown =>
    execFileSync('python3', ['-c', makeWheel, join(world.scene.repository.dir, folder), name]);

  test('a wheel of the release, and a folder of them, are installed', async () => {
    vendor('vendor', 'quotes');
    vendor('vendor/more', 'orders');
    const requirements =
      '--no-index\n--find-links vendor/more/\norders==1.0\n./vendor/quotes-1.0-py3-none-any.whl\n';
    // A module of the release that has the name of one of pip's own is not run in its place.
    const files = {
      'requirements.txt': requirements,
      'pip.py': 'raise SystemExit("not this one")\n',
    };
    const ask = 'import quotes, orders; print(quotes.PRICE + orders.PRICE)';
    expect(await live(files, ask)).toBe('84');
  });

  test('a project of the release is built from a copy, without root, and again when it changes', async () => {
    const files = {
      'requirements.txt': '--no-index\n./libs/pricing\n',
      'libs/pricing/pyproject.toml':
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
      'libs/pricing/backend.py': backend,
      'libs/pricing/pricing_source.py': 'PRICE = 7\n',
    };
    const ask = 'import pricing; print(pricing.BUILT_BY > 0, pricing.PRICE)';
    expect(await live(files, ask)).toBe('True 7');
    expect(await live({ 'libs/pricing/pricing_source.py': 'PRICE = 8\n' }, ask)).toBe('True 8');
  });

  test('an editable project is used where it was built, beside its environment', async () => {
    const files = { 'requirements.txt': '--no-index\n-e ./libs/pricing\n' };
    const ask = 'import pricing_source; print(pricing_source.PRICE, pricing_source.__file__)';
    expect(await live(files, ask)).toMatch(
      /^8 \/opt\/argo-trading\/venvs\/\w+\/release\/libs\/pricing\/pricing_source\.py$/,
    );
  });

  test('one that is missing is named with its line', async () => {
    await commit(world.scene.repository, {
      message: 'Need what is not there',
      files: { 'requirements.txt': '# exchange\n./vendor/quote-1.0-py3-none-any.whl\n' },
    });
    expect((await deploy(world)).thread).toMatch(
      /vendor\/quote-1\.0-py3-none-any\.whl is named by requirements\.txt:2, but is not in the commit: did you mean vendor\/quotes-1\.0/,
    );
  });
});
