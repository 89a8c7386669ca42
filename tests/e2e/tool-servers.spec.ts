import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startAppServer } from "../support/app-server.ts";
import { startMcpServer } from "../support/mcp-http-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { expect, test, watchFaults } from "./fixtures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the settings name every tool server, with its tools or why it is away, in both languages and themes", async ({
  browser,
  store,
}, info) => {
  test.setTimeout(120_000);
  const tested = await startMcpServer("modern");
  const servers = [
    {
      name: "trips",
      url: tested.url,
      headers: { Authorization: "Bearer canary" },
      effects: { echo: "read" },
    },
    { name: "files", command: "/nowhere/files", env: { TOKEN: "canary" } },
  ];
  const app = await startAppServer({
    env: { ...store.newStore(), MCP_SERVERS: JSON.stringify(servers), CODE: "on" },
  });
  try {
    for (const locale of ["en-GB", "zh-CN"]) {
      const { viewport, hasTouch, isMobile } = info.project.use;
      const context = await browser.newContext({
        locale,
        ...(viewport && { viewport }),
        ...(hasTouch && { hasTouch }),
        ...(isMobile && { isMobile }),
      });
      const page = await context.newPage();
      const faults = watchFaults(page);
      const [trips, files] = [page.locator(".setting.tall").nth(0), page.locator(".setting.tall").nth(1)];
      // On a busy machine the first look may be over before the server has said what it has.
      await expect(async () => {
        await page.goto(`${app.url}/settings/tools`);
        await expect(trips).toContainText(locale === "en-GB" ? "connected" : "已连接");
      }).toPass({ timeout: 40_000 });
      await expect(trips).toContainText(new URL(tested.url).host);
      await expect(page.locator(".setting").first()).toContainText(
        locale === "en-GB" ? "64 MB, 2 s" : "64 MB 内存、2 秒",
      );
      await expect(files).toContainText(locale === "en-GB" ? "its command was not found" : "找不到它的命令");
      await trips.locator("summary").click();
      await expect(trips.locator("li").first()).toContainText("trips__echo");
      await expect(trips.locator("li").first()).toContainText("Says it again.");
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const path = join(root, `test-results/look/tools.${locale}.${info.project.name}.${colorScheme}.png`);
        await page.screenshot({ path, animations: "disabled", fullPage: true });
      }
      if (locale === "en-GB") await expectAccessible(page, "tool servers");
      expect(await page.content()).not.toContain("canary");
      expect(faults).toEqual([]);
      await context.close();
    }
  } finally {
    await app.stop();
    await tested.close();
  }
});
