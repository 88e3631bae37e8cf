/**
 * @module The service worker: keeps the page's files, so that it works offline once it was loaded. Files of a version are kept
 * together; a new version takes over when no tab shows the old one.
 */

/** What a service worker has besides what pages have, as far as it is used here. */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Scope {
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
}

const scope = globalThis as unknown as Scope;
// Both are written by the build.
const FILES = '__FILES__' as unknown as readonly string[];
const CACHE = 'weft-playground-__VERSION__';

scope.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(['./', ...FILES])));
});

scope.addEventListener('activate', (event) => {
  const dropOthers = async (): Promise<void> => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith('weft-playground-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    // The page that loaded this for the first time.
    await scope.clients.claim();
  };
  event.waitUntil(dropOthers());
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  const answer = async (): Promise<Response> =>
    (await caches.match(request, { cacheName: CACHE, ignoreVary: true, ignoreSearch: request.mode === 'navigate' })) ??
    fetch(request);
  event.respondWith(answer());
});
