import { z } from 'zod';
import { AbsolutePath, RelativePath } from './names.ts';

/** A login would be in argo.yml, in the plan of the host and in the log of pip. */
const PackageAddress = z
  .string()
  .regex(
    /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:\/[^\s?#\\"'`$]*)?$/,
    'use an address such as https://packages.example.com/simple, without a login',
  );

export const PythonSchema = z.strictObject({
  interpreter: AbsolutePath.default('/usr/bin/python3'),
  requirements: RelativePath.optional(),
  system_site_packages: z.boolean().default(false),
  /** A folder of wheels on the host, for hosts without a package index. */
  wheels: AbsolutePath.optional(),
  /** Every package, with those that it needs, is named with its digest (pip --require-hashes). */
  require_hashes: z.boolean().default(false),
  /** Only wheels are installed, so no code of a package runs while it is (pip --only-binary :all:). */
  only_binary: z.boolean().default(false),
  /** Where requirements may take packages from, beside the index of the hosts: indexes, folders, repositories. */
  addresses: z.array(PackageAddress).default([]),
  /** Modules that must be importable by the release's own interpreter. */
  imports: z
    .array(z.string().regex(/^[A-Za-z_][\w.]*$/, 'use a module name such as a.b.c'))
    .default([]),
});

export type PythonSettings = z.infer<typeof PythonSchema>;
