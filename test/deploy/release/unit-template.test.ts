import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { files } from '../../../src/deploy/stages/files.ts';
import { renderUnit } from '../../../src/deploy/unit/unit-file.ts';
import { readTemplate } from '../../../src/deploy/release/unit-template.ts';
import { folderTree } from '../../../src/source/tree/folder-tree.ts';
import { COMMIT, createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';
import { targetWith } from '../../support/target.ts';

const good = `[Unit]
Description=ours
[Service]
# {nobody} fills this
User={user}
WorkingDirectory={slot}
EnvironmentFile={environment_file}
Environment=COLOUR={slot_name} HOME_OF=\${root}
ExecStart={venv}/bin/serve --port {port} --data {root}/data
`;

let folder: string;
let directory: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unit-template-'));
  directory = join(folder, 'checkout');
  mkdirSync(directory);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commit = () => ({ ...folderTree(directory), sha: COMMIT.sha });
const target = targetWith({ service: { unit: { template: 'engine.service' } } });
const read = (text: string) => {
  rmSync(join(directory, 'engine.service'), { force: true, recursive: true });
  writeFileSync(join(directory, 'engine.service'), text);
  return readTemplate(target, commit());
};

describe('a unit of the team', () => {
  test('is filled in and says where it comes from', async () => {
    const template = await read(good);
    expect(renderUnit(target, 'green', template)).toMatchInlineSnapshot(`
     "# Written by argo-bot from engine.service; edits are lost at the next deployment.
     [Unit]
     Description=ours
     [Service]
     # {nobody} fills this
     User=engine
     WorkingDirectory=/opt/engine/green
     EnvironmentFile=/opt/engine/green/.argo/environment
     Environment=COLOUR=green HOME_OF=\${root}
     ExecStart=/opt/engine/green/.argo/venv/bin/serve --port 8002 --data /opt/engine/data
     "
    `);
  });

  test.each([
    [good.replace('{port}', '{prot}'), 'line 9: {prot} is unknown; known are {slot} {slot_name}'],
    [good.replace('{environment_file}', '/etc/env'), 'no line EnvironmentFile={environment_file}'],
    [good.replace('User={user}\n', ''), 'the service would run as root'],
    [good.replace('{user}', 'root'), 'line 5: User=root must be engine, who can read the config'],
    [good.replace(/^ExecStart.*\n/m, ''), 'it has no ExecStart'],
    ['hello', 'it has no [Service] section'],
    ['x'.repeat(100_001), 'larger than 0.1 MB (100000 bytes)'],
  ])('is refused for what it lacks: %#', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
    await expect(read(text)).rejects.toMatchObject({ code: 'unit-template' });
  });

  test('is refused where it is no file of the checkout', async () => {
    await read(good);
    const path = join(directory, 'engine.service');
    const again = () => readTemplate(target, commit());
    rmSync(path);
    await expect(again()).rejects.toThrow(`commit ${COMMIT.sha.slice(0, 7)} does not have it`);
    symlinkSync('/etc/passwd', path);
    await expect(again()).rejects.toThrow('it is a link that leaves the checkout');
    rmSync(path);
    mkdirSync(path);
    await expect(again()).rejects.toThrow('it is not a regular file');
    rmSync(path, { recursive: true });
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere', 'engine.service'), good);
    symlinkSync('../elsewhere', join(directory, 'link'));
    const outside = targetWith({ service: { unit: { template: 'link/engine.service' } } });
    await expect(readTemplate(outside, commit())).rejects.toThrow(
      'it is a link that leaves the checkout',
    );
  });

  test('stops a deployment before anything is sent', async () => {
    const world = createMemoryWorld();
    world.files.read = (...asked) => commit().read(...asked);
    const context = stageContext(world, { target, facts: { commit: COMMIT } });
    await read('hello').catch(() => undefined);
    await expect(files.run(context)).rejects.toMatchObject({ code: 'unit-template' });
    await read(good);
    await expect(files.run(context)).resolves.toBeDefined();
    expect(world.host.calls).toEqual([]);
  });
});
