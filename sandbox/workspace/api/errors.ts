import type { Json } from '../model.ts';

/** An answer with `ok: false`: the caller's fault, worded as Slack words it. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly body: Json;

  constructor(error: string, extra: Json = {}) {
    super(error);
    this.body = { ok: false, error, ...extra };
  }
}

export function refused(error: string, errors: string[]): ApiError {
  if (errors.length === 0) return new ApiError(error);
  const messages = errors.map((message) => `[ERROR] ${message}`);
  return new ApiError(error, { errors, response_metadata: { messages } });
}
