// Describes syntax errors of JSON where a key or a value is expected.

/** `letter` is the character at the place where a key should begin; undefined at the end. */
export function expectedKey(letter: string | undefined): string {
  if (letter === "'") return "keys need double quotes, not '";
  if (letter === '/' || letter === '#') return 'JSON has no comments';
  if (letter === ',') return 'there is a comma too many';
  return 'a key in double quotes is expected here';
}

/** `letter` is the character where a value should begin, `ahead` the text from there. */
export function expectedValue(letter: string | undefined, ahead: string): string {
  if (letter === undefined) return 'the file ends where a value is expected';
  if (letter === "'") return "text needs double quotes, not '";
  if (letter === '/' || letter === '#') return 'JSON has no comments';
  if (/^(True|False|None)/.test(ahead))
    return 'write true, false or null, as JSON does (this is Python)';
  if (letter === ',' || letter === '}' || letter === ']') return 'a value is missing here';
  return 'a value is expected here (text needs double quotes)';
}
