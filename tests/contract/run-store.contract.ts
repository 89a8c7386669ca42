import { describe, test } from "node:test";
import { appending } from "./run-store/appending.ts";
import { bells } from "./run-store/bells.ts";
import { claiming } from "./run-store/claiming.ts";
import { continuing } from "./run-store/continuing.ts";
import { creating } from "./run-store/creating.ts";
import { lettingGo } from "./run-store/letting-go.ts";
import { reading } from "./run-store/reading.ts";
import { schedules } from "./run-store/schedules.ts";
import type { Case, Subject } from "./subject.ts";

/** Registers what every `RunStore` must do (docs/protocol.md 5 and 6) as tests of `subject`. */
export function runStoreContract(subject: Subject): void {
  describe(`RunStore over ${subject.name}`, () => {
    for (const cases of [creating, continuing, claiming, appending, lettingGo, reading, bells, schedules])
      register(subject, cases);
  });
}

function register({ open }: Subject, cases: readonly Case[]): void {
  for (const [title, prove] of cases) {
    test(title, async () => {
      const opened = await open();
      try {
        await prove(opened);
      } finally {
        await opened.close();
      }
    });
  }
}
