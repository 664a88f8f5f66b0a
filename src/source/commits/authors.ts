// Lists the authors, committers and co-authors of a range of commits.
import type { Author } from '../../deploy/record/facts.ts';
import { plain, readCommit } from './list-commits.ts';
import { git, type Repository } from '../git/git.ts';

/** Longer lists are cut and end in the author MORE, who matches nobody in Slack, so one more person must approve. */
const MOST_COMMITS = 20_000;
const MOST_AUTHORS = 200;
const MORE: Author = { name: 'more authors than are listed', email: '' };

/** GitHub commits merges on its website under this address, which belongs to no person. */
const MERGED_THERE = 'noreply@github.com';

// For each commit: author and committer with their addresses, then the co-authors, one per line. NUL ends each field.
const FORMAT =
  '--format=%an%x00%ae%x00%cn%x00%ce%x00%(trailers:key=Co-authored-by,valueonly,unfold)%x00';

export async function authorsBetween(
  repository: Repository,
  from: string | undefined,
  to: string,
): Promise<Author[]> {
  const range = await rangeOf(repository, from, to);
  const log = ['log', '--no-show-signature', '--no-mailmap', FORMAT, ...range];
  const answer = await git(log, repository);
  const fields = answer.ok ? answer.stdout.split('\0') : [];
  const found = new Map<string, Author>();
  for (let at = 0; at + 4 < fields.length; at += 5) {
    for (const author of authorsOf(fields.slice(at, at + 5)))
      found.set(author.email.toLowerCase(), author);
  }
  const all = [...found.values()];
  const whole = all.length > 0 && all.length <= MOST_AUTHORS && fields.length / 5 <= MOST_COMMITS;
  return whole ? all : [...all.slice(0, MOST_AUTHORS), MORE];
}

async function rangeOf(
  repository: Repository,
  from: string | undefined,
  to: string,
): Promise<string[]> {
  if (from === undefined) return ['-1', '--end-of-options', to];
  const known = (await readCommit(repository, from)) !== undefined;
  return [`-${MOST_COMMITS}`, '--end-of-options', to, ...(known ? [`^${from}`] : [])];
}

function authorsOf(fields: string[]): Author[] {
  const [name = '', email = '', committer = '', by = '', others = ''] = fields;
  return [
    authorOf(name.trim(), email),
    ...(by === MERGED_THERE ? [] : [authorOf(committer, by)]),
    ...others
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(coAuthor),
  ];
}

/** Parses `Ada Lovelace <ada@example.org>`. A line of another form becomes the address, which matches nobody. */
function coAuthor(line: string): Author {
  const [, name = line, email = line] = /^(.*?)\s*<([^<>]*)>\s*$/.exec(line) ?? [];
  return authorOf(name, email);
}

function authorOf(name: string, email: string): Author {
  return { name: plain(name, 100), email: plain(email, 200) };
}
