import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { createModelList, type ModelListOptions } from "../../../lib/models/model-list.ts";
import { UnknownModelError } from "../../../lib/models/unknown-model-error.ts";
import { collectAnswer } from "../../support/collect-answer.ts";
import {
  json,
  modelPage,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../../support/scripted-model-server.ts";
import { waitUntil } from "../../support/wait-until.ts";

let server: ScriptedModelServer;
before(async () => {
  server = await startScriptedModelServer();
});
after(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.modelRequests.length = 0;
  server.scriptModels(modelPage("first", "second"));
});

type Endpoint = NonNullable<ModelListOptions["endpoint"]>;
const create = (endpoint?: Endpoint, options: Partial<ModelListOptions> = {}) =>
  createModelList({
    ...(endpoint && { endpoint }),
    firstByteMs: 5000,
    idleMs: 5000,
    pace: Infinity,
    ...options,
  });
const at = (endpoint: Endpoint = {}, options?: Partial<ModelListOptions>) =>
  create({ baseUrl: server.url, ...endpoint }, options);
const idsOf = async (models: ReturnType<typeof create>) => (await models.list()).map(({ id }) => id);

describe("without an endpoint", () => {
  test("the demo model is the only one and the default, and is labelled", async () => {
    const models = create();
    assert.deepEqual(await models.list(), [
      { id: "rivulet-demo", label: "Demo", demo: true, isDefault: true },
    ]);
    const model = await models.pick();
    assert.equal(model.demo, true);
    assert.equal((await collectAnswer(model)).finish, "stop");
    await assert.rejects(models.pick("gpt-x"), UnknownModelError);
  });
});

describe("with an endpoint", () => {
  test("its configured model is the default and its only one, and its list is not asked for", async () => {
    const models = at({ model: "mine", apiKey: "sk-1" });
    assert.deepEqual(await models.list(), [
      { id: "mine", label: "mine", demo: false, isDefault: true },
      { id: "rivulet-demo", label: "Demo", demo: true, isDefault: false },
    ]);
    const model = await models.pick();
    assert.deepEqual([model.id, model.demo], ["mine", false]);
    assert.equal((await collectAnswer(model)).text, "This is a scripted answer.");
    assert.equal(server.requests[0]?.headers.authorization, "Bearer sk-1");
    await assert.rejects(models.pick("second"), UnknownModelError);
    assert.equal(server.modelRequests.length, 0);
  });

  test("without a configured model the first of its list is the default, any of it may be picked, and it is asked once", async () => {
    const models = at();
    const [model, again] = await Promise.all([models.pick(), models.pick(), models.list()]);
    assert.deepEqual([model.id, again.id], ["first", "first"]);
    assert.equal((await models.pick("second")).id, "second");
    assert.deepEqual(await idsOf(models), ["first", "second", "rivulet-demo"]);
    await collectAnswer(await models.pick("second"));
    assert.equal(JSON.stringify(server.requests[0]?.body).includes('"model":"second"'), true);
    assert.equal(server.modelRequests.length, 1);
  });

  test("the demo model can still be picked, by its id only", async () => {
    assert.equal((await at().pick("rivulet-demo")).demo, true);
  });

  test("at most 200 ids are known; those with control characters or over 200 long are none", async () => {
    const odd = ["a\nb", "\u0000", "x".repeat(201), ""];
    server.scriptModels(modelPage(...odd, ...Array.from({ length: 300 }, (_, n) => `m${n}`)));
    const models = at();
    const ids = await idsOf(models);
    assert.deepEqual([ids.length, ids[0]], [201, "m0"]);
    for (const id of [...odd, "m250"]) await assert.rejects(models.pick(id), UnknownModelError, id);
  });

  test("an unknown id is named in the error, in one line", async () => {
    await assert.rejects(at().pick("gpt\n9"), (error: unknown) => {
      assert.ok(error instanceof UnknownModelError);
      assert.deepEqual([error.modelId, error.message.includes('"gpt\\n9"')], ["gpt\n9", true]);
      return true;
    });
  });
});

