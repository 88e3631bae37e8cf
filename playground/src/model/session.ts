/**
 * @module The job under way, in the browser's storage: after a reload it can go on where it was.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Item, items } from './input.ts';
import { program } from './program.ts';
import { type Settings, settings } from './settings.ts';

/** All that proving takes. */
export interface Session {
  readonly name: string;
  readonly elf: Uint8Array;
  /** Of the example that it was. */
  readonly example: string | undefined;
  readonly items: readonly Item[];
  readonly settings: Settings;
}

interface Schema extends DBSchema {
  session: { key: string; value: Session };
}

const KEY = 'last';

const open = (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>('weft-playground', 1, { upgrade: (database) => void database.createObjectStore('session') });

/** Works on the storage; a page that may keep nothing keeps nothing. */
async function attempt<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T | undefined> {
  try {
    const database = await open();
    try {
      return await work(database);
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

/** Remembers the job at hand. */
export async function keepSession(): Promise<void> {
  if (program.value === undefined) return;
  const { name, elf, example } = program.value;
  const session = { name, elf, example: example?.name, items: items.value, settings: settings.value };
  await attempt((database) => database.put('session', session, KEY));
}

export async function dropSession(): Promise<void> {
  await attempt((database) => database.delete('session', KEY));
}

/** What was remembered last. */
export const lastSession = (): Promise<Session | undefined> => attempt((database) => database.get('session', KEY));
