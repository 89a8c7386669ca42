import assert from "node:assert/strict";
import { test } from "node:test";
import { isOwnNetwork } from "#lib/models/is-own-network.ts";

const own = [
  ...["localhost:8080", "127.0.0.1:11434", "127.8.9.1", "[::1]:1", "10.1.2.3:80", "172.31.0.9:1"],
  ...["192.168.1.20:1234", "169.254.1.1", "100.100.3.4:1", "[fd12:3456::1]:8000", "[fe80::1]:1"],
  ...["[::ffff:192.168.1.2]:80", "ollama:11434", "gpu.local:1", "host.docker.internal:11434", "box.lan"],
  ...["api.localhost", "nas.home.arpa:1", "OLLAMA:1"],
];
for (const host of own) test(`${host} is`, () => assert.equal(isOwnNetwork(host), true));

const others = [
  ...["api.openai.com", "8.8.8.8:443", "172.32.0.1:1", "192.169.1.1", "100.128.0.1", "[2606:4700::1]:443"],
  ...["localhost.example.com", "local.example.com:1", "internal.example", "[::ffff:8.8.8.8]:1"],
];
for (const host of others) test(`${host} is not`, () => assert.equal(isOwnNetwork(host), false));
