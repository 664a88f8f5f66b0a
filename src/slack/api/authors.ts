// Decides which Slack users wrote a release, by the email addresses in its commits.
import type { MatchAuthors, SlackClient } from '../contract/ports.ts';
import { describeRequest } from '../../deploy/record/requests.ts';
import type { Author } from '../../deploy/record/facts.ts';
import { slackErrorOf } from './errors.ts';

const FRESH_MS = 600_000;
const MAX_CACHED = 1_000;
const UNKNOWN: Author = { name: 'authors that were not read', email: '' };

interface UserClient {
  users: Pick<SlackClient['users'], 'lookupByEmail'>;
}

export function createMatchAuthors(client: UserClient, now: () => number = Date.now): MatchAuthors {
  const userByEmail = new Map<string, { id: string | undefined; at: number }>();
  async function lookUp(email: string): Promise<string | undefined> {
    const cached = userByEmail.get(email);
    if (cached && now() - cached.at < FRESH_MS) return cached.id;
    const id = await userOf(client, email);
    if (userByEmail.size >= MAX_CACHED) userByEmail.clear();
    userByEmail.set(email, { id, at: now() });
    return id;
  }
  return async ({ request, facts }, { place }) => {
    const { authors, author_emails: declaredOwners } = place.approval;
    if (authors === 'may_approve' || describeRequest(request).keepsRelease) return undefined;
    const owners = new Map(
      Object.entries(declaredOwners).map(([at, who]) => [at.toLowerCase(), who]),
    );
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

async function userOf(client: UserClient, email: string): Promise<string | undefined> {
  try {
    return (await client.users.lookupByEmail({ email })).user?.id;
  } catch (error) {
    const slackError = slackErrorOf(error);
    if (slackError?.kind === 'refused' && slackError.error === 'users_not_found') return undefined;
    throw error;
  }
}
