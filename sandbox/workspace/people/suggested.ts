import type { Json } from '../model.ts';

/** What each select with options from the app was last answered: only these can be chosen. */
export const suggested = new WeakMap<Json, Json[]>();
