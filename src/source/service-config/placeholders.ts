// Decides whether a config value is a placeholder such as CHANGEME, or ciphertext.

/** Patterns of texts that templates and encryption tools leave in place of a value, with their names. */
const KINDS: [RegExp, string][] = [
  [/^ENC\[AES256_GCM,/, 'encrypted by sops'],
  [/^ENC\[(?:PKCS7|GPG|KMS),/, 'encrypted by hiera-eyaml'],
  [/^\$ANSIBLE_VAULT;/, 'encrypted by ansible-vault'],
  [/^encrypted:[A-Za-z0-9+/]{40,}={0,2}$/, 'encrypted by dotenvx'],
  [/^U2FsdGVkX1[A-Za-z0-9+/]/, 'encrypted by openssl'],
  [/^\$\w+$|\$\{[^}]*\}|^%\w+%$|\{\{[^}]*\}\}/, 'a variable that nothing has filled in'],
  [/^<[^<>]*>$|^\[[A-Za-z _-]+\]$/, 'a placeholder in brackets'],
  [/^(?:x{2,}|\*+|\.{2,}|-{2,}|_{2,}|\?+|0{8,})$/i, 'a placeholder (the same character repeated)'],
  [
    /^(?:change|replace|fill|insert|put|enter|add)[ _+-]*(?:me|this|it|in|with|here|your|value|later)\b/i,
    'a placeholder',
  ],
  [/^(?:your|my)[ _-](?:[a-z]+[ _-])*(?:api|key|token|secret|password|value)\b/i, 'a placeholder'],
  [/[ _-](?:goes[ _-])?here$/i, 'a placeholder'],
  [
    /^(?:todo|fixme|tbd|tba|n\/a|none|null|nil|undefined|placeholder|dummy|example|sample|changeit|(?:api|secret|access)[ _-]?key|secret|token|password)[.!]*$/i,
    'a placeholder',
  ],
];

/** The kind of placeholder, without the text itself; undefined for a real value. */
export function placeholderKind(text: string): string | undefined {
  const value = text.trim();
  return KINDS.find(([pattern]) => pattern.test(value))?.[1];
}
