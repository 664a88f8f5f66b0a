// Decides which names of files are refused, and words paths for messages and for the ignore file.
import { shellWord } from '../../deploy/untrusted/shell-word.ts';

const UNSAFE: readonly [RegExp, problem: string][] = [
  [/\p{Cc}/u, 'has a line break or control character in its name'],
  // sha256sum, tar and shells each read a backslash in another way.
  [/\\/, 'has a backslash in its name'],
  [/\uFFFD/, 'has a name that is not UTF-8'],
  [/^\.argo$/, 'is the name that argo-bot keeps its own files under'],
];

/** Why a release cannot contain a file of this name; undefined if it can. `inside`: the folder of the service. */
export function unsafeName(
  name: string,
  { inside, ignoreFile }: { inside: string; ignoreFile: string },
): { problem: string; next: string } | undefined {
  const [, problem] = UNSAFE.find(([pattern]) => pattern.test(name)) ?? [];
  if (problem === undefined) return undefined;
  const pattern = name.replace(/[\p{Cc}\\]/gu, '?').replaceAll('\uFFFD', '*');
  const next = `${renameOf(inside, name)}, or ${exclusionOf(pattern, ignoreFile)}; commit and push.`;
  return { problem, next };
}

/** A command that renames the file. For a name that is not UTF-8 there is none, because its bytes are unknown here. */
function renameOf(inside: string, name: string): string {
  if (name.includes('\uFFFD')) return 'Rename it to a name in UTF-8';
  const usable = name === '.argo' ? 'argo-files' : name.replace(/[\p{Cc}\\]/gu, '_');
  return `\`git mv ${shellWord(inside + name)} ${shellWord(inside + usable)}\``;
}

export const exclusionOf = (pattern: string, ignoreFile: string): string =>
  `add the line \`/${pattern}\` to ${ignoreFile}`;

/** Escapes control characters for messages: `new\nnotes.txt`. */
export function visible(text: string): string {
  const escaped = text.replaceAll('\n', String.raw`\n`).replaceAll('\t', String.raw`\t`);
  return escaped.replace(/\p{Cc}/gu, '?');
}
