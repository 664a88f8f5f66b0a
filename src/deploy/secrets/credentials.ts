// Decides which texts are masked as credentials by their shape, without being declared.
import { MASK, replaceMatches, type CredentialShape } from './replace.ts';

/** Names of fields whose values are secret. */
const NAME = String.raw`(?:api[_-]?key|(?:access|private|secret|signing)[_-]?key|token|secret|password|passwd|passphrase|pwd)`;

/** Words that often follow such field names in logs and are no secret: `expected`, `set-by-hand`, `/run/key`. */
const WORD = String.raw`[a-z_./]{1,40}(?:[-:!?][a-z_./]{0,40}){0,12}`;
const STOP = String.raw`\s"'\x60&,;<>()[\]{}`;

/** Credentials that begin with a prefix of their issuer. */
const ISSUED = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bxox[a-z]-[A-Za-z0-9-]{8,}/g,
  /\bxapp-[A-Za-z0-9-]{8,}/g,
  /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9/_-]{12,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bgl(?:pat|dt|rt|ptt|soat|cbt|ft|agent|oas|imt)-[A-Za-z0-9_.=-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\bGOCSPX-[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,}/g,
  /\bsk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bpypi-[A-Za-z0-9_-]{40,}/g,
  /\bdop_v1_[a-f0-9]{40,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\b\d{8,10}:AA[A-Za-z0-9_-]{33}/g,
  /\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,2000}/g,
];

/** Credentials that are recognized by the text in front of them. */
const PREFIXED: readonly Required<CredentialShape>[] = [
  { prefix: /:\/\/[^\s:/@]{0,100}:/g, value: /[^\s@/]{1,200}(?=@)/y },
  {
    prefix: /\b(?:authorization|x-api-key)["']?\s{0,5}[:=]\s{0,5}["']?(?:bearer |basic )?/gi,
    value: /[A-Za-z0-9._~+/=-]{8,}/y,
  },
  // In the query of an address, any text after `key=` is masked.
  {
    prefix: new RegExp(String.raw`[?&](?:[\w.-]{0,40}[_.-])?(?:${NAME}|key|sig|signature)=`, 'gi'),
    value: new RegExp(`[^${STOP}#]+`, 'y'),
  },
  // Elsewhere an ordinary word may follow, as in `token: expected`. Words are not masked.
  {
    prefix: new RegExp(String.raw`${NAME}["']?\s{0,5}[:=]\s{0,5}["']?`, 'gi'),
    value: new RegExp(`(?!${WORD}(?:[${STOP}]|$))[^${STOP}]{6,}`, 'iy'),
  },
  {
    prefix: new RegExp(String.raw`${NAME}"\s{0,5}:\s{0,5}"`, 'gi'),
    value: new RegExp(String.raw`(?!${WORD}")[^"\r\n]{6,}(?=")`, 'iy'),
  },
];

export function* maskCredentials(text: string): Generator<void, string> {
  let cleaned = text;
  for (const value of ISSUED) cleaned = yield* replaceMatches(cleaned, { value }, MASK);
  for (const shape of PREFIXED) cleaned = yield* replaceMatches(cleaned, shape, MASK);
  return cleaned;
}
