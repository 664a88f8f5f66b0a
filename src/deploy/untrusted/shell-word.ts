// Quotes a path from a commit or from argo.yml for a command that a person pastes into a shell.

/** A path that starts with a dash would be read as an option, so it gets `./` in front. */
export function shellWord(path: string): string {
  const word = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
