// Describes python in argo.yml: interpreter, requirements, wheels, imports.
import { z } from 'zod';
import { AbsolutePath, RelativePath } from './names.ts';

/** Address of a package source. A login in it would appear in argo.yml, on the host and in pip's log. */
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
  /** Folder of wheels on the host, if hosts cannot reach a package index. */
  wheels: AbsolutePath.optional(),
  /** True if all packages and their dependencies need a digest (pip --require-hashes). */
  require_hashes: z.boolean().default(false),
  /** True to install wheels only, so that no package runs code at installation (pip --only-binary :all:). */
  only_binary: z.boolean().default(false),
  /** More package sources that requirements may name: indexes, folders, repositories. */
  addresses: z.array(PackageAddress).default([]),
  /** Modules that the release's interpreter must be able to import. */
  imports: z
    .array(z.string().regex(/^[A-Za-z_][\w.]*$/, 'use a module name such as a.b.c'))
    .default([]),
});

export type PythonSettings = z.infer<typeof PythonSchema>;
