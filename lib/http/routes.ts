import { agentsRoute } from "./routes/agents-route.ts";
import { approvalsRoute } from "./routes/approvals-route.ts";
import { changesRoute } from "./routes/changes-route.ts";
import { conversationRoute } from "./routes/conversation-route.ts";
import { conversationRunsRoute } from "./routes/conversation-runs-route.ts";
import { conversationsRoute } from "./routes/conversations-route.ts";
import { fixtureRoute } from "./routes/fixture-route.ts";
import { forkRoute } from "./routes/fork-route.ts";
import { graphRoute } from "./routes/graph-route.ts";
import { healthRoute } from "./routes/health-route.ts";
import { inputRoute } from "./routes/input-route.ts";
import { joinRoute } from "./routes/join-route.ts";
import { logoutRoute } from "./routes/logout-route.ts";
import { mcpServersRoute } from "./routes/mcp-servers-route.ts";
import { messagesRoute } from "./routes/messages-route.ts";
import { metricsRoute } from "./routes/metrics-route.ts";
import { modelKeyRoute } from "./routes/model-key-route.ts";
import { modelTestRoute } from "./routes/model-test-route.ts";
import { modelsRoute } from "./routes/models-route.ts";
import { queueRoute } from "./routes/queue-route.ts";
import { restoreRoute } from "./routes/restore-route.ts";
import { runEventsRoute } from "./routes/run-events-route.ts";
import { runRoute } from "./routes/run-route.ts";
import { runsRoute } from "./routes/runs-route.ts";
import { schedulesRoute } from "./routes/schedules-route.ts";
import { sessionRoute } from "./routes/session-route.ts";
import { stopRoute } from "./routes/stop-route.ts";
import { transferRoute } from "./routes/transfer-route.ts";
import { unknownRoute } from "./routes/unknown-route.ts";
import { workflowsRoute } from "./routes/workflows-route.ts";

/**
 * The whole API (docs/protocol.md 3): each address, named as its folder in app/, and the methods that it
 * answers. The last one is for what no other matches.
 */
export const routes = {
  "/api/changes": changesRoute,
  "/api/conversations": conversationsRoute,
  "/api/conversations/[conversationId]": conversationRoute,
  "/api/conversations/[conversationId]/queue": queueRoute,
  "/api/conversations/[conversationId]/restore": restoreRoute,
  "/api/conversations/[conversationId]/runs": conversationRunsRoute,
  "/api/runs": runsRoute,
  "/api/runs/[runId]": runRoute,
  "/api/runs/[runId]/approvals/[approvalId]": approvalsRoute,
  "/api/runs/[runId]/events": runEventsRoute,
  "/api/runs/[runId]/fixture": fixtureRoute,
  "/api/runs/[runId]/fork": forkRoute,
  "/api/runs/[runId]/graph": graphRoute,
  "/api/runs/[runId]/input": inputRoute,
  "/api/runs/[runId]/stop": stopRoute,
  "/api/runs/[runId]/messages": messagesRoute,
  "/api/agents": agentsRoute,
  "/api/workflows": workflowsRoute,
  "/api/models": modelsRoute,
  "/api/models/test": modelTestRoute,
  "/api/models/key": modelKeyRoute,
  "/api/mcp-servers": mcpServersRoute,
  "/api/schedules": schedulesRoute,
  "/api/health": healthRoute,
  "/api/metrics": metricsRoute,
  "/api/session": sessionRoute,
  "/api/session/transfer": transferRoute,
  "/api/session/join": joinRoute,
  "/api/session/logout": logoutRoute,
  "/api/[...path]": unknownRoute,
} as const;
