/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  devIndicators: false,
  images: { unoptimized: true },
  turbopack: {
    // The package's browser build decodes entities through innerHTML, which a strict content policy must not need.
    resolveAlias: { "decode-named-character-reference": "./components/message/markdown/named-characters.ts" },
  },
  // `next dev` would otherwise write files for coding agents into the root.
  agentRules: false,
};

export default config;
