// Decides which people in Slack wrote a release, by the email addresses in its commits.
import { type MatchAuthors } from '../contract/people.ts';
import { describeRequest } from '../../deploy/record/requests.ts';
import type { Author } from '../../deploy/record/facts.ts';
import type { SlackClient } from '../contract/slack-client.ts';
import { slackErrorOf } from './errors.ts';

const FRESH_MS = 600_000;
const MOST = 1_000;
const UNKNOWN: Author = { name: 'authors that were not read', email: '' };

interface Asking {
  users: Pick<SlackClient['users'], 'lookupByEmail'>;
}

export function createMatchAuthors(client: Asking, now: () => number = Date.now): MatchAuthors {
  const known = new Map<string, { id: string | undefined; at: number }>();
  async function lookUp(email: string): Promise<string | undefined> {
    const before = known.get(email);
    if (before && now() - before.at < FRESH_MS) return before.id;
    const id = await userOf(client, email);
    if (known.size >= MOST) known.clear();
    known.set(email, { id, at: now() });
    return id;
  }
  return async ({ request, facts }, { place }) => {
    const { authors, author_emails: declared } = place.approval;
    if (authors === 'may_approve' || describeRequest(request).keepsRelease) return undefined;
    const owners = new Map(Object.entries(declared).map(([at, who]) => [at.toLowerCase(), who]));
    const people = new Set<string>();
    const unmatched: Author[] = [];
    for (const author of facts.authors ?? [UNKNOWN]) {
      const email = author.email.toLowerCase();
      const owner = owners.get(email) ?? (email.includes('@') ? await lookUp(email) : undefined);
      if (owner === undefined) unmatched.push(author);
      else if (owner !== 'nobody') people.add(owner);
    }
    return { people, unmatched };
  };
}

async function userOf(client: Asking, email: string): Promise<string | undefined> {
  try {
    return (await client.users.lookupByEmail({ email })).user?.id;
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (trouble?.kind === 'refused' && trouble.error === 'users_not_found') return undefined;
    throw error;
  }
}
