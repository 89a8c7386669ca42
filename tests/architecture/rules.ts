const everyLibRoom = [
  "config",
  "protocol",
  "async",
  "workers",
  "sandbox",
  "wire",
  "structured",
  "schema",
  "models",
  "tools",
  "mcp",
  "web",
  "history",
  "agents",
  "workflows",
  "taps",
  "metrics",
  "storage",
  "runs",
  "conversations",
  "schedules",
  "sessions",
  "client",
  "door",
  "http",
] as const;

const forAgents = ["protocol", "async", "models", "tools", "sandbox", "structured", "schema", "history"];

const forComponents = ["client", "protocol", "structured"];

/** Who may import whom; a room may always import itself, and nothing may import tests. */
export const allowedRooms: Record<string, readonly string[]> = {
  config: [],
  protocol: [],
  async: [],
  // Threads with a limit.
  workers: ["async"],
  // Where code of models runs.
  sandbox: ["async", "workers", "structured"],
  wire: ["protocol"],
  structured: [],
  schema: ["protocol"],
  models: ["protocol", "async", "wire"],
  // A tool is what a model is offered: its ModelTool, with its JsonSchema.
  tools: ["protocol", "models", "sandbox"],
  // The tools of other programs.
  mcp: ["protocol", "async", "models", "schema", "tools"],
  // Pages of others.
  web: ["protocol", "workers"],
  // What watches runs from the side.
  taps: ["protocol"],
  // What is counted of them.
  metrics: ["protocol"],
  storage: ["protocol", "async"],
  history: ["protocol", "models"],
  agents: forAgents,
  workflows: [...forAgents, "agents"],
  runs: ["agents", "workflows", "taps", "metrics", "models", "storage", "protocol", "async", "wire"],
  conversations: ["runs", "storage", "protocol"],
  // What is started by the clock.
  schedules: ["runs", "storage", "protocol"],
  sessions: ["storage"],
  client: ["protocol", "structured", "wire"],
  door: ["protocol"],
  http: ["door", "protocol", "metrics", "sessions", "storage", "runs", "conversations", "async", "wire"],
  server: everyLibRoom,
  // Upwards from what knows no domain word; nothing imports the room that it is shown in.
  "components/ui": forComponents,
  "components/providers": forComponents,
  "components/message": [...forComponents, "components/ui", "components/providers"],
  "components/composer": [...forComponents, "components/ui"],
  "components/sidebar": [...forComponents, "components/ui", "components/providers"],
  "components/models": [...forComponents, "components/ui", "components/message"],
  "components/settings": [...forComponents, "components/ui", "components/providers", "components/models"],
  "components/session": [...forComponents, "components/ui"],
  "components/transcript": [...forComponents, "components/ui", "components/providers", "components/message"],
  "components/inspector": [
    ...forComponents,
    "components/ui",
    "components/providers",
    "components/message",
    "components/transcript",
  ],
  "components/workflows": [...forComponents, "components/ui", "components/providers", "components/message"],
  "components/chat": [
    ...forComponents,
    "components/ui",
    "components/providers",
    "components/message",
    "components/composer",
    "components/sidebar",
    "components/models",
    "components/settings",
    "components/workflows",
    "components/transcript",
    "components/inspector",
  ],
  api: ["server", "http"],
  pages: [
    "components/ui",
    "components/providers",
    "components/chat",
    "components/settings",
    "components/session",
    "server",
    "conversations",
    "client",
    "protocol",
    "sessions",
    "http",
  ],
  // The server: a session that was logged out is known to the store only. The client: the words of a page
  // that is shown while the store is away.
  proxy: ["sessions", "http", "server", "client"],
  instrumentation: ["server"],
  scripts: ["config", "storage", "door", "http"],
  "root configuration": [],
};

