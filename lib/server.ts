import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { createAgentProducers } from "./agents/agent-producers.ts";
import { agents } from "./agents/agents.ts";
import { codeWriter } from "./agents/code-writer.ts";
import { knownAgents } from "./agents/known-agents.ts";
import { listAgents } from "./agents/list-agents.ts";
import { sentInput } from "./agents/sent-input.ts";
import { isLoopback } from "./config/is-loopback.ts";
import { type Config, readConfig } from "./config.ts";
import { searchConversations } from "./conversations/search-conversations.ts";
import type { ApiServer } from "./http/api-server.ts";
import { createHeldAnswers } from "./http/held-answers.ts";
import { createListWatch } from "./http/list-watch.ts";
import { createOwnHosts, type OwnHosts } from "./http/own-hosts.ts";
import { createServerBounds, type ServerBounds } from "./http/server-bounds.ts";
import { createTestBounds } from "./http/test-bounds.ts";
import { createMcpServers, type McpServers } from "./mcp/mcp-servers.ts";
import { createServerMetrics, type ServerMetrics } from "./metrics/server-metrics.ts";
import { demoStarters } from "./models/demo/demo-starters.ts";
import { createModelList, type ModelList } from "./models/model-list.ts";
import { modelStarters } from "./models/model-starters.ts";
import { providerName } from "./models/provider-name.ts";
import { systemClock } from "./runs/clock.ts";
import { thisHolder } from "./runs/holder.ts";
import { createLiveRuns } from "./runs/live-runs.ts";
import type { RunContext } from "./runs/run-context.ts";
import { createRunTaps } from "./runs/run-taps.ts";
import { keepSweeping } from "./runs/sweep-runs.ts";
import { createSandboxes, type Sandboxes } from "./sandbox/create-sandboxes.ts";
import type { SandboxLimits } from "./sandbox/sandbox.ts";
import { keepSchedules, type ScheduleKeeping } from "./schedules/keep-schedules.ts";
import { listSchedules } from "./schedules/list-schedules.ts";
import { schedules } from "./schedules/schedules.ts";
import { createSessionSecrets } from "./sessions/session-secret.ts";
import { createSessionWatch } from "./sessions/session-watch.ts";
import { openStore } from "./storage/open-store.ts";
import type { Storage } from "./storage/storage.ts";
import { runSummary } from "./taps/run-summary.ts";
import { createRunTraces } from "./taps/run-traces.ts";
import type { Tap } from "./taps/tap.ts";
import { createApprovalPolicy } from "./tools/approval-policy.ts";
import { createBuiltInTools } from "./tools/built-in-tools.ts";
import { version } from "./version.ts";
import { openWeb, type WebPorts } from "./web/open-web.ts";
import { drawGraph } from "./workflows/draw-graph.ts";
import { listWorkflows } from "./workflows/list-workflows.ts";
import { workflowWriters } from "./workflows/workflow-writers.ts";
import { workflows } from "./workflows/workflows.ts";
import { writeLine } from "./write-line.ts";

/** Everything wired together: one per process. */
export interface Server extends Omit<ApiServer, "waitUntil"> {
  config: Config;
  models: ModelList;
  /** Questions to begin with, which the default model can answer. */
  starters: typeof demoStarters;
  /** Aborts once all runs here have ended or were handed over: streams end, and their readers reconnect. */
  ending: AbortSignal;
  /** Lets the runs finish or hands them over, then ends the streams and closes the store. */
  close(): Promise<void>;
}

// Route handlers and instrumentation get module instances of their own; globalThis is what a process shares.
const key = Symbol.for("rivulet.server");
const shared: typeof globalThis & { [key]?: Server } = globalThis;

/** The process's server, made at the first call: nothing is opened and no environment read at import. */
export function server(): Server {
  return (shared[key] ??= createServer(readConfig()));
}

/** How often the store is looked at for changes of other processes, ms; each look at a KV by REST is paid. */
const nearLookMs = 1_000;
const farLookMs = 10_000;

function createServer(config: Config): Server {
  const storage = openStore(config.store);
  const models = createModelList({
    endpoints: config.endpoints,
    firstByteMs: config.firstByteMs,
    idleMs: config.idleMs,
    maxMs: config.maxAnswerMs,
    maxCharacters: config.maxAnswerCharacters,
  });
  const closing = new AbortController();
  const mcpServers = openMcpServers(config, closing.signal);
  const metrics = config.metrics && createServerMetrics({ version, store: storage.name }, scheduleNames);
  const code = openCode(config);
  const web = openWeb(config);
  const context = createContext(config, storage, models, {
    ...{ mcpServers, metrics, web },
    ...(code && { code }),
  });
  const bounds = createServerBounds(config.limits);
  const sessionWatch = createSessionWatch(storage.sessions);
  const ending = new AbortController();
  // Programs take a while to start: the first question does not wait for that.
  void mcpServers.states();
  // What a store loses from here on is told by the health endpoint.
  void storage.tryWrite?.().catch(() => undefined);
  keepSweeping(context, config.sweepMs, closing.signal);
  keepSchedules(context, scheduleKeeping(config, metrics), closing.signal);
  const secrets = createSessionSecrets(config.sessionSecrets, config.dataDir, (message) =>
    writeLine({ level: "warn", message }),
  );
  const checking = setInterval(secrets.check, config.sweepMs);
  checking.unref();
  return {
    config,
    context,
    models,
    agents: listAgents(agentsOf(config)),
    ...{ workflows: listWorkflows(workflows), drawGraph, sentInput: inputSent },
    mcpServers,
    schedules: { list: (userId) => listSchedules(schedules, storage, { userId, now: Date.now() }) },
    starters: config.endpoints.length > 0 ? modelStarters : demoStarters,
    ...{ version, sessionWatch, bounds, ...idleWaits(config, storage) },
    ...(metrics && { metrics: { ...config.metrics, text: metricsText(metrics, context, bounds) } }),
    testBounds: createTestBounds(() => performance.now()),
    held: createHeldAnswers(),
    endOf: (session) => (over) => AbortSignal.any([ending.signal, sessionWatch.logoutSignal(session, over)]),
    access: {
      sessions: storage.sessions,
      get secrets() {
        return secrets.current;
      },
      hosts: hostsOf(config),
      log: writeLine,
    },
    secretFault: secrets.check,
    closing: closing.signal,
    ending: ending.signal,
    async close() {
      closing.abort();
      clearInterval(checking);
      await context.live.finishOrHandOver(context.clock, config.graceMs);
      ending.abort();
      await mcpServers.close();
      await code?.sandboxes.close();
      await web.close();
      await storage.close();
    },
  };
}

