import type { Promised } from "./judge.ts";

const badInput = "tests/http/bad-input.test.ts";
const markdown = "tests/components/message/markdown/markdown-safety.test.ts";
const links = "tests/components/message/markdown/link-target.test.ts";
const formulas = "tests/components/message/markdown/set-formula.test.ts";
const sessions = "tests/http/sessions.test.ts";
const session = "tests/lib/sessions/session.test.ts";
const bombs = "tests/lib/sandbox/bombs.test.ts";
const sse = "tests/lib/wire/sse-decoder.test.ts";
const frames = "tests/lib/wire/frames.test.ts";
const imports = "tests/architecture/imports.test.ts";
const modelErrors = "tests/lib/models/endpoint-model-errors.test.ts";

/**
 * What `npm run test:security` asks for, one line of its report each. A test counts by the ids its title
 * begins with.
 */
export const promises: Readonly<Record<string, Promised>> = {
  S1: { says: "another's run answers as an unknown one does" },
  S2: { says: "every route, method and id answers each caller as its row says" },
  S3: {
    says: "ids come from crypto.randomUUID only",
    also: [
      [imports, "another maker of ids"],
      [imports, "a random id"],
    ],
  },
  S4: { says: "a cursor of another run is refused" },
  S5: { says: "an id inside another's conversation writes nothing" },
  S6: {
    says: "an open stream ends when its conversation is gone, or its session is logged out",
    also: [[sessions, "two servers on one SQLite: logging out is for ever and everywhere"]],
  },
  S7: {
    says: "only cookies that a listed secret signed are sessions",
    also: [
      [session, "a session that we signed is one user"],
      [session, "a cookie with any bit flipped"],
      [session, "of two cookies of the same name"],
    ],
  },
  S8: { says: "odd headers and paths show nothing private and lead nowhere else" },
  S9: { says: "credentials anywhere but in the cookie are ignored" },
  S11: { says: "cookie flags and cache headers are exact" },
  S12: {
    says: "a client cannot bring a history of its own, and the model never sees one",
    also: [
      [badInput, "a history of its own"],
      [badInput, "a role"],
    ],
  },
  S15: { says: "requests from other sites change nothing" },
  S16: { says: "no CORS, ever" },
  S17: { says: "reading changes nothing in the store" },
  S18: { says: "no redirect leaves the site" },
  S19: { says: "foreign host names are refused, and no open port without a secret" },
  S20: { says: "a body that is no JSON of ours is refused, and the process lives" },
  S21: {
    says: "a body over the limit is refused and its line cut",
    also: [[badInput, "a body over 256 KB is 413"]],
  },
  S22: {
    says: "as many characters as the operator lets a message have, and not one more",
    also: [
      [badInput, "2,001 characters where 2,000 are the limit"],
      [badInput, "2,000 characters of four bytes each"],
    ],
  },
  S23: { says: "500 half-open connections do not stop a normal request" },
  S24: { says: "oversized addresses, headers and cookies are refused" },
  S25: { says: "questions and live answers are limited, across processes" },
  S26: { says: "the tokens of the server's key are limited" },
  S30: { says: "no string of the corpus runs, asks the network or breaks the policy" },
  S31: {
    says: "a link is inert or leads where it says",
    also: [
      [markdown, "is inert unless it is a plain http"],
      [markdown, "to a look-alike or with a long query"],
      [markdown, "whose words name another host"],
    ],
  },
  S32: {
    says: "an answer brings no id or name into the page",
    also: [[markdown, "draws nothing but allowed tags and attributes for attacks"]],
  },
  S34: {
    says: "no raw HTML and no code from text anywhere in the source",
    also: [
      [imports, "raw HTML"],
      [imports, "innerHTML"],
      [imports, "eval"],
      [imports, "new Function"],
      [imports, "srcDoc"],
      [markdown, "draws nothing but allowed tags and attributes for attacks"],
    ],
  },
  S35: {
    says: "a formula leads nowhere and costs little",
    also: [
      [formulas, "S35 a link"],
      [formulas, "S35 a picture"],
      [formulas, "S35 macros without end"],
      [formulas, "S35 makes nothing larger"],
    ],
  },
  S37: { says: "markdown bombs take linear time and stay shallow" },
  S38: { says: "no request for what an answer names", also: [[markdown, "asks the network for nothing"]] },
  S39: { says: "renderer and policy each hold alone" },
  S41: {
    says: "a link that carries a text leaves only after a click and a confirmation",
    also: [
      [markdown, "that names another place, or carries a text along"],
      [links, "that carries a text in"],
      [links, "to one site that carry a text together"],
      [links, "that name another host in any spelling"],
    ],
  },
  S42: { says: "a log entry is one line of JSON of at most 2 KB" },
  S43: {
    says: "hidden characters are seen, and not copied",
    also: [[markdown, "shows bidi overrides and tag characters as marks"]],
  },
  S45: { says: "an odd id never reaches the store" },
  S46: { says: "texts that look like commands come back as they were written" },
  S48: { says: "the store holds no key and no session" },
  S49: { says: "a damaged or newer record is a named error; others are fine" },
  S54: { says: "no request can change where the model is asked" },
  S55: {
    says: "the server's key goes to the configured origin only",
    also: [[modelErrors, "a redirect is not followed"]],
  },
  S56: { says: "no key in any page, bundle, answer, log or store" },
  S57: {
    says: "an upstream error that echoes key or prompt is not passed on",
    also: [[modelErrors, "no key, prompt or upstream word"]],
  },
  S58: { says: "nothing secret stands in what the model is told" },
  S60: {
    says: "arguments that are not what a tool takes reach no tool",
    also: [
      ["tests/lib/tools/built-in-tools.test.ts", "what anybody may write as arguments"],
      ["tests/lib/tools/calculator.test.ts", "nothing but an expression is taken"],
    ],
  },
  S61: { says: "no text that a tool gives gets anything run that a person has not approved" },
  S62: {
    says: "code of a model ends within its limits, and reaches nothing of the server",
    also: [
      [bombs, "a loop without end"],
      [bombs, "one that catches its end"],
      [bombs, "lists that the engine fills by itself"],
      [bombs, "a function that calls itself"],
      [bombs, "a pattern that tries everything"],
      [bombs, "a storm of promises"],
      [bombs, "ten thousand timers"],
      [bombs, "printing without end"],
      [bombs, "a prototype that is changed"],
      ["tests/lib/sandbox/open-sandbox.test.ts", "are the language's and ours, and nothing of the host's"],
      ["tests/lib/sandbox/open-sandbox.test.ts", "are of no other sandbox"],
    ],
  },
  S64: {
    says: "framing survives any cut and any text",
    also: [
      [sse, "LF, CR and CRLF"],
      [sse, "a byte order mark"],
      [sse, "only bytes that are no UTF-8"],
      [sse, "100,000 comments in a row"],
      [sse, "a line of 1 MB"],
      [frames, "a frame is decoded to what was encoded"],
      [frames, "no frame can be forged"],
    ],
  },
  S70: { says: "the content policy is exact, with a fresh nonce, on every page" },
  S71: { says: "a policy that the client sends is overwritten" },
  S72: { says: "the other headers are exact" },
  S73: { says: "Next's other doors are closed" },
  S74: { says: "Next and React are at or above the fixed versions" },
  S75: { says: "exact versions, known licences, one registry, a bill of materials" },
  S76: { says: "no source maps and no test routes in the build" },
};

/** The files of other rooms that the table names, and those whose titles carry ids of it. */
export const filesElsewhere: readonly string[] = [
  ...new Set(Object.values(promises).flatMap(({ also = [] }) => also.map(([file]) => file))),
  "tests/lib/storage/kv.test.ts",
  "tests/lib/storage/kv/codec/conversation.test.ts",
  "tests/lib/storage/kv/codec/lease-reply.test.ts",
  "tests/lib/storage/kv/codec/log.test.ts",
  "tests/lib/storage/kv/codec/message.test.ts",
  "tests/lib/storage/kv/codec/run.test.ts",
  "tests/lib/storage/kv/keys.test.ts",
  "tests/lib/storage/sqlite/migrate.test.ts",
  "tests/lib/storage/sqlite/damaged-rows.test.ts",
];
