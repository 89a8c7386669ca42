import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#lib/config.ts";

test("pages are read unless the operator says otherwise, and none of a network of one's own", () => {
  const { readsPages, pageHosts } = readConfig({});
  assert.deepEqual([readsPages, pageHosts], [true, []]);
  assert.equal(readConfig({ READ_PAGES: "off" }).readsPages, false);
});

test("hosts of one's own network have a port each", () => {
  assert.deepEqual(readConfig({ PAGE_HOSTS: "Wiki.internal:80, 10.0.0.7:8080 ,[::1]:3000" }).pageHosts, [
    ...["wiki.internal:80", "10.0.0.7:8080", "[::1]:3000"],
  ]);
  for (const hosts of [
    "wiki.internal",
    "*:80",
    "http://wiki:80",
    "wiki:0",
    "wiki:99999",
    "a b:80",
    "10.0.0.0/8",
  ])
    assert.throws(() => readConfig({ PAGE_HOSTS: hosts }), /PAGE_HOSTS: .*names with a port/, hosts);
});
