#!/usr/bin/env node
// Starts the command line `argo-bot` after the check of Node's version. Plain JavaScript, as that check is.
import './node-version.js';

// Not a static import: Node would read cli.ts before the check has run.
await import('./cli.ts');
