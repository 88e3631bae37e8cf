import { defineConfig } from 'vite';
import { examples } from './build/examples.ts';
import { precache } from './build/precache.ts';

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Works in any folder of any server.
  base: './',
  plugins: [examples(), precache()],
  build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  worker: { format: 'es' },
  // The loopback address alone. Isolated from other origins: then several workers share a proof.
  server: { host: '127.0.0.1', headers: ISOLATION },
  preview: { host: '127.0.0.1', headers: ISOLATION },
});
