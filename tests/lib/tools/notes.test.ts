import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createNoteTools } from "#lib/tools/notes.ts";
import { createMapStore } from "../../contract/map-store/map-store.ts";
import { callTool } from "../../support/call-tool.ts";

function openNotes() {
  let time = Date.UTC(2026, 0, 1);
  const { notes } = createMapStore(() => (time += 1000));
  const tools = new Map(createNoteTools(notes).map((tool) => [tool.name, tool]));
  const call = (name: string, input: unknown, userId = "me") => {
    const tool = tools.get(name);
    assert.ok(tool);
    return callTool(tool, input, { userId });
  };
  return { notes, tools, call };
}

describe("notes", () => {
  test("what is saved is read in any conversation of the person, and of no other", async () => {
    const { call } = openNotes();
    assert.deepEqual(await call("save_note", { name: " list ", text: "milk" }), { saved: "list" });
    assert.deepEqual(await call("read_notes", {}), {
      notes: [{ name: "list", text: "milk", updatedAt: "2026-01-01T00:00:01.000Z" }],
    });
    assert.deepEqual(await call("read_notes", {}, "another"), { notes: [] });
  });

  test("a note is replaced under its name, so that a call that is made twice does the same", async () => {
    const { call, notes } = openNotes();
    for (const text of ["milk", "eggs", "eggs"]) await call("save_note", { name: "list", text });
    assert.deepEqual(
      (await notes.list("me")).map(({ text }) => text),
      ["eggs"],
    );
  });

  test("one note is read by its name; where there is none, the names are told", async () => {
    const { call } = openNotes();
    for (const name of ["a", "b"]) await call("save_note", { name, text: name });
    const found = { notes: [{ name: "b", text: "b", updatedAt: "2026-01-01T00:00:02.000Z" }] };
    assert.deepEqual(await call("read_notes", { name: "b" }), found);
    assert.deepEqual(await call("read_notes", { name: "c" }), { notes: [], names: ["b", "a"] });
  });

  test("more than can be read at once is named", async () => {
    const { call } = openNotes();
    for (let at = 0; at < 7; at += 1) await call("save_note", { name: `n${at}`, text: "x".repeat(8000) });
    // Cast: the tool's own output.
    const read = (await call("read_notes", {})) as { notes: unknown[]; unread: string[] };
    assert.equal(read.notes.length, 5);
    assert.deepEqual(read.unread, ["n1", "n0"]);
  });

  test("a note is deleted, and one that is not there is told", async () => {
    const { call, notes } = openNotes();
    await call("save_note", { name: "a", text: "a" });
    assert.deepEqual(await call("delete_note", { name: "a" }), { deleted: "a" });
    assert.deepEqual(await call("delete_note", { name: "a" }), {
      deleted: null,
      note: 'there was no note named "a"',
    });
    assert.deepEqual(await notes.list("me"), []);
  });

  test("a person who has too many notes is told, and half a character is kept from the store", async () => {
    const { call, notes } = openNotes();
    await call("save_note", { name: "\ud83d", text: "\ud83d!" });
    assert.deepEqual((await notes.list("me"))[0]?.text, "\ufffd!");
    for (let at = 0; at < 200; at += 1) await notes.save("me", { name: `n${at}`, text: "x" });
    await assert.rejects(call("save_note", { name: "one more", text: "x" }), /as many notes as can be kept/);
  });

  test("reading is private, and writing is a write", () => {
    const { tools } = openNotes();
    assert.deepEqual(
      [...tools.values()].map(({ name, effect, isPrivate = false }) => [name, effect, isPrivate]),
      [
        ["read_notes", "read", true],
        ["save_note", "write", false],
        ["delete_note", "write", false],
      ],
    );
  });

  test("names and texts have a length", () => {
    const { tools } = openNotes();
    const save = tools.get("save_note");
    for (const input of [
      { name: "", text: "x" },
      { name: "  ", text: "x" },
      { name: "x".repeat(101), text: "x" },
      { name: "x", text: "" },
      { name: "x", text: "x".repeat(8001) },
      { name: "x", text: "x", userId: "another" },
    ])
      assert.equal(save?.parse(input).type, "invalid", JSON.stringify(input).slice(0, 60));
  });
});
