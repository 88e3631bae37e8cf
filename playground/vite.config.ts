import { defineConfig } from 'vite';
import { examples } from './build/examples.ts';
import { precache } from './build/precache.ts';

export default defineConfig({
  // Works in any folder of any server.
  base: './',
  plugins: [examples(), precache()],
  build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  worker: { format: 'es' },
  // The loopback address alone.
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
});