describe("an endpoint's model that is called as ours is", () => {
  for (const name of ["demo", "Demo", "rivulet-demo"])
    test(`${name}: is the endpoint's, picked, by default and in the list`, async () => {
      server.scriptModels(modelPage("first", name));
      for (const models of [at(), at({ model: name })]) {
        const model = await models.pick(name);
        assert.deepEqual([model.id, model.demo], [name, false]);
        assert.equal((await collectAnswer(model)).text, "This is a scripted answer.");
        const listed = (await models.list()).filter(({ id }) => id === name);
        assert.deepEqual(
          listed.map(({ demo }) => demo),
          [false],
        );
      }
      assert.equal((await at({ model: name }).pick()).demo, false);
    });

  test("the demo can be picked beside any other, and while the endpoint is away", async () => {
    assert.equal((await at({ model: "demo" }).pick("rivulet-demo")).demo, true);
    server.scriptModels(json(500, {}));
    assert.equal((await at().pick("rivulet-demo")).demo, true);
  });
});

describe("an endpoint whose list fails", () => {
  const failures = [
    ["refuses the key", json(401, {}), "key-rejected"],
    ["has no list", json(404, {}), "model-not-found"],
    ["lists nothing", modelPage(), "model-not-found"],
    ["lists something else", json(200, { models: [] }), "bad-response"],
    ["answers with a web page", json(200, "<html>"), "bad-response"],
    ["is broken", json(500, {}), "provider-failed"],
    ["is silent", { steps: [{ hang: true }] }, "timeout"],
  ] as const;
  for (const [how, script, code] of failures)
    test(`because it ${how} still gives a model, named after the host, that throws ${code}; never the demo`, async () => {
      server.scriptModels(script);
      const models = at({}, { listMs: 80 });
      const host = new URL(server.url).host;
      const model = await models.pick();
      assert.deepEqual([model.id, model.demo], [host, false]);
      const { error } = await collectAnswer(model);
      assert.equal(error?.code, code);
      if (code === "model-not-found") assert.match(error?.message ?? "", /OPENAI_MODEL/);
      assert.deepEqual(await idsOf(models), [host, "rivulet-demo"]);
      assert.equal((await collectAnswer(await models.pick("chosen-before"))).error?.code, code);
    });

  test("is asked again the next time, and then answers", async () => {
    server.scriptModels(json(500, {}));
    const models = at();
    const failed = await models.pick();
    server.scriptModels(modelPage("back"));
    assert.equal((await models.pick()).id, "back");
    assert.equal((await models.pick(failed.id)).id, "back");
  });

  test("R4 is asked again by whoever asks its model again, and a stop does not wait for that", async () => {
    server.scriptModels(json(500, {}));
    const model = await at().pick();
    assert.equal((await collectAnswer(model)).error?.code, "provider-failed");
    const asked = server.modelRequests.length;
    assert.equal((await collectAnswer(model)).error?.code, "provider-failed");
    assert.equal(server.modelRequests.length, asked + 1);

    const other = await at().pick();
    await collectAnswer(other);
    server.scriptModels(modelPage("back"));
    assert.equal((await collectAnswer(model)).text, "This is a scripted answer.");

    server.scriptModels({ headersFirst: false, steps: [{ hang: true }] });
    const stop = new AbortController();
    const before = server.modelRequests.length;
    const stopped = collectAnswer(other, [], stop.signal);
    await waitUntil("its list is asked for", () => server.modelRequests.length > before);
    stop.abort();
    assert.deepEqual((await stopped).parts, []);
  });

  test("is not an error for who has stopped already", async () => {
    server.scriptModels(json(500, {}));
    const { error } = await collectAnswer(await at().pick(), [], AbortSignal.abort());
    assert.equal(error, undefined);
  });
});
