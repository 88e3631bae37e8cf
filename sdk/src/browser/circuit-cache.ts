/**
 * @module Ready circuits in a page's database, for it and its workers. Nothing depends on what stands there: whoever loads bytes checks them.
 */
import type { CircuitCache } from '@weft/recursion/cache';
import { openDatabase } from './database.ts';

/** Bytes that are kept together: half a dozen circuits of the largest class. */
const CACHE_BYTES = 256 * 2 ** 20;

/** Circuits of bounded size together: what was not used for longest goes first. */
export const circuitCache: CircuitCache = {
  async load(name) {
    const database = await openDatabase();
    const bytes = await database.get('circuits', name);
    if (bytes !== undefined) await database.put('circuitUse', { used: Date.now(), bytes: bytes.length }, name);
    return bytes;
  },
  async save(name, bytes) {
    if (bytes.length > CACHE_BYTES) return;
    const database = await openDatabase();
    const transaction = database.transaction(['circuits', 'circuitUse'], 'readwrite');
    const [circuits, uses] = [transaction.objectStore('circuits'), transaction.objectStore('circuitUse')];
    const names = (await uses.getAllKeys()).filter((key) => key !== name);
    const kept = await Promise.all(names.map(async (key) => ({ key, ...(await uses.get(key))! })));
    let total = kept.reduce((sum, one) => sum + one.bytes, bytes.length);
    for (const one of kept.sort((a, b) => a.used - b.used)) {
      if (total <= CACHE_BYTES) break;
      await Promise.all([circuits.delete(one.key), uses.delete(one.key)]);
      total -= one.bytes;
    }
    await Promise.all([circuits.put(bytes, name), uses.put({ used: Date.now(), bytes: bytes.length }, name)]);
    await transaction.done;
  },
};
