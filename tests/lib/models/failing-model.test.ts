import assert from "node:assert/strict";
import { test } from "node:test";
import { createFailingModel } from "#lib/models/failing-model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { collectAnswer, question } from "../../support/collect-answer.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";

const failure = new ModelError("provider-failed", "no list", { retryable: true });

test("the first request throws why there is no model, each further one picks again", async () => {
  let picks = 0;
  const model = createFailingModel("m", failure, async () => {
    picks += 1;
    return scriptedModel([...says("back"), finished]);
  });
  assert.deepEqual([model.id, model.demo], ["m", false]);
  assert.equal((await collectAnswer(model)).error, failure);
  assert.equal(picks, 0);
  for (const count of [1, 2]) {
    assert.equal((await collectAnswer(model)).text, "back");
    assert.equal(picks, count);
  }
});

test("a stop asks for nothing, and does not wait for a pick", async () => {
  const model = createFailingModel("m", failure, () => new Promise(() => {}));
  assert.deepEqual((await collectAnswer(model, question, AbortSignal.abort())).parts, []);
  await collectAnswer(model);
  const stop = new AbortController();
  const stopped = collectAnswer(model, question, stop.signal);
  stop.abort();
  assert.deepEqual((await stopped).parts, []);
});
