/**
 * @module What this origin keeps: one database for pages and their workers.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** Sizes and times lie apart from the bytes, so that making room reads no bytes. */
interface Tables extends DBSchema {
  /** Circuits by name. */
  readonly circuits: { readonly key: string; readonly value: Uint8Array };
  /** When they were last used, in ms, and their bytes. */
  readonly circuitUse: { readonly key: string; readonly value: { readonly used: number; readonly bytes: number } };
  /** Jobs by name: the verifying key's digest. */
  readonly jobs: { readonly key: string; readonly value: { readonly vkHex: string } };
  /** Sealed proofs by job and name. */
  readonly proofs: { readonly key: [job: string, name: string]; readonly value: Uint8Array };
}

export type Database = IDBPDatabase<Tables>;

let opened: Promise<Database> | undefined;

/** Opens the database, making it if need be. @throws what the browser says where pages may keep nothing. */
export function openDatabase(): Promise<Database> {
  const forget = (): void => {
    opened = undefined;
  };
  opened ??= openDB<Tables>('weft', 1, {
    upgrade: (database) => {
      database.createObjectStore('circuits');
      database.createObjectStore('circuitUse');
      database.createObjectStore('jobs');
      database.createObjectStore('proofs');
    },
    // Whoever wants to remove it, as a page that clears its data, is not held up.
    blocking: (_, __, event) => {
      forget();
      (event.target as { close?(): void } | null)?.close?.();
    },
    terminated: forget,
  });
  opened.catch(forget);
  return opened;
}
