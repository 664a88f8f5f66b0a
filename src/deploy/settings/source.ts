// Describes source in argo.yml: repository or path, allowed refs, required signatures.
import { z } from 'zod';
import { isRefPattern } from '../untrusted/git-names.ts';
import { Branch, OneLine, RelativePath, RepositoryAddress } from './names.ts';

const Belonging = {
  directory: RelativePath.or(z.literal('.')).default('.'),
  /** Where a commit must come from: `release/*`, `refs/tags/v*`, or `*` for any ref; undefined: the declared branch. */
  allowed_refs: z
    .array(
      z.string().refine(isRefPattern, {
        error:
          'use a branch (main, release/*), a tag (refs/tags/v*), or * for every branch and tag',
      }),
    )
    .optional(),
  /** Limit for all files of a commit, also those that no release gets: a checkout writes them to the bot's disk. */
  max_checkout_bytes: z.int().positive().default(1_000_000_000),
  /** The repository's website, for links to commits and diffs; undefined: derived from the address. */
  web: z
    .string()
    .regex(/^https?:\/\/[^\s<>|]+$/, 'use an address such as https://git.example.com/team/engine')
    .optional(),
  require_signed: z.boolean().default(false),
  /** File on the bot's machine with signers, as in ssh-keygen(1), ALLOWED SIGNERS. */
  allowed_signers: OneLine.optional(),
  /** File on the bot's machine with public keys for gpg. */
  allowed_gpg_keys: OneLine.optional(),
};

const namesSigners = (source: z.infer<z.ZodObject<typeof Belonging>>): boolean =>
  !source.require_signed || (source.allowed_signers ?? source.allowed_gpg_keys) !== undefined;

const NO_SIGNERS = {
  error: 'require_signed needs allowed_signers or allowed_gpg_keys',
  path: ['require_signed'],
};

export const SourceSchema = z.union([
  z
    .strictObject({ git: RepositoryAddress, branch: Branch.default('main'), ...Belonging })
    .refine(namesSigners, NO_SIGNERS),
  z.strictObject({ path: z.string().min(1), ...Belonging }).refine(namesSigners, NO_SIGNERS),
]);
