/**
 * Notices that the files of an open database were deleted, replaced or cut by somebody else.
 *
 * Owns: what is compared, and what is said. Does not own: what follows, which is that nothing more is written
 * (sqlite-storage.ts).
 *
 * F1  SQLite notices none of it by itself: it goes on in a file that has no name any more, or writes behind a
 *     hole, and copies the hole's zeros into the database with the next checkpoint.
 * F2  The database and the shared memory are looked at from outside only. Closing any descriptor of them
 *     would drop the locks that SQLite holds in this process (fcntl(2)). The log has none, and may be read.
 * F3  A log is restarted with new salts, and truncated by an operator's checkpoint; a database shrinks by
 *     VACUUM. Neither loses anything. A log with the same salts as before keeps each frame where it was.
 * F4  A look that could not be had, because the process has no descriptor left or the database is busy, says
 *     nothing of the files. The next one compares with what was seen before it.
 */

import { closeSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { basename } from "node:path";
import { StorageError } from "../storage-error.ts";
import { isBusy } from "./translate-sqlite-error.ts";

/** What the open database says of itself. */
export interface DatabaseFacts {
  /** Bytes that its pages take. */
  size(): number;
  /** Copies the log into the database. False: some of it cannot be read. */
  checkpoint(): boolean;
}

/** What is wrong, and whether the log is complete and the database is there to take it up. */
export interface BrokenFiles {
  error: StorageError;
  isSavable: boolean;
}

/** What was found of the log's file (https://sqlite.org/fileformat2.html#the_write_ahead_log). */
interface LogFile {
  size: number;
  pageSize: number;
  /** Of the header; undefined where there is none. */
  salts: string | undefined;
  /** Whether the frame at its end is of these salts: behind a restart, older frames still stand there. */
  isFull: boolean;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const magics = [0x37_7f_06_82, 0x37_7f_06_83];

/**
 * Returns a check that says what is wrong with the files, once something is: of the database at `path`, which
 * this process has open. The first check finds them right.
 */
export function createFileWatch(path: string, database: DatabaseFacts): () => BrokenFiles | undefined {
  const [wal, shm] = [`${path}-wal`, `${path}-shm`];
  const isSame = new Map([path, wal, shm].map((file) => [file, sameInode(file)]));
  let size = lstatSync(path).size;
  let log = readLog(wal);

  function isDatabaseCut(): boolean {
    const found = lstatSync(path).size;
    const isCut = found < size && found < database.size();
    size = found;
    return isCut;
  }

  /** F3. */
  function isLogCut(): boolean {
    const found = readLog(wal);
    const isCut = hasLost(log, found);
    log = found;
    return isCut;
  }

  function hasLost(before: LogFile, found: LogFile): boolean {
    if (found.size > 0 && found.salts === undefined) return true;
    if (found.size < before.size) return hasHole(wal, found) || !database.checkpoint();
    return before.isFull && found.salts === before.salts && !isFrame(wal, before, framesIn(before) - 1);
  }

  return () => {
    try {
      const gone = [...isSame].find(([, isThere]) => !isThere())?.[0];
      if (gone !== undefined)
        return { error: takenAway(gone, "deleted or replaced"), isSavable: gone !== path };
      const cut = isLogCut() ? wal : isDatabaseCut() ? path : undefined;
      return cut === undefined ? undefined : { error: takenAway(cut, "cut"), isSavable: false };
    } catch (cause) {
      if (isNoLook(cause)) return undefined;
      return { error: takenAway(path, "damaged", cause), isSavable: false };
    }
  };
}

/** F4. */
const isNoLook = (error: unknown): boolean =>
  isBusy(error) ||
  (error instanceof Error &&
    "code" in error &&
    ["EMFILE", "ENFILE", "ENOMEM", "EINTR"].includes(String(error.code)));

function takenAway(file: string, how: string, cause?: unknown): StorageError {
  const message = `${basename(file)} was ${how} while it was open: restart the server`;
  return new StorageError("unavailable", message, { cause, untilRestart: true, detail: message });
}

/** An inode's number may be given to the file that takes its place, but not while the file is open. */
function sameInode(file: string): () => boolean {
  const opened = lstatSync(file, { throwIfNoEntry: false });
  return () => isSameFile(opened, lstatSync(file, { throwIfNoEntry: false }));
}

const isSameFile = (one?: Stats, other?: Stats): boolean =>
  one?.ino === other?.ino && one?.dev === other?.dev;

function readLog(wal: string): LogFile {
  const size = lstatSync(wal, { throwIfNoEntry: false })?.size ?? 0;
  const header = size < headerBytes ? undefined : readAt(wal, 0, headerBytes);
  if (!header || !magics.includes(header.readUInt32BE(0)))
    return { size, pageSize: 0, salts: undefined, isFull: false };
  const log = { size, pageSize: header.readUInt32BE(8), salts: header.toString("hex", 16, 24) };
  return { ...log, isFull: framesIn(log) > 0 && isFrame(wal, log, framesIn(log) - 1) };
}

type LogSize = Pick<LogFile, "size" | "pageSize">;

const framesIn = ({ size, pageSize }: LogSize): number =>
  Math.floor((size - headerBytes) / (frameHeaderBytes + pageSize));

/** Whether a frame of the log's salts stands there: a hole in its place reads as zeros. */
function isFrame(wal: string, { pageSize, salts }: Omit<LogFile, "isFull">, index: number): boolean {
  const frame = readAt(wal, headerBytes + index * (frameHeaderBytes + pageSize), frameHeaderBytes);
  return frame.toString("hex", 8, 16) === salts;
}

/** A frame of the log's salts behind one that is not: SQLite went on where it had been. */
function hasHole(wal: string, log: LogFile): boolean {
  const frames = Array.from({ length: Math.max(0, framesIn(log)) }, (_, index) => isFrame(wal, log, index));
  return frames.includes(false) && frames.lastIndexOf(true) > frames.indexOf(false);
}

function readAt(file: string, position: number, length: number): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(length);
    readSync(descriptor, bytes, 0, length, position);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}
