/** What a secret becomes wherever text leaves the process. */
const MASK = '[secret]';

/** What is called so is secret. */
const NAME = String.raw`(?:api[_-]?key|(?:access|private|secret|signing)[_-]?key|token|secret|password|passwd|passphrase|pwd)`;

/** `expected`, `UnexpectedEnd`, `set-by-hand`, `/run/key`: nobody's key, and half of what a log says. */
const WORD = String.raw`[a-z_./]{1,40}(?:[-:!?][a-z_./]{0,40}){0,12}`;
const STOP = String.raw`\s"'\x60&,;<>()[\]{}`;

/** Shapes of well-known credentials, for secrets that nobody declared. */
const PATTERNS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bxox[a-z]-[A-Za-z0-9-]{8,}/g,
  /\bxapp-[A-Za-z0-9-]{8,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bAKIA[A-Z0-9]{16}\b/g,
  /(?<=:\/\/[^\s:/@]{0,100}:)[^\s@/]{1,200}(?=@)/g,
  // The blanks are bounded: in a lookbehind every one of a long row would be tried at every place.
  /(?<=\b(?:authorization|x-api-key)["']?\s{0,5}[:=]\s{0,5}["']?(?:bearer |basic )?)[A-Za-z0-9._~+/=-]{8,}/gi,
  // A query is written by programs, so whatever stands there is a value.
  new RegExp(
    String.raw`(?<=[?&](?:[\w.-]{0,40}[_.-])?(?:${NAME}|key|sig|signature)=)[^${STOP}#]+`,
    'gi',
  ),
  // Elsewhere words may follow the same names. Bounded blanks and one try a place keep it linear.
  new RegExp(
    String.raw`(?<=${NAME}["']?\s{0,5}[:=]\s{0,5}["']?)(?!${WORD}(?:[${STOP}]|$))[^${STOP}]{6,}`,
    'gi',
  ),
  new RegExp(String.raw`(?<=${NAME}"\s{0,5}:\s{0,5}")(?!${WORD}")[^"\r\n]{6,}(?=")`, 'gi'),
];

// oxlint-disable-next-line no-control-regex -- terminal escapes are what is being removed
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

/** The one choke point before every sink: journal, log, Slack, file. */
export interface Redactor {
  /** Values to hide from now on, also in their base64 and URL forms. Shorter than 6 characters: ignored. */
  learn(secrets: readonly string[]): void;
  clean(text: string): string;
}

export function createRedactor(): Redactor {
  const known = new Set<string>();
  let ordered: string[] = [];
  return {
    learn(secrets) {
      for (const secret of secrets) for (const form of formsOf(secret)) known.add(form);
      // Longest first, or a secret that contains another would leave its rest behind.
      ordered = [...known].toSorted((a, b) => b.length - a.length);
    },
    clean(text) {
      let cleaned = text.replaceAll(ANSI, '');
      for (const secret of ordered) cleaned = cleaned.replaceAll(secret, MASK);
      for (const pattern of PATTERNS) cleaned = cleaned.replaceAll(pattern, MASK);
      return cleaned;
    },
  };
}

function formsOf(secret: string): string[] {
  if (secret.length < 6) return [];
  const url = encodeURIComponent(secret.toWellFormed());
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    base64,
    base64.replaceAll('=', ''),
    Buffer.from(secret).toString('base64url'),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** A copy with every string in it cleaned, in the same shape. */
export function cleanDeep<T extends object>(redactor: Redactor, value: T): T {
  return scrub(redactor, structuredClone(value));
}

function scrub<T extends object>(redactor: Redactor, item: T): T {
  for (const [key, value] of Object.entries(item)) {
    if (typeof value === 'string') Reflect.set(item, key, redactor.clean(value));
    else if (typeof value === 'object' && value !== null) scrub(redactor, value);
  }
  return item;
}
