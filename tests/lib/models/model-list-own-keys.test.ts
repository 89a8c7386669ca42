import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { ModelError } from "#lib/models/model-error.ts";
import { createModelList } from "#lib/models/model-list.ts";
import type { ModelEndpoint } from "#lib/models/model-offer.ts";
import { collectAnswer } from "../../support/collect-answer.ts";
import { json } from "../../support/scripted-model-server.ts";
import { testedEndpoint } from "../../support/tested-endpoint.ts";

const server = await testedEndpoint();
beforeEach(() => {
  server.requests.length = 0;
});

/** Of one endpoint with one model, "mine". */
const at = (more: Partial<ModelEndpoint>) =>
  createModelList({
    endpoints: [{ wire: "chat", baseUrl: server.url, model: { id: "mine", model: "mine" }, ...more }],
    firstByteMs: 5000,
    idleMs: 5000,
  });

describe("a key of the browser", () => {
  const keys = () => new Map([[new URL(server.url).origin, "sk-own"]]);

  test("S55 is used for the origin it is for, in place of the server's, and is not billed to that", async () => {
    const models = at({ apiKey: "sk-server" });
    const own = await models.pick("mine", keys());
    await collectAnswer(own);
    await collectAnswer(await models.pick("mine", new Map([["https://elsewhere.example", "sk-own"]])));
    assert.equal(own.usesOwnKey, true);
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization),
      ["Bearer sk-own", "Bearer sk-server"],
    );
    assert.equal((await models.list(keys()))[0]?.hasOwnKey, true);
    assert.equal((await models.list())[0]?.hasOwnKey, undefined);
  });

  test("S55 whoever goes on without it gets an error of its own, and the server's key stands in for nothing", async () => {
    const models = at({ apiKey: "sk-server" });
    await assert.rejects(models.pick("own-key:mine"), (error: unknown) => {
      assert.ok(error instanceof ModelError);
      assert.deepEqual([error.code, error.retryable], ["needs-key", false]);
      return true;
    });
    assert.equal(server.requests.length, 0);
    assert.equal((await collectAnswer(await models.pick("own-key:mine", keys()))).finish, "stop");
  });

  const base = () => new URL(server.url);
  const operators: [how: string, endpoint: () => Partial<ModelEndpoint>, header: string][] = [
    [
      "user and password in its address",
      () => ({ baseUrl: `http://ann:pw@${base().host}${base().pathname}` }),
      "authorization",
    ],
    ...["authorization", "api-key", "x-api-key"].map((name): (typeof operators)[number] => [
      `a header ${name} of its own`,
      () => ({ headers: { [name]: "operator" } }),
      name,
    ]),
  ];
  for (const [how, endpoint, header] of operators)
    test(`S55 is not taken by an endpoint with ${how}: it is asked as the server, which counts`, async () => {
      for (const wire of ["chat", "messages"] as const) {
        const models = at({ wire, apiKey: "sk-server", ...endpoint() });
        const [listed] = await models.list(keys());
        assert.deepEqual([listed?.hasOwnKey, listed?.takesNoKey], [undefined, true]);
        assert.deepEqual(await models.keyTargetOf("mine"), { origin: base().origin, takesKey: false });
        const picked = await models.pick("mine", keys());
        assert.equal(picked.usesOwnKey, undefined);
        await collectAnswer(picked);
        const sent = server.requests.at(-1)?.headers ?? {};
        assert.match(String(sent[header]), /^(operator|Basic .*)$/);
        assert.doesNotMatch(JSON.stringify(sent), /sk-own/);
        await assert.rejects(models.pick("own-key:mine", keys()), { code: "needs-key" });
      }
    });

  test("S55 counts where the server has no key of its own: that endpoint may answer any key", async () => {
    const picked = await at({}).pick("mine", keys());
    assert.deepEqual([picked.usesOwnKey, picked.isCounted], [true, true]);
    const beside = await at({ apiKey: "sk-server" }).pick("mine", keys());
    assert.deepEqual([beside.usesOwnKey, beside.isCounted], [true, undefined]);
  });

  test("that is rejected is said to be the browser's, and says nothing of the model to others", async () => {
    const models = at({ apiKey: "sk-server" });
    server.next(json(401, {}));
    const { error } = await collectAnswer(await models.pick("mine", keys()));
    assert.deepEqual([error?.code, error?.facts.reason], ["key-rejected", "own"]);
    assert.equal((await models.list())[0]?.state, undefined);
  });
});
