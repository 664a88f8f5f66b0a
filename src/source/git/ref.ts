// Decides whether a text is a safe git ref or a full commit sha, before git sees it.
import { CommitRefused } from '../../deploy/record/errors.ts';
import { isRevision, REVISION_EXAMPLES } from '../../deploy/untrusted/git-names.ts';

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Returns a ref that somebody typed in Slack. Fails with `unsafe-ref` unless git can take it as a revision. */
export function safeRef(typed: string): string {
  if (isRevision(typed)) return typed;
  throw new CommitRefused(`${shown(typed)} is not a git ref.`, {
    code: 'unsafe-ref',
    next: `name a branch, a tag or a commit: ${REVISION_EXAMPLES}.`,
  });
}

/** Returns a sha from a record or a host. Fails with `unsafe-ref` unless it has 40 or 64 hex digits. */
export function safeSha(sha: string): string {
  if (isFullSha(sha)) return sha;
  throw new CommitRefused(`${shown(sha)} is not a full commit sha.`, {
    code: 'unsafe-ref',
    next: '`/argo deploy <ref>` with a branch, a tag or a commit: the recorded release names no commit.',
  });
}

export function isFullSha(text: string): boolean {
  return SHA.test(text);
}

/** The text quoted, shortened and without control characters, because it is part of a message. */
function shown(typed: string): string {
  const visible = typed.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return `"${visible.length > 60 ? `${visible.slice(0, 60)}…` : visible}"`;
}
