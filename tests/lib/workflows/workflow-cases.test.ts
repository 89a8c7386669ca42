import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const cases = join(import.meta.dirname, "../../../../shared/cases/workflow.json");

/** What shows a case of the engine: a file beside this one, and the title of a test in it. */
const shownBy: Readonly<Record<string, readonly [file: string, title: string]>> = {
  "wf-seed-three-steps": ["run-workflow", "three steps: progress, a model's text as it comes"],
  "wf-stream-words": ["run-workflow", "what a step writes is text of the answer, word by word"],
  "wf-consume-twice": ["run-workflow", "any number of readers"],
  "wf-two-runs-at-once": ["run-workflow", "two runs of one workflow do not mix"],
  "wf-resume-context": ["run-workflow", "a step loops until it stops, and state is what was stored"],
  "wf-collect": ["run-workflow", "events of several types are collected in the order that is asked for"],
  "wf-wait-for-event": ["run-instance", "a step waits for an event from outside"],
  "wf-timeout": ["run-instance", "a run that takes too long ends and names the steps that ran"],
  "wf-num-workers": ["run-workflow", "no more instances of a step run at once than its concurrency"],
  "wf-num-concurrent-runs": ["workflows", "one that may run once at a time waits for its turn"],
  "wf-retry": ["run-instance", "a step that fails is tried again as its policy says"],
  "wf-stop-cancels-others": ["run-instance", "the first stop ends the run"],
  "wf-failed": ["run-instance", "fails at once, and the run with it, in words that name the step"],
  "wf-cancel": ["run-instance", "a stop of the run ends all its steps, and drops what comes late"],
  "wf-validation": ["define-workflow", "all that is wrong with a graph is said in one error"],
};

test("each case of a workflow's engine is one of those that lie beside the repository, and has a test", (t) => {
  const ids = existsSync(cases) ? idsOf(cases) : undefined;
  if (!ids) t.diagnostic("the cases do not lie beside the repository");
  for (const [id, [file, title]] of Object.entries(shownBy)) {
    if (ids) assert.ok(ids.has(id), id);
    const source = readFileSync(join(import.meta.dirname, `${file}.test.ts`), "utf8");
    const titles = [...source.matchAll(/^test\((["`])(.*?)\1,/gms)].map(([, , each = ""]) => each);
    assert.ok(
      titles.some((each) => each.includes(title)),
      `${id}: no test of ${file} is titled ${title}`,
    );
  }
});

function idsOf(file: string): ReadonlySet<string> {
  // Cast: what a JSON file holds.
  const { cases: all } = JSON.parse(readFileSync(file, "utf8")) as { cases: { id: string }[] };
  return new Set(all.map(({ id }) => id));
}
