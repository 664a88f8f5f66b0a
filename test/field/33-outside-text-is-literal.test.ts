// Review finding: a rule `*cache*` turned bold in the channel. Text from outside is shown character by character.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { threadOf, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { people } from '../../sandbox/people.ts';
import { openPage, type Shown } from '../slack/support/page.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const subject = '*Ship* the `cache` :tada: _now_, see https://example.com <!here>';
const reason = '~freeze~ until *Friday* :tada: `x`';

describeOnHosts('text from outside', () => {
  let world: World;
  let page: Awaited<ReturnType<typeof openPage>>;

  beforeAll(async () => {
    world = await openWorld();
    const { repository } = world.scene;
    await commit(repository, {
      message: subject,
      files: { '.deployignore': '*cache*.txt\n_old_*\n', 'a-cache.txt': 'x', _old_x: 'x' },
    });
    page = await openPage();
  });
  afterAll(() => world.stop());

  const shown = (blocks: readonly unknown[]): Shown[] => blocks.map((block) => page.block(block));

  test('of a commit, an ignore rule and a person is in the channel as it was written', async () => {
    const { root } = await deploy(world);
    const blocks = threadOf(world.scene, root).flatMap((message) => message.blocks ?? []);
    const all = shown(blocks);
    const text = all.map((one) => one.text).join('\n');
    expect(text).toContain(subject);
    expect(text).toContain('*cache*.txt (1): a-cache.txt');
    expect(text).toContain('_old_* (1): _old_x');
    expect(text).not.toContain('🎉');
    const made = all.flatMap((one) => one.all).filter(({ tag }) => ['a', 'em', 's'].includes(tag));
    expect(made.map((one) => one.text)).toEqual([]);
    const bold = all.flatMap((one) => one.all).filter(({ tag }) => tag === 'strong');
    expect(bold.filter(({ text: words }) => /Ship|cache/.test(words))).toEqual([]);
  });

  test('that somebody typed is, too', async () => {
    await told(world.scene, 'ben', `lock "${reason}"`);
    await told(world.scene, 'ada', 'deploy');
    const answers = world.scene.workspace.ephemerals(people.ada.id);
    const [last] = shown(answers.at(-1)?.blocks ?? []);
    expect(last?.text).toContain(reason);
    expect(last?.all.filter(({ tag }) => ['s', 'em'].includes(tag))).toEqual([]);
  });
});
