/**
 * @module Locks of folders: a file that names the process that holds it. A process that was killed holds nothing, so its lock
 * is taken over; a process that lives is found out at once.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Name of the lock within its folder. */
export const LOCK_FILE = 'lock';

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process began, as its system tells: process numbers are used again. Empty where it does not tell. */
  readonly born: string;
  readonly token: string;
}

/** Linux's `stat` of a process, from field 3 on; `undefined` where there is none. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Field 22: its start, in clock ticks since the system's. */
const birthOf = (pid: number): string => statOf(pid)?.[19] ?? '';

/** Killed, but its parent has not asked yet how it ended. */
const isZombie = (pid: number): boolean => ['Z', 'X'].includes(statOf(pid)?.[0] ?? '');

function isAlive({ host, pid, born }: Holder): boolean {
  // Nobody can tell from here: better wait for a person than run twice.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return born === birthOf(pid) && !isZombie(pid);
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Holder | null;
    return typeof holder?.pid === 'number' && typeof holder.token === 'string' ? holder : undefined;
  } catch {
    // Gone meanwhile, or half written by a process that was killed: of nobody.
    return undefined;
  }
}

/** A lock that is held. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a folder.
 * @returns `undefined` when a living process holds it.
 * @throws the file system's errors.
 */
export async function lockFolder(folder: string): Promise<FolderLock | undefined> {
  const path = join(folder, LOCK_FILE);
  const token = randomBytes(12).toString('hex');
  const ours: Holder = { host: hostname(), pid: process.pid, born: birthOf(process.pid), token };
  for (;;) {
    try {
      const file = await open(path, 'wx');
      try {
        await file.writeFile(JSON.stringify(ours));
      } catch (error) {
        await unlink(path).catch(() => {});
        throw error;
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = await readHolder(path);
      if (holder !== undefined && isAlive(holder)) return undefined;
      // Renamed, not deleted: of several that find it stale one gets it.
      const stale = `${path}.${token}.tmp`;
      await rename(path, stale).catch(() => {});
      const taken = await readHolder(stale);
      if (taken !== undefined && taken.token !== holder?.token) {
        // Another one was faster, and this is its lock.
        await rename(stale, path);
        return undefined;
      }
      await unlink(stale).catch(() => {});
      continue;
    }
    // Another one may have taken a lock for stale while it was being written.
    if ((await readHolder(path))?.token === token) break;
  }
  return {
    release: async () => {
      if ((await readHolder(path))?.token === token) await unlink(path).catch(() => {});
    },
  };
}
