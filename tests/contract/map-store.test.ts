import { conversationStoreContract } from "./conversation-store.contract.ts";
import { limitStoreContract } from "./limit-store.contract.ts";
import { createMapStore } from "./map-store/map-store.ts";
import { noteStoreContract } from "./note-store.contract.ts";
import { runStoreContract } from "./run-store.contract.ts";
import { sessionStoreContract } from "./session-store.contract.ts";
import type { Subject } from "./subject.ts";

/** The store that docs/write-a-store.md is about. */
const subject: Subject = {
  name: "maps",
  async open() {
    let time = 1_700_000_000_000;
    const storage = createMapStore(() => time);
    return { storage, advance: (ms) => void (time += ms), close: () => storage.close() };
  },
};

runStoreContract(subject);
conversationStoreContract(subject);
sessionStoreContract(subject);
limitStoreContract(subject);
noteStoreContract(subject);
