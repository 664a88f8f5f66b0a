import type { IncomingMessage } from 'node:http';
import { isRecord } from '../model.ts';
import type { Json } from '../model.ts';

const MAX_BYTES = 60_000_000;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw new Error('request body too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Arguments from a form or from JSON; undefined when the body is neither. */
export function parseArguments(contentType: string, body: Buffer): Json | undefined {
  if (body.length === 0) return {};
  if (contentType.includes('application/json')) {
    try {
      const parsed: unknown = JSON.parse(body.toString());
      return isRecord(parsed) ? parsed : undefined;
    } catch {
      return undefined;
    }
  }
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

/** The file behind an upload: the raw body, or the one file of a multipart form. */
export async function uploadedBytes(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const headers = { 'content-type': contentType };
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const [first] = form.values();
  if (first === undefined) return Buffer.alloc(0);
  return typeof first === 'string' ? Buffer.from(first) : Buffer.from(await first.arrayBuffer());
}
