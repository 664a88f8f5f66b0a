// Decides in which forms a secret is searched for: in pieces, without blanks, as base64 and as hex.
import type { Edge } from './search.ts';

export interface Forms {
  /** Forms to search in the text itself, and in the text with escapes decoded. */
  plain: Map<string, Edge>;
  /** Forms to search in the text without blanks. */
  compact: Map<string, Edge>;
  /** Base64 forms. The base64 text around a match is masked too. */
  base64: Map<string, Edge>;
}

/** Length of the pieces in which a long secret is searched, so that a part of it is found too. */
const PIECE = 64;
const LONGEST = 65_536;
/** Length of the substrings by which a part of a random secret is recognized. */
const GRAM = 12;

export function formsOf(secret: string): Forms {
  const text = secret.slice(0, LONGEST);
  const forms: Forms = { plain: new Map(), compact: new Map(), base64: new Map() };
  for (const piece of piecesOf(text)) {
    forms.plain.set(piece, edgeOf(piece));
    addEncoded(forms, piece);
  }
  if (/^\d{5,40}$/.test(text)) forms.plain.set(withCommas(text), 'digits');
  if (text.includes(' ')) forms.plain.set(text.replaceAll(' ', '+'), 'any');
  const withoutBlanks = text.replaceAll(/[\s\p{Cf}\p{Cc}]+/gu, '');
  if (withoutBlanks.length >= 8 && /\D/.test(withoutBlanks)) {
    for (const piece of piecesOf(withoutBlanks)) forms.compact.set(piece, edgeOf(piece));
  }
  for (const token of text.match(/[\w+/=~-]{16,}/g) ?? []) {
    if (isRandom(token)) for (const gram of gramsOf(token)) forms.plain.set(gram, 'any');
  }
  return forms;
}

/** Returns pieces of equal length. The last one overlaps the piece before. */
function piecesOf(text: string): string[] {
  if (text.length <= PIECE) return [text];
  const count = Math.ceil(text.length / PIECE);
  return Array.from({ length: count }, (_, index) => {
    const start = Math.min(index * PIECE, text.length - PIECE);
    return text.slice(start, start + PIECE);
  });
}

function addEncoded(forms: Forms, piece: string): void {
  const bytes = Buffer.from(piece);
  if (bytes.length < 4) return;
  const hex = bytes.toString('hex');
  for (const one of [hex, hex.toUpperCase()]) {
    forms.plain.set(one, 'any');
    forms.compact.set(one, 'any');
  }
  for (const offset of [0, 1, 2]) {
    const core = fixedBase64(bytes, offset);
    if (core.length < 6) continue;
    for (const one of [core, core.replaceAll('+', '-').replaceAll('/', '_')])
      forms.base64.set(one, 'any');
  }
}

/** Returns the base64 of `bytes` at an offset in other data, without the characters that depend on that data. */
function fixedBase64(bytes: Buffer, offset: number): string {
  const all = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return all.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/** Returns which characters must not adjoin a match: inside another word or number, a short text is no secret. */
function edgeOf(text: string): Edge {
  if (/^[\d.,+-]+$/.test(text)) return text.length < 8 ? 'both' : 'digits';
  if (text.length < 6) return 'both';
  return text.length < 8 && /^\p{L}+$/u.test(text) ? 'letters' : 'any';
}

function withCommas(digits: string): string {
  return digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Returns the substrings of length GRAM of a random text, without those that may be words or numbers. */
function gramsOf(token: string): string[] {
  const all = Array.from({ length: token.length - GRAM + 1 }, (_, at) =>
    token.slice(at, at + GRAM),
  );
  return all.filter((gram) => !/[a-z]{8}|\d{11}/.test(gram));
}

/** True if letters and digits alternate more often than in words, dates and names. */
function isRandom(token: string): boolean {
  const kinds = token.replaceAll(/[^A-Za-z\d]/g, '').match(/[a-z]+|[A-Z]+|\d+/g) ?? [];
  return new Set(token).size >= 8 && kinds.length >= Math.max(5, token.length / 5);
}
