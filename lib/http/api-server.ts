import type { AgentListing } from "../protocol/agent-listing.ts";
import type { DrawnGraph } from "../protocol/drawn-graph.ts";
import type { McpServerState } from "../protocol/mcp-server-state.ts";
import type { ModelListing, ModelTest } from "../protocol/model-listing.ts";
import type { RunFixture } from "../protocol/run-fixture.ts";
import type { ScheduleListing } from "../protocol/schedule-listing.ts";
import type { SentInput } from "../protocol/sent-input.ts";
import type { WorkflowGraph } from "../protocol/workflow-graph.ts";
import type { WorkflowListing } from "../protocol/workflow-listing.ts";
import type { RunContext } from "../runs/run-context.ts";
import type { KeysByOrigin } from "../sessions/own-keys.ts";
import type { SessionWatch } from "../sessions/session-watch.ts";
import type { AccessRules } from "./answer-request.ts";
import type { HeldAnswers } from "./held-answers.ts";
import type { ListWatch } from "./list-watch.ts";
import type { ServerBounds } from "./server-bounds.ts";
import type { Until } from "./stream-run.ts";
import type { TestBounds } from "./test-bounds.ts";

/** The models that this server offers; `keys`: of the browser that asks, by the origins they are for. */
export interface OfferedModels {
  list(keys?: KeysByOrigin): Promise<readonly ModelListing[]>;
  /** Where a model is asked; undefined: it runs here. Throws `UnknownModelError`. */
  keyTargetOf(id?: string): Promise<{ origin: string; takesKey: boolean } | undefined>;
  /** Asks it one small question. Throws `UnknownModelError`. */
  test(id: string | undefined, keys: KeysByOrigin | undefined, signal: AbortSignal): Promise<ModelTest>;
}

/** What the routes need of the process that serves them. */
export interface ApiServer {
  context: RunContext;
  access: AccessRules;
  models: OfferedModels;
  /** The agents that a request may name, the default one first. */
  agents: readonly AgentListing[];
  /** The workflows that a request may name. */
  workflows: readonly WorkflowListing[];
  /** Where everything of a graph stands in its drawing. */
  drawGraph(graph: WorkflowGraph): DrawnGraph;
  /** What a model was sent in the newest request of a run up to an event; undefined: nothing yet. */
  sentInput(fixture: RunFixture, seq: number): SentInput | undefined;
  /** The MCP servers that the operator named, as they are known now. */
  mcpServers: { states(): Promise<readonly McpServerState[]> };
  /** What is started by the clock, as that user may know it. */
  schedules: { list(userId: string): Promise<readonly ScheduleListing[]> };
  testBounds: TestBounds;
  /** `maxMessageLength`: of a question, in characters. */
  config: { trustedProxies: number; publicUrl?: string; maxMessageLength: number; code?: object };
  version: string;
  /** What this process has counted, in words for Prometheus; absent: nobody may ask. */
  metrics?: {
    /** Who asks has to bring it; absent: whoever can reach this server may ask. */
    token?: string;
    text(): string;
  };
  /** What is wrong with the secret that signs sessions, in words for everybody. */
  secretFault?(): string | undefined;
  /** Aborts when the process begins to shut down: no new run is started. */
  closing: AbortSignal;
  sessionWatch: SessionWatch;
  bounds: ServerBounds;
  /** What users' browsers wait for while they are idle, and the room for those waits. */
  listWatch: ListWatch;
  waitBounds: Pick<ServerBounds, "openStream">;
  held: HeldAnswers;
  /** Closes the streams of a session whose readers have not left. */
  endOf(session: string): Until;
  /** Keeps the host from freezing the process before the work is done, even after the response has ended. */
  waitUntil(work: Promise<unknown>): void;
}
