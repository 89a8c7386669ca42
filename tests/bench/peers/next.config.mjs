import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** A folder of its own: Next would else take the checkout around it for its root. */
export default {
  outputFileTracingRoot: here,
  turbopack: {
    root: here,
    resolveAlias: {
      "@antv/infographic": "./app/own/absent.js",
      "@terrastruct/d2": "./app/own/absent.js",
    },
  },
  poweredByHeader: false,
  agentRules: false,
};
