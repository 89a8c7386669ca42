import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ModelError } from "#lib/models/model-error.ts";
import { createModelFinder, type FoundModel } from "#lib/models/model-finder.ts";
import type { ModelEndpoint } from "#lib/models/model-offer.ts";
import { UnknownModelError } from "#lib/models/unknown-model-error.ts";

const listing = (host: string): ModelEndpoint => ({ wire: "chat", baseUrl: `http://${host}/v1` });
const described = (id: string): ModelEndpoint => ({
  ...listing("described.invalid"),
  model: { id, model: id },
});

/** The names that each host lists; an error: it cannot say. */
type Lists = Record<string, readonly string[] | ModelError>;

function create(lists: Lists, ...endpoints: ModelEndpoint[]) {
  const asked: string[] = [];
  let now = 0;
  const finder = createModelFinder({
    endpoints,
    async fetchList({ baseUrl = "" }) {
      const { host } = new URL(baseUrl);
      asked.push(host);
      const list = lists[host] ?? [];
      if (list instanceof ModelError) throw list;
      return list.map((id) => ({ id, ...(id.startsWith("embed") && { isUnsuited: true as const }) }));
    },
    rereadMs: 60_000,
    now: () => now,
  });
  return { finder, asked, pass: (ms: number) => void (now += ms) };
}

const nameOf = (found: FoundModel | undefined): string | undefined =>
  found && ("error" in found ? `${found.id}: ${found.error.code}` : found.id);

const away = new ModelError("unreachable", "It is away.", { retryable: true });

describe("the default", () => {
  const defaults: [what: string, lists: Lists, endpoints: ModelEndpoint[], id: string][] = [
    ["is the first of the first endpoint", { a: ["x", "y"], b: ["z"] }, [listing("a"), listing("b")], "x"],
    ["is the one that is described", { b: ["z"] }, [described("d"), listing("b")], "d"],
    ["is none that does not answer in words", { a: ["embed-1", "y"] }, [listing("a")], "y"],
    [
      "says why, where the first endpoint is away",
      { a: away, b: ["z"] },
      [listing("a"), listing("b")],
      "a: unreachable",
    ],
    ["says why, where nothing is suited", { a: ["embed-1"] }, [listing("a")], "a: model-not-found"],
  ];
  for (const [what, lists, endpoints, id] of defaults)
    test(what, async () => assert.equal(nameOf(await create(lists, ...endpoints).finder.findDefault()), id));
});

describe("a name", () => {
  test("means the one that is described, and asks no endpoint for that", async () => {
    const { finder, asked } = create({ a: ["d"] }, listing("a"), described("d"));
    assert.equal((await finder.find("d")).endpoint.model?.id, "d");
    assert.deepEqual(asked, []);
    const [first] = await finder.list();
    assert.deepEqual(first?.offers, []);
  });

  test("else the first endpoint's that lists it", async () => {
    const { finder } = create({ a: ["x"], b: ["x", "y"] }, listing("a"), listing("b"));
    assert.equal((await finder.find("x")).endpoint.baseUrl, "http://a/v1");
    assert.equal((await finder.find("y")).endpoint.baseUrl, "http://b/v1");
  });

  test("that no list has is looked for in lists that are read again, and then unknown", async () => {
    const lists: Lists = { a: ["x"] };
    const { finder, asked, pass } = create(lists, listing("a"));
    await assert.rejects(finder.find("y"), UnknownModelError);
    lists["a"] = ["x", "y"];
    assert.equal(await finder.findListed("y"), undefined);
    pass(20_000);
    assert.equal(nameOf(await finder.find("y")), "y");
    assert.equal(asked.length, 2);
  });

  test("may be one of an endpoint that is away", async () => {
    const { finder } = create({ a: away, b: ["z"] }, listing("a"), listing("b"));
    assert.equal(nameOf(await finder.find("x")), "x: unreachable");
    assert.equal(nameOf(await finder.find("z")), "z");
    assert.equal(nameOf(await finder.find("a")), "a: unreachable");
  });

  test("with a line break in it is none", async () => {
    await assert.rejects(create({}, described("d")).finder.find("d\n"), UnknownModelError);
  });
});
