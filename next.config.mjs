const bare = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Referrer-Policy", value: "no-referrer" },
];
const nothingRuns = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  devIndicators: false,
  images: { unoptimized: true },
  // The program's folder may be read-only: no page that Next has rendered is kept there.
  experimental: { isrFlushToDisk: false },
  turbopack: {
    resolveAlias: {
      // Parts of Next's own script that no page uses.
      "../build/polyfills/polyfill-module": "./lib/client/unused-parts-of-next.ts",
      "./reducers/server-action-reducer": "./lib/client/unused-parts-of-next.ts",
      "./error-styles": { browser: "./lib/client/unused-parts-of-next.ts" },
      "../../../lib/constants": { browser: "./lib/client/unused-parts-of-next.ts" },
      "./links": { browser: "./lib/client/unused-parts-of-next.ts" },
      "../links": { browser: "./lib/client/unused-parts-of-next.ts" },
      "./prefetch": { browser: "./lib/client/unused-parts-of-next.ts" },
      "./scheduler": { browser: "./lib/client/unused-parts-of-next.ts" },
      "./segment-cache/scheduler": { browser: "./lib/client/unused-parts-of-next.ts" },
      "../../../shared/lib/router/utils/interception-routes": {
        browser: "./lib/client/unused-parts-of-next.ts",
      },
      "../../../../shared/lib/router/utils/interception-routes": {
        browser: "./lib/client/unused-parts-of-next.ts",
      },
    },
  },
  // `next dev` would otherwise write files for coding agents into the root.
  agentRules: false,
  // What proxy.ts never sees. Whatever an API answers, a browser that is led there runs none of it.
  headers: () => [
    { source: "/api/:path*", headers: [...bare, { key: "Content-Security-Policy", value: nothingRuns }] },
    { source: "/_next/static/:path*", headers: bare },
    {
      source: "/manifest.webmanifest",
      headers: [...bare, { key: "Content-Security-Policy", value: nothingRuns }],
    },
    { source: "/icon.svg", headers: [...bare, { key: "Content-Security-Policy", value: nothingRuns }] },
  ],
};

export default config;
