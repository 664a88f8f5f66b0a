// Somebody with the role of an approver writes a commit, has a colleague ask for its deployment, and approves it: as
// author, committer or co-author, by a click, by the form with a note, or under an address that Slack does not know.
// With `approval.authors: may_not_approve`, no code may reach users that its author alone has approved.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSource } from '../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';
import { exampleFacts, prepared } from '../support/events.ts';
import { APPROVER, CHANNEL, OPERATOR, REQUESTER, settings } from '../support/settings.ts';
import { startBot, type Bot } from '../slack/support/bot.ts';

const BEN = { name: 'Ben', email: 'Ben@corp.example' };
const CAROL = { name: 'Carol', email: 'carol@corp.example' };
const BEN_AT_HOME = { name: 'Ben', email: 'ben@home.example' };
const addresses = { [APPROVER]: 'ben@corp.example', [OPERATOR]: 'carol@corp.example' };
const signal = new AbortController().signal;

interface By {
  author: { name: string; email: string };
  committer?: { name: string; email: string };
  trailer?: string;
}

/** Commits in a real repository, and what argo-bot reads of who wrote them. */
async function written({ author, committer = author, trailer }: By) {
  const repository = new Repository();
  const live = repository.commit('Live', { 'main.py': 'one = 1\n' });
  repository.people = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
  };
  const message = trailer === undefined ? 'Change' : `Change\n\n${trailer}\n`;
  const sha = repository.commit(message, { 'main.py': 'one = 2\n' });
  const source = createSource({ dataDirectory: temporaryFolder() });
  return source.authors({ path: repository.folder, directory: '.' }, live, sha, signal);
}

/** A bot where authors must not approve. */
function begin(author_emails = {}, without?: string): Promise<Bot> {
  const approval = { authors: 'may_not_approve', author_emails };
  return startBot({
    settings: settings([], { approval }),
    addresses,
    ...(without === undefined ? {} : { without }),
  });
}

describe('an approver', () => {
  let bot: Bot;
  beforeEach(async () => {
    bot = await begin();
  });
  afterEach(() => bot.stop());

  async function waiting(by: By): Promise<string> {
    await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
    await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
    const id = await bot.running();
    await bot.work(id, ...prepared({ facts: { ...exampleFacts, authors: await written(by) } }));
    return id;
  }

  const card = () => bot.workspace.messages(CHANNEL).find(({ text }) => text.includes('Approval'));

  async function approve(user: string, button = 'approve'): Promise<string> {
    const before = bot.workspace.ephemerals(user).length;
    await bot.workspace.as(user).click(CHANNEL, card()?.ts ?? '', button);
    if (button !== 'approve') {
      const view = await bot.workspace.waitFor(() => bot.workspace.as(user).openView());
      await bot.workspace.as(user).submit(view?.id ?? '', { reason: 'I know this commit' });
    }
    const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
    return answer?.text ?? '';
  }

  const decision = async (id: string) => (await bot.records.read(id))?.gate?.decision?.kind;

  test.each<[string, By]>([
    ['the author', { author: BEN }],
    ['the committer', { author: CAROL, committer: BEN }],
    ['a co-author', { author: CAROL, trailer: 'Co-authored-by: Ben <BEN@corp.example>' }],
  ])('who is %s cannot approve, by click or by form', async (_role, by) => {
    const id = await waiting(by);
    expect(await approve(APPROVER)).toContain('because you wrote commits of it');
    expect(await approve(APPROVER, 'approve-with-note')).toContain(
      'because you wrote commits of it',
    );
    expect(await decision(id)).toBeUndefined();
    expect(JSON.stringify(card()?.blocks)).toContain('wrote these commits and cannot approve them');
  });

  test('who wrote none of it can', async () => {
    const id = await waiting({ author: BEN });
    expect(await approve(OPERATOR)).toContain('Approved');
    expect(await decision(id)).toBe('approved');
  });

  test('who hides behind another address is not enough alone, however often they click', async () => {
    const id = await waiting({ author: BEN_AT_HOME });
    expect(JSON.stringify(card()?.blocks)).toContain('are unknown in Slack');
    expect(await approve(APPROVER)).toContain('1 of 2');
    expect(await approve(APPROVER)).toContain('You have approved this already');
    expect(await decision(id)).toBeUndefined();
    expect(await approve(OPERATOR)).toContain('Approved');
    expect(await decision(id)).toBe('approved');
  });

  test('whose other address argo.yml declares cannot approve', async () => {
    await bot.stop();
    bot = await begin({ 'ben@home.example': APPROVER });
    const id = await waiting({ author: BEN_AT_HOME });
    expect(await approve(APPROVER)).toContain('because you wrote commits of it');
    expect(await decision(id)).toBeUndefined();
  });

  test('cannot approve while Slack does not say who the authors are', async () => {
    await bot.stop();
    bot = await begin({}, 'users:read.email');
    const id = await waiting({ author: CAROL });
    expect(await approve(APPROVER)).toContain('lacks the scope `users:read.email`');
    expect(await decision(id)).toBeUndefined();
  });

  test('may reject what they wrote', async () => {
    const id = await waiting({ author: BEN });
    expect(await approve(APPROVER, 'reject')).toContain('Rejected');
    expect(await decision(id)).toBe('rejected');
  });
});
