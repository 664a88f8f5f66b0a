import { join } from 'node:path';

/** What takes long to make and can be made again; git ignores it. */
export const cacheFolder = process.env['ARGO_CACHE'] ?? join(import.meta.dirname, '..', '.cache');

/** For processes that are started again and again: half of a start is compiling. */
export const compiled = { NODE_COMPILE_CACHE: join(cacheFolder, 'compiled') };