/** What idle pages wait for: that takes no room from those who read an answer. */
const idleWaits = ({ limits }: Config, { conversations, name }: Storage) => ({
  waitBounds: createServerBounds(limits),
  listWatch: createListWatch(conversations, name === "kv" ? farLookMs : nearLookMs),
});
/** Whoever may have asked a model. */
const askedAgents = knownAgents([
  ...agents,
  codeWriter,
  ...workflows.flatMap((workflow) => workflow.agents ?? []),
]);

const inputSent: ApiServer["sentInput"] = (fixture, seq) => sentInput(fixture, seq, askedAgents);

const scheduleNames = schedules.map(({ name }) => name);

const scheduleKeeping = ({ scheduleSession: session }: Config, metrics?: ServerMetrics): ScheduleKeeping => ({
  schedules,
  ...(session !== undefined && { session }),
  ...(metrics && { meter: metrics.schedules }),
});

const hostsOf = ({ host, publicUrl, allowedHosts }: Config): OwnHosts =>
  createOwnHosts({
    loopbackOnly: isLoopback(host),
    ...(publicUrl !== undefined && { publicUrl }),
    ...{ allowedHosts, machineName: hostname() },
  });

const openMcpServers = ({ mcpServers }: Config, closing: AbortSignal): McpServers =>
  createMcpServers(mcpServers, { version, closing, now: () => performance.now(), log: writeLine });

/** Code is written only where it may be run. */
const agentsOf = ({ code }: Config) => (code ? [...agents, codeWriter] : agents);

interface ServerParts {
  mcpServers: McpServers;
  web: WebPorts;
  metrics: ServerMetrics | undefined;
  code?: { sandboxes: Sandboxes; limits: SandboxLimits };
}

/** The first call finds its sandbox ready. */
function openCode({ code: limits }: Config): ServerParts["code"] {
  if (!limits) return undefined;
  const sandboxes = createSandboxes(limits);
  sandboxes.warm();
  return { limits, sandboxes };
}

function createContext(
  config: Config,
  storage: Storage,
  models: ModelList,
  { mcpServers, metrics, web, code }: ServerParts,
): RunContext {
  const { leaseMs, heartbeatMs, sliceMs, approvalMs, limits } = config;
  const { coalesceMs } = storage;
  const builtInTools = createBuiltInTools({
    now: Date.now,
    searchConversations: (search) => searchConversations(storage.conversations, search),
    notes: storage.notes,
    ...(code && { code }),
    ...web,
  });
  return {
    storage,
    clock: systemClock,
    holder: thisHolder(),
    leaseMs,
    heartbeatMs,
    ...(sliceMs !== undefined && { sliceMs }),
    ...(approvalMs !== undefined && { approvalMs }),
    limits,
    newId: randomUUID,
    random: Math.random,
    // Every kind of run is written by a producer that is chosen here.
    pickProducer: createAgentProducers({
      agents: agentsOf(config),
      ...(code && { openSandbox: code.sandboxes.open }),
      others: workflowWriters(workflows),
      tools: async (goesOn) => [...builtInTools, ...(await mcpServers.tools(goesOn))],
      pickModel: models.pick,
      policy: createApprovalPolicy(config.toolApprovals),
      startMs: config.firstByteMs,
      contextTokens: config.contextTokens,
      summarizes: config.summaries,
      ...(approvalMs !== undefined && { questionMs: approvalMs }),
      ...(coalesceMs !== undefined && { coalesceMs }),
    }),
    live: createLiveRuns(),
    // What watches the runs from the side.
    taps: createRunTaps(tapsOf(config), { clock: systemClock, log: writeLine }),
    ...(metrics && { meter: metrics.meter }),
    log: writeLine,
  };
}

/** Traces cost nothing where the operator has registered no SDK of OpenTelemetry. */
function tapsOf({ endpoints, logsRuns }: Config): Tap[] {
  const providerOf = (model: string) => providerName(endpoints, model);
  const traces = createRunTraces({ providerOf, now: Date.now });
  return logsRuns ? [runSummary, traces] : [traces];
}

/** What is counted, and how this process stands now. */
const metricsText =
  (metrics: ServerMetrics, { live }: RunContext, bounds: ServerBounds) =>
  (): string => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return metrics.text({
      liveRuns: live.size,
      openStreams: bounds.openStreams,
      residentBytes: rss,
      heapBytes: heapUsed,
      cpuSeconds: (user + system) / 1_000_000,
      startedAt: performance.timeOrigin / 1000,
    });
  };
