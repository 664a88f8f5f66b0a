// Decides which Slack users wrote a release, by the email addresses in its commits.
import type { MatchAuthors, SlackClient } from '../contract/ports.ts';
import { describeRequest } from '../../deploy/record/requests.ts';
import type { Author } from '../../deploy/record/facts.ts';
import { slackErrorOf } from './errors.ts';
import { remembered } from './remembered.ts';

const FRESH_MS = 600_000;
/** The author of commits that were not read. It matches nobody, so one more person must approve. */
const UNKNOWN: Author = { name: 'authors that were not read', email: '' };

export function createMatchAuthors(client: Pick<SlackClient, 'users'>): MatchAuthors {
  const lookUp = remembered(async (email) => {
    try {
      return (await client.users.lookupByEmail({ email })).user?.id;
    } catch (error) {
      const found = slackErrorOf(error);
      if (found?.kind === 'refused' && found.error === 'users_not_found') return undefined;
      throw error;
    }
  }, FRESH_MS);
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