/** The room of a file of ours, or `undefined` for one that belongs nowhere. */
export function roomOf(path: string): string | undefined {
  const [top = "", second = ""] = path.split("/");
  if (/^(next|tailwind)\.config\.\w+$/.test(path)) return "root configuration";
  if (path === "proxy.ts" || path === "instrumentation.ts") return top.replace(".ts", "");
  if (path === "lib/config.ts") return "config";
  // The composition root, and the two lines of it that stand in files of their own.
  if (/^lib\/(server|run-server|version|write-line)\.ts$/.test(path)) return "server";
  if (top === "app") return second === "api" || /\/route\.tsx?$/.test(path) ? "api" : "pages";
  if (top === "components") return `components/${second}`;
  if (top === "scripts" || top === "tests") return top;
  return top === "lib" && (everyLibRoom as readonly string[]).includes(second) ? second : undefined;
}

/** The packages that have one door, and the files that are it. */
export const doors: { package: RegExp; files: RegExp }[] = [
  { package: /^openai(\/|$)/, files: /^lib\/models\/openai\.ts$/ },
  {
    package: /^@modelcontextprotocol(\/|$)/,
    files: /^lib\/mcp\/(connect-server|program-transport)\.ts$/,
  },
  { package: /^@dagrejs(\/|$)/, files: /^lib\/workflows\/draw-graph\.ts$/ },
  { package: /^@vercel\/kv(\/|$)/, files: /^lib\/storage\/kv\.ts$/ },
  { package: /^(redis|ioredis|@redis\/.+)(\/|$)/, files: /^lib\/storage\/redis\.ts$/ },
  { package: /^(node:)?sqlite(\/|$)/, files: /^lib\/storage\/sqlite([^/]*\.ts$|\/)/ },
  { package: /^react(-dom)?(\/|$)/, files: /^(components\/|app\/|lib\/client\/use-[^/]*$)/ },
  { package: /^next\/(link|navigation)$/, files: /^(app|components)\// },
  {
    package: /^next(\/(?!(link|navigation)$)|$)/,
    files: /^(app\/|(proxy|instrumentation)\.ts$|next\.config\.mjs$|scripts\/(start|front-door)\.mjs$)/,
  },
  { package: /^@next\/env$/, files: /^scripts\/load-env\.mjs$/ },
  { package: /^(node:)?process$/, files: /^(lib\/config\.ts$|scripts\/)/ },
  {
    package: /^(quickjs-emscripten-core|@jitl\/.+)$/,
    files: /^lib\/sandbox\/(load-engine|realm(-host)?)\.ts$/,
  },
  // A thread is started in one way only, with its limits.
  { package: /^(node:)?worker_threads$/, files: /^lib\/(workers\/|[\w-]+\/[\w-]+-worker\.ts$)/ },
  { package: /^undici(\/|$)/, files: /^lib\/web\/(fetch-page|guarded-connect|search\/fetch-results)\.ts$/ },
  { package: /^ipaddr\.js(\/|$)/, files: /^lib\/web\/is-public-address\.ts$/ },
  {
    package: /^(linkedom|@mozilla\/readability)(\/|$)/,
    files: /^lib\/web\/html-worker\.ts$/,
  },
  { package: /^unpdf(\/|$)/, files: /^lib\/web\/pdf-worker\.ts$/ },
  { package: /^katex(\/|$)/, files: /^components\/message\/markdown\/set-formula\.ts$/ },
  { package: /^croner(\/|$)/, files: /^lib\/schedules\/due-times\.ts$/ },
  { package: /^@opentelemetry(\/|$)/, files: /^lib\/taps\/run-traces\.ts$/ },
  { package: /^decimal\.js(\/|$)/, files: /^lib\/(tools\/calculator\/|schema\/value-keywords\.ts$)/ },
  // Ids come from crypto.randomUUID.
  { package: /^(nanoid|uuid|cuid|@paralleldrive\/cuid2|ulid)(\/|$)/, files: /^(?!)/ },
];

/** Files whose runtime imports, and all that those load, must be free of zod: they reach the browser. */
export const zodFree = /^(components\/|lib\/client\/|lib\/(protocol\/fold|wire\/sse-decoder)\.ts$)/;

const everywhere = /^(app|components|lib)\//;

/** What may not stand in the code of `files`, comments apart. */
export const bannedText: { name: string; text: RegExp; files: RegExp }[] = [
  { name: "dangerouslySetInnerHTML", text: /dangerouslySetInnerHTML/, files: everywhere },
  { name: "innerHTML", text: /\b(inner|outer)HTML\b|\binsertAdjacentHTML\b/, files: everywhere },
  { name: "document.write", text: /\bdocument\.write(ln)?\s*\(/, files: everywhere },
  // A store's `client.eval(` runs elsewhere.
  { name: "eval(", text: /((?<![.\w])|\b(globalThis|window|self)\.)eval\s*\(/, files: everywhere },
  { name: "new Function", text: /\bnew\s+Function\b|(?<![.\w])Function\s*\(/, files: everywhere },
  { name: "srcdoc", text: /\bsrcdoc\b/i, files: everywhere },
  // Ids come from crypto.randomUUID; only a retry's jitter is left to chance, which server.ts and
  // environment.ts bring in.
  {
    name: "Math.random",
    text: /\bMath\.random\b/,
    files:
      /^(app|components|lib)\/(?!(.*\/)?(backoff|jitter|retry-delay)\.ts$|server\.ts$|client\/environment\.ts$)/,
  },
  {
    name: "JSON outside kv/codec, where every record of a KV is encoded and decoded",
    text: /\bJSON\s*\./,
    files: /^lib\/storage\/kv(\.ts$|\/(?!codec\/))/,
  },
  {
    name: "process.env",
    // Next's bundler puts constants in place of these two names.
    text: /\bprocess\s*(\?\.|\.)\s*env\b(?!\.(NODE_ENV|NEXT_RUNTIME)\b)|\bprocess\s*\[\s*["'`]env|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/,
    files: /^(app\/|components\/|lib\/(?!config\.ts$)|proxy\.ts$|instrumentation\.ts$|tailwind\.config\.ts$)/,
  },
  {
    name: "fetch where nothing judges where it goes (S53)",
    text: /(?<![.\w])fetch\s*\(/,
    files: /^lib\/(?!client\/|mcp\/limited-fetch\.ts$)/,
  },
  {
    name: "a clock or an id that does not come in as an argument",
    text: /\bDate\.now\s*\(|\bnew Date\(\s*\)|\bperformance\.now\s*\(|\brandomUUID\s*\(/,
    // clock.ts is where the real clock is turned into that argument.
    files: /^lib\/(protocol|agents|workflows|runs)\/(?!clock\.ts$)/,
  },
];

/** It imports what it is told: the files of workers, which are entries of their own. */
export const workerLoader = "lib/workers/begin-worker.mjs";

/** Where reading starts: what Next and npm load by name. Everything else must be reached from here. */
export const entries = [
  /^app\/.*\b(page|layout|template|loading|error|global-error|not-found|default|route|icon|apple-icon|manifest|robots|sitemap|opengraph-image)\.tsx?$/,
  /^(proxy|instrumentation)\.ts$/,
  /^(next\.config\.mjs|tailwind\.config\.ts)$/,
  // next.config.mjs puts it in the place of some of Next's own files.
  /^lib\/client\/unused-parts-of-next\.ts$/,
  // What a thread begins with.
  /^lib\/(?!workers\/)[\w-]+\/[\w-]+-worker\.ts$/,
  /^lib\/workers\/begin-worker\.mjs$/,
  /^lib\/(workers\/(create-job-workers|answer-jobs)|sandbox\/open-sandbox)\.ts$/,
  // What a developer's own file or script loads by name.
  /^lib\/(tools\/define-tool|agents\/stream-agent|workflows\/stream-workflow|history\/history-json)\.ts$/,
  /^scripts\/(ensure|start|check|test|find-chromium|storage-copy|storage-rebuild|backup|sbom)\.mjs$/,
];
