import { describe, test } from "node:test";
import type { Case, Subject } from "./subject.ts";

/**
 * Registers the cases as tests of `subject`, each on a fresh store. `kind`: which face of it they are about.
 */
export function registerCases(kind: string, { name, open }: Subject, cases: readonly Case[]): void {
  describe(`${kind} over ${name}`, () => {
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
  });
}
