import { defineConfig } from "@playwright/test";
import { findChromium } from "../../scripts/find-chromium.mjs";

const results = "../../test-results";
const executablePath = findChromium();

// The fixtures start the servers themselves: a test may kill, freeze or restart its own.
export default defineConfig({
  testDir: ".",
  outputDir: `${results}/e2e`,
  timeout: 45_000,
  // Conditions, not figures: a busy machine may take its time.
  expect: { timeout: 10_000 },
  // Such a test is named, and more than two of them fail the run (scripts/test.mjs).
  retries: process.env["CI"] ? 1 : 0,
  workers: 2,
  forbidOnly: true,
  reporter: [
    ["list"],
    ["json", { outputFile: `${results}/${process.env["RIVULET_E2E_RESULTS"] ?? "e2e"}.json` }],
  ],
  use: {
    // Recording every step is work that nobody looks at in most runs.
    trace: process.env["RIVULET_TRACE"] ? "retain-on-failure" : "off",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    { name: "desktop", use: { browserName: "chromium", viewport: { width: 1280, height: 900 } } },
    {
      name: "phone",
      // By its title, so that not even a page is loaded for such a test.
      grepInvert: /\(on the desktop\)$/,
      use: {
        browserName: "chromium",
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
      },
    },
    {
      name: "security",
      testDir: "../security",
      testMatch: "*.spec.ts",
      use: { browserName: "chromium", viewport: { width: 1280, height: 900 } },
    },
  ],
});
