/** Where a service's releases come from, and which commits belong to it. */
import { z } from 'zod';
import { isRefPattern } from '../git-names.ts';
import { Branch, RelativePath, RepositoryAddress } from './names.ts';

const Belonging = {
  directory: RelativePath.or(z.literal('.')).default('.'),
  /** Branches (`release/*`), tags (`refs/tags/v*`) or `*` for all of both; undefined: the declared branch. */
  allowed_refs: z
    .array(
      z.string().refine(isRefPattern, {
        error:
          'use a branch (main, release/*), a tag (refs/tags/v*), or * for every branch and tag',
      }),
    )
    .optional(),
  /** Of all files of a commit, also those that are left out of the release: they are written to the bot's disk. */
  max_checkout_bytes: z.int().positive().default(1_000_000_000),
};

export const SourceSchema = z.union([
  z.strictObject({ git: RepositoryAddress, branch: Branch.default('main'), ...Belonging }),
  z.strictObject({ path: z.string().min(1), ...Belonging }),
]);
