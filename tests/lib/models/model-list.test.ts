import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { createModelList, type ModelListOptions } from "../../../lib/models/model-list.ts";
import type { ModelEndpoint } from "../../../lib/models/model-offer.ts";
import { UnknownModelError } from "../../../lib/models/unknown-model-error.ts";
import { collectAnswer } from "../../support/collect-answer.ts";
import { json, modelPage } from "../../support/scripted-model-server.ts";
import { testedEndpoint } from "../../support/tested-endpoint.ts";
import { waitUntil } from "../../support/wait-until.ts";

const server = await testedEndpoint();
beforeEach(() => {
  server.requests.length = 0;
  server.modelRequests.length = 0;
  server.scriptModels(modelPage("first", "second"));
});

/** As OPENAI_* name it. */
type Endpoint = { baseUrl?: string; apiKey?: string; model?: string };
const create = (endpoint?: Endpoint, options: Partial<ModelListOptions> = {}) =>
  createModelList({
    endpoints: endpoint ? [endpointOf(endpoint)] : [],
    firstByteMs: 5000,
    idleMs: 5000,
    pace: Infinity,
    ...options,
  });
const endpointOf = ({ model, ...where }: Endpoint): ModelEndpoint => ({
  wire: "chat",
  ...where,
  ...(model !== undefined && { model: { id: model, model } }),
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
      { id: "mine", label: "mine", demo: false, host: new URL(server.url).host, isDefault: true },
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

  test("thousands of ids are known; those with control characters or over 200 long are none", async () => {
    const odd = ["a\nb", "\u0000", "x".repeat(201), ""];
    server.scriptModels(modelPage(...odd, ...Array.from({ length: 3000 }, (_, n) => `m${n}`)));
    const models = at();
    const ids = await idsOf(models);
    assert.deepEqual([ids.length, ids[0]], [3001, "m0"]);
    assert.equal((await models.pick("m2999")).id, "m2999");
    for (const id of odd) await assert.rejects(models.pick(id), UnknownModelError, id);
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
    ["does not show its list", json(403, {}), "model-not-found"],
    ["knows no such method", json(405, {}), "model-not-found"],
    ["has not built it", json(501, {}), "model-not-found"],
    ["lists null", json(200, { object: "list", data: null }), "model-not-found"],
    ["lists no model for answers", modelPage("text-embedding-3-small", "whisper-1"), "model-not-found"],
    ["lists something else", json(200, { hello: [] }), "bad-response"],
    ["answers with a web page", json(200, "<html>"), "bad-response"],
    ["is broken", json(500, {}), "provider-failed"],
    ["is silent", { steps: [{ hang: true }] }, "timeout"],
  ] as const;
  for (const [how, script, code] of failures)
    test(`because it ${how} still gives a model, named after the host, that throws ${code}; never the demo`, async () => {
      server.scriptModels(script);
      const models = at({}, { listMs: code === "timeout" ? 80 : 5000 });
      const host = new URL(server.url).host;
      const model = await models.pick();
      assert.deepEqual([model.id, model.demo], [host, false]);
      const { error } = await collectAnswer(model);
      assert.equal(error?.code, code);
      if (code === "model-not-found")
        assert.match(error?.message ?? "", /name a model in the server's settings/);
      if (how === "lists no model for answers") return;
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

test("what an endpoint was found not to take is left out from then on, and what a browser's key found out with that key alone", async () => {
  const keys = new Map([[new URL(server.url).origin, "sk-mine"]]);
  const orders = [
    { asks: [undefined, undefined, keys], sent: [true, false, false, false] },
    { asks: [keys, keys, undefined], sent: [true, false, false, true] },
  ];
  for (const { asks, sent } of orders) {
    const from = server.requests.length;
    server.next(json(400, { error: { message: "Unknown parameter: 'stream_options'" } }));
    const models = at({ model: "m" });
    for (const own of asks)
      assert.equal((await collectAnswer(await models.pick("m", own))).text, "This is a scripted answer.");
    assert.deepEqual(
      server.requests.slice(from).map(({ body }) => JSON.stringify(body).includes("stream_options")),
      sent,
    );
  }
});

describe("several endpoints", () => {
  const described = (id: string, more: object = {}): ModelEndpoint => ({
    wire: "chat",
    baseUrl: server.url,
    model: { id, model: `${id} at the endpoint`, ...more },
  });

  test("what is described by hand comes first and asks under its own name, with its own key and headers", async () => {
    const prices = { input: 1, output: 2 };
    const capabilities = { tools: true };
    const models = create(undefined, {
      endpoints: [
        {
          ...described("a", { label: "The A", prices, limits: { context: 8000 }, capabilities }),
          apiKey: "sk-a",
          headers: { "X-Team": "blue" },
        },
        described("b"),
        endpointOf({ baseUrl: server.url, apiKey: "sk-list" }),
      ],
    });
    const host = new URL(server.url).host;
    const [a, b, ...listed] = await models.list();
    const known = { label: "The A", host, prices, limits: { context: 8000 }, capabilities };
    assert.deepEqual(a, { id: "a", demo: false, isDefault: true, ...known });
    assert.deepEqual([b?.id, b?.label, b?.isDefault], ["b", "b", false]);
    assert.deepEqual(
      listed.map(({ id }) => id),
      ["first", "second", "rivulet-demo"],
    );
    const { prices: picked, limits, askedName } = await models.pick();
    assert.deepEqual([picked, limits, askedName], [prices, { context: 8000 }, "a at the endpoint"]);
    for (const id of [undefined, "b", "second"]) await collectAnswer(await models.pick(id));
    const asked = server.requests.map(({ body, headers }) => [
      (body as { model: string }).model,
      headers.authorization,
      headers["x-team"],
    ]);
    assert.deepEqual(asked, [
      ["a at the endpoint", "Bearer sk-a", "blue"],
      ["b at the endpoint", "Bearer no-key", undefined],
      ["second", "Bearer sk-list", undefined],
    ]);
  });

  test("is asked over the wire that it names", async () => {
    const wires = ["chat", "responses", "messages"] as const;
    const models = create(undefined, { endpoints: wires.map((wire) => ({ ...described(wire), wire })) });
    for (const wire of wires) await collectAnswer(await models.pick(wire));
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ["/v1/chat/completions", "/v1/responses", "/v1/messages"],
    );
  });

  test("of two models of one name the first is meant, and one that is described needs no endpoint's list", async () => {
    const models = create(undefined, {
      endpoints: [described("first"), endpointOf({ baseUrl: server.url })],
    });
    assert.deepEqual(await idsOf(models), ["first", "second", "rivulet-demo"]);
    const before = server.modelRequests.length;
    await collectAnswer(await models.pick("first"));
    assert.match(JSON.stringify(server.requests[0]?.body), /"model":"first at the endpoint"/);
    assert.equal(server.modelRequests.length, before);
  });

  test("of a described one and one on an earlier endpoint's list the described is meant, listed, picked and by default", async () => {
    const models = create(undefined, {
      endpoints: [endpointOf({ baseUrl: server.url }), described("first", { label: "By hand" })],
    });
    assert.deepEqual(
      (await models.list()).map(({ label, isDefault }) => [label, isDefault]),
      [
        ["second", true],
        ["By hand", false],
        ["Demo", false],
      ],
    );
    assert.equal((await models.pick()).id, "second");
    await collectAnswer(await models.pick("first"));
    assert.match(JSON.stringify(server.requests[0]?.body), /"model":"first at the endpoint"/);
  });

  test("while one does not answer, the others are listed and picked, and the default stays the first one's", async () => {
    const away = endpointOf({ baseUrl: "http://127.0.0.1:1/v1" });
    const models = create(undefined, { endpoints: [away, described("here")] });
    const listed = await models.list();
    assert.deepEqual(
      listed.map(({ id, isDefault, state }) => [id, isDefault, state?.code]),
      [
        ["127.0.0.1:1", true, "unreachable"],
        ["here", false, undefined],
        ["rivulet-demo", false, undefined],
      ],
    );
    assert.equal((await collectAnswer(await models.pick("here"))).finish, "stop");
    assert.equal((await collectAnswer(await models.pick())).error?.code, "unreachable");
  });
});

describe("the default", () => {
  test("is never a model for embeddings, speech or pictures, and these stand behind the others", async () => {
    server.scriptModels(
      modelPage("text-embedding-3-small", "whisper-1", "dall-e-3", "good", "tts-1", "better"),
    );
    const models = at();
    assert.equal((await models.pick()).id, "good");
    const listed = await models.list();
    assert.deepEqual(
      listed.map(({ id, isUnsuited = false }) => `${id} ${isUnsuited}`),
      [
        "good false",
        "better false",
        "text-embedding-3-small true",
        "whisper-1 true",
        "dall-e-3 true",
        "tts-1 true",
        "rivulet-demo false",
      ],
    );
    assert.equal((await models.pick("whisper-1")).id, "whisper-1");
  });
});

describe("a list that changes", () => {
  test("is read again after a while, beside what is known", async () => {
    let now = 0;
    const models = at({}, { rereadMs: 1000, now: () => now });
    assert.equal((await models.pick()).id, "first");
    server.scriptModels(modelPage("new"));
    assert.equal((await models.pick()).id, "first");
    now = 1001;
    await waitUntil("the new list is known", async () => (await models.pick()).id === "new");
  });

  test("brings its new prices to a model that was asked before", async () => {
    let now = 0;
    const costing = (prompt: string) =>
      json(200, { data: [{ id: "m", pricing: { prompt, completion: "0.000004" } }] });
    server.scriptModels(costing("0.000001"));
    const models = at({}, { rereadMs: 1000, now: () => now });
    const model = await models.pick();
    assert.equal(model.prices?.input, 1);
    assert.equal(await models.pick(), model, "one a model");
    server.scriptModels(costing("0.000003"));
    now = 1001;
    await waitUntil("the new price is known", async () => (await models.pick()).prices?.input === 3);
  });

  for (const status of [404, 400])
    test(`is read again after a model was answered with ${status}: it may be gone, or another be loaded there`, async () => {
      const models = at();
      const model = await models.pick();
      server.scriptModels(modelPage("swapped"));
      server.next(json(status, {}));
      await collectAnswer(model);
      assert.equal((await models.pick()).id, "swapped");
    });

  test("is asked for a name that it did not have a while ago", async () => {
    let now = 0;
    const models = at({}, { now: () => now });
    await models.list();
    server.scriptModels(modelPage("first", "pulled"));
    await assert.rejects(models.pick("pulled"), UnknownModelError);
    now = 20_000;
    assert.equal((await models.pick("pulled")).id, "pulled");
  });
});

describe("the state of a model", () => {
  test("is what came of the newest request, and of a test how fast it was", async () => {
    const models = at({ model: "mine" });
    const state = async () => (await models.list())[0]?.state;
    assert.equal(await state(), undefined);
    server.next(json(401, {}));
    await collectAnswer(await models.pick());
    assert.deepEqual(await state(), { isReachable: false, code: "key-rejected" });
    const test = await models.test(undefined, undefined, AbortSignal.timeout(5000));
    assert.equal(test.isGood, true);
    const { isReachable, firstTokenMs } = (await state()) ?? {};
    assert.deepEqual([isReachable, typeof firstTokenMs], [true, "number"]);
  });
});
