import type { ChangeMarks, SlotMarks } from "./marked-slots.ts";

const store = "marks";
const recordKey = "streams";

/**
 * The marks that the windows of this browser share, in IndexedDB: its transactions follow one another across
 * windows. `localStorage` would not do: each window reads a copy of its own, which a busy machine brings up
 * to date late, so that two windows take one slot.
 */
export function openWindowMarks(): ChangeMarks {
  let opening: Promise<IDBDatabase> | undefined;
  return async (change) => {
    opening ??= openMarks();
    try {
      await changeRecord(await opening, change);
    } catch (error) {
      // A browser may close a database at any time: the next change opens it anew.
      opening = undefined;
      throw error;
    }
  };
}

function openMarks(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("rivulet", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no database"));
  });
}

function changeRecord(database: IDBDatabase, change: (marks: SlotMarks) => SlotMarks): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, "readwrite");
    const marks = transaction.objectStore(store);
    const reading: IDBRequest<SlotMarks | undefined> = marks.get(recordKey);
    reading.onsuccess = () => {
      const before = reading.result ?? {};
      const after = change(before);
      if (after !== before) marks.put(after, recordKey);
    };
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("not changed"));
  });
}
