/**
 * @module Where a file goes. Links are followed, a regular file is replaced as a whole and keeps its mode and owner; where a new
 * file would lose what the old one has (other names, a mount) it is overwritten; what is no regular file (a device, a pipe, what is
 * open already) is written through. What would fail at the end is found out at the start.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream, fstatSync, type Stats, writeSync } from 'node:fs';
import {
  access,
  chmod,
  chown,
  type FileHandle,
  lstat,
  open,
  readlink,
  realpath,
  rename,
  stat,
  statfs,
  unlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ResourceError } from '@weft/primitives';

/** An output path, looked at. */
export interface OutputTarget {
  /** Links followed. */
  readonly path: string;
  /** Replaced as a whole, written over in place once the whole is there, or written through part by part. */
  readonly kind: 'replace' | 'overwrite' | 'stream';
  /** Folder for a journal of the work whose result goes there: beside a file, apart where there is no such place. */
  readonly journal: string;
  /** The regular file that stands there. */
  readonly there: Pick<Stats, 'mode' | 'uid' | 'gid'> | undefined;
  /** What is open already is written by its number: of a file that has a position, of a socket there is no other way. */
  readonly descriptor?: number;
}

const LONGEST_NAME = 255;
const MOST_LINKS = 40;

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code, errno: 0 });

/** What stands at a path, if anything. @throws the file system's errors but ENOENT. */
async function look(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Where the system shows what this process has open; Linux by its number, others as /dev/fd. */
const OPEN_FILES = new RegExp(`^(?:/dev|/proc/(?:self|${process.pid}))/fd/(\\d+)$`);

/** The end of a chain of links, or the first of them that is an open file of this process. */
async function followLinks(path: string): Promise<{ readonly path: string; readonly descriptor?: number }> {
  let at = resolve(path);
  for (let links = 0; ; links++) {
    const folder = await realpath(dirname(at)).catch(() => dirname(at));
    const number = OPEN_FILES.exec(join(folder, basename(at)))?.[1];
    if (number !== undefined) return { path: at, descriptor: Number(number) };
    if ((await look(at))?.isSymbolicLink() !== true) return { path: at };
    if (links === MOST_LINKS) throw failure('ELOOP');
    at = resolve(dirname(at), await readlink(at));
  }
}

/** A name for the journal of `path` that the file system takes, however long that of the file is. */
function journalOf(path: string): string {
  const name = basename(path);
  if (Buffer.byteLength(`${name}.journal`) <= LONGEST_NAME) return `${path}.journal`;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return join(dirname(path), `weft-${hash}.journal`);
}

/** Where a journal lies for which there is no place beside the output. */
function journalApart(path: string): string {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(tmpdir(), `weft-${hash}.journal`);
}

/** A device or a pipe. */
async function streamAt(path: string, there: Stats): Promise<OutputTarget> {
  await access(path, constants.W_OK);
  // No such terminal, no such drive: only trying tells.
  if (there.isCharacterDevice()) await (await open(path, constants.O_WRONLY | constants.O_NONBLOCK)).close();
  return { path, kind: 'stream', there: undefined, journal: journalApart(path) };
}

/** What is open already. @throws EBADF when it is not, or not for writing. */
function openFile(descriptor: number): Stats {
  const there = fstatSync(descriptor);
  if (there.isDirectory()) throw failure('EISDIR');
  // Nothing, to a file, says whether it would take something; to a socket it may be a message.
  if (!there.isSocket()) writeSync(descriptor, new Uint8Array(0));
  return there;
}

/** Whether the system lets this process write. */
const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

/**
 * Looks at an output path.
 * @throws the file system's errors: ENOENT for an empty path or a missing folder, EISDIR, EACCES, ENAMETOOLONG, ELOOP, EROFS;
 * ENXIO for the name of a socket, EBADF for an open file that takes nothing.
 */
export async function outputTarget(given: string): Promise<OutputTarget> {
  if (given === '') throw failure('ENOENT');
  const { path, descriptor } = await followLinks(given);
  if (descriptor !== undefined) {
    const open = openFile(descriptor);
    // A pipe is opened once more, by its path: writing to it can then be given up.
    if (open.isFile() || open.isSocket())
      return { path, kind: 'stream', there: undefined, journal: journalApart(path), descriptor };
    return await streamAt(path, open);
  }
  // What the system opens counts: links below /proc may name no path.
  const opened = await stat(given).catch(() => undefined);
  if (opened?.isDirectory() === true) throw failure('EISDIR');
  if (opened?.isSocket() === true) throw failure('ENXIO');
  if (opened !== undefined && !opened.isFile()) return await streamAt(resolve(given), opened);
  const there = await look(path);
  if (there?.isDirectory() === true) throw failure('EISDIR');
  if (opened !== undefined && opened.ino !== there?.ino)
    return { path: resolve(given), kind: 'overwrite', there: opened, journal: journalApart(path) };
  if (there !== undefined) await access(path, constants.W_OK);
  const isRoomy = await isWritable(dirname(path));
  const journal = isRoomy ? journalOf(path) : journalApart(path);
  if (there !== undefined && (there.nlink > 1 || !isRoomy)) return { path, kind: 'overwrite', there, journal };
  // Made anew beside it, and renamed.
  await access(dirname(path), constants.W_OK);
  return { path, kind: 'replace', there, journal };
}

/** Whether two paths lead to one file, by whatever names. A device keeps nothing, so it is none. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return x !== undefined && y !== undefined && !x.isCharacterDevice() && x.dev === y.dev && x.ino === y.ino;
}

/** @throws {ResourceError} ENOSPC when a folder's file system has not as much room. */
export async function assertRoom(folder: string, bytes: number): Promise<void> {
  const system = await statfs(folder).catch(() => undefined);
  if (system === undefined) return;
  const free = system.bavail * system.bsize;
  // Some systems tell nothing.
  if (system.blocks > 0 && free < bytes)
    throw new ResourceError('ENOSPC', `${folder} has ${free} bytes of room, the proof and its journal need ${bytes}`, {
      free,
      bytes,
    });
}

/** Makes a folder's entries durable, where the system can. */
export async function syncFolder(path: string): Promise<void> {
  let folder: Awaited<ReturnType<typeof open>> | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch {
    // Windows cannot synchronise folders; the file itself is safe.
  } finally {
    await folder?.close();
  }
}

/** Milliseconds between two attempts at a pipe that nobody reads yet, or that is full. */
const RETRY_MS = 20;

/** Repeats what a pipe is not ready for, so that waiting for its reader ends when the signal says so. */
async function patiently<T>(code: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== code) throw error;
      signal?.throwIfAborted();
      await setTimeout(RETRY_MS);
    }
  }
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function writeAll(file: FileHandle, chunks: Chunks, signal?: AbortSignal): Promise<void> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; )
      at += (await patiently('EAGAIN', () => file.write(chunk, at), signal)).bytesWritten;
}

