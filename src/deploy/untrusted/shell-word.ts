// Quotes paths and arguments from a commit or from argo.yml for a command that a person pastes into a shell.

/** A path that starts with a dash would be read as an option, so it gets `./` in front. */
export function shellWord(path: string): string {
  return shellArgument(path.startsWith('-') ? `./${path}` : path);
}

/** Quotes any argument of a command, also an option. */
export function shellArgument(word: string): string {
  if (/^[\w./@%+=:,-]+$/.test(word)) return word;
  return /\p{Cc}/u.test(word)
    ? `$'${escapes(word)}'`
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Escapes control characters, backslashes and quotes, as bash and zsh read them between `$'` and `'`. */
function escapes(word: string): string {
  return word
    .replaceAll(/[\\']/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll(/\p{Cc}/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
