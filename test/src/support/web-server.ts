/**
 * @module A web server of this machine alone, for what pages load: files of a folder, guests, and pages that load a script.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type GuestName, readGuest } from '@weft/guest-examples';

/** The strictest policy under which a page can prove. */
const STRICT_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.elf': 'application/octet-stream',
};

/** Headers of a page that is isolated from other origins. */
export const ISOLATION: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface WebServer {
  /** Without a slash at its end. */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves `/NAME.js` and the like from `folder`, guests as `/NAME.elf`, and as `/` a page that loads `/page.js`.
 * @param policy - of all answers: the header Content-Security-Policy.
 * @param others - headers of all answers besides.
 */
export async function serve(
  folder: string,
  policy: string = STRICT_POLICY,
  others: Readonly<Record<string, string>> = {},
): Promise<WebServer> {
  const read = async (path: string): Promise<string | Uint8Array> => {
    if (path === '/') return '<!doctype html><title>Weft</title><script type="module" src="/page.js"></script>';
    if (path.endsWith('.elf')) return readGuest(path.slice(1, -4) as GuestName);
    return await readFile(join(folder, path));
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname;
    const headers = { 'content-security-policy': policy, 'access-control-allow-origin': '*', ...others };
    read(path).then(
      (body) =>
        response
          .writeHead(200, { ...headers, 'content-type': TYPES[extname(path) || '.html'] ?? 'text/plain' })
          .end(body),
      () => response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('not there'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
