/**
 * @module Writes the list of the page's files, and a name for it, into the service worker: with it the page works offline, and a new
 * version of any file makes a new service worker.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const WORKER = 'service-worker.js';
const FILES = '__FILES__';
const VERSION = '__VERSION__';

export function precache(): Plugin {
  return {
    name: 'weft-precache',
    apply: 'build',
    buildStart() {
      const id = fileURLToPath(new URL('../src/service-worker.ts', import.meta.url));
      this.emitFile({ type: 'chunk', id, fileName: WORKER });
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk') throw new Error(`no chunk ${WORKER}`);
        const copied = readdirSync(fileURLToPath(new URL('../public', import.meta.url)));
        const files = [...Object.keys(bundle), ...copied].filter((file) => file !== WORKER).sort();
        const hash = createHash('sha256').update(files.join());
        // Names of files in `assets` have a hash of their content; of the others the content counts.
        for (const output of Object.values(bundle))
          if (output !== worker) hash.update(output.type === 'chunk' ? output.code : output.source);
        worker.code = worker.code
          .replace(new RegExp(`["'\`]${FILES}["'\`]`), JSON.stringify(files))
          .replace(VERSION, hash.digest('hex').slice(0, 16));
      },
    },
  };
}