/** Writes a temporary file and synchronises it. @returns its path. */
async function stage(folder: string, chunks: Chunks): Promise<string> {
  // A name of its own: that of the file may leave no room for more characters.
  const temporary = join(folder, `${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    try {
      await writeAll(file, chunks);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  return temporary;
}

/**
 * Writes what `chunks` gives to a temporary file, synchronises it and renames it to `path`.
 * @param folder - of the temporary file; on the same file system.
 */
export async function writeDurably(path: string, chunks: Chunks, folder: string = dirname(path)): Promise<void> {
  const staged = await stage(folder, chunks);
  try {
    await rename(staged, path);
  } catch (error) {
    await unlink(staged).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** What says that a new file cannot be what the old one is: whose it is, or that something is mounted there. */
const CANNOT_REPLACE: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY', 'EXDEV']);

/** Puts a staged file in the place of another, whose mode and owner it takes over. @returns whether it could. */
async function replace(staged: string, { path, there }: OutputTarget): Promise<boolean> {
  try {
    if (there !== undefined) {
      const { uid, gid } = await stat(staged);
      if (uid !== there.uid || gid !== there.gid) await chown(staged, there.uid, there.gid);
      await chmod(staged, there.mode & 0o7777);
    }
    await rename(staged, path);
    return true;
  } catch (error) {
    if (there === undefined || !CANNOT_REPLACE.has((error as NodeJS.ErrnoException).code)) throw error;
    return false;
  }
}

async function overwrite(staged: string, path: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY);
  try {
    await writeAll(file, createReadStream(staged));
    await file.truncate((await stat(staged)).size);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A descriptor that others own: it is not closed. */
async function writeOpen(descriptor: number, chunks: Chunks, signal: AbortSignal | undefined): Promise<void> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; )
      at += await patiently('EAGAIN', async () => writeSync(descriptor, chunk, at), signal);
}

/**
 * Writes an output: a file once the whole is on the disk; anything else part by part.
 * @param folder - where the whole of a file is put together; for one that is replaced, on its file system.
 * @param signal - ends the wait for the reader of a pipe.
 * @throws the file system's errors, the signal's reason.
 */
export async function writeOutput(
  target: OutputTarget,
  chunks: Chunks,
  folder: string = target.kind === 'replace' ? dirname(target.path) : tmpdir(),
  signal?: AbortSignal,
): Promise<void> {
  const { path, kind, descriptor } = target;
  if (descriptor !== undefined) return await writeOpen(descriptor, chunks, signal);
  if (kind === 'stream') {
    // ENXIO: a pipe without a reader.
    const flags = constants.O_WRONLY | constants.O_NONBLOCK;
    const file = await patiently('ENXIO', () => open(path, flags), signal);
    try {
      return await writeAll(file, chunks, signal);
    } finally {
      await file.close();
    }
  }
  const staged = await stage(folder, chunks);
  try {
    if (kind === 'overwrite' || !(await replace(staged, target))) await overwrite(staged, path);
  } finally {
    await unlink(staged).catch(() => {});
  }
  await syncFolder(dirname(path));
}
