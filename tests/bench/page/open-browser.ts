import { type Browser, type CDPSession, chromium, type Page } from "@playwright/test";
import { findChromium } from "../../../scripts/find-chromium.mjs";

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox"] });
}

export interface BenchPage {
  page: Page;
  session: CDPSession;
  /** How many times slower the page is from now on. */
  throttle(times: number): Promise<void>;
  close(): Promise<void>;
}

/** A page of a visitor, at the width of a desktop. */
export async function openPage(
  browser: Browser,
  cookie?: { url: string; header: string },
): Promise<BenchPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const [name = "", value = ""] = cookie?.header.split("=") ?? [];
  if (cookie) await context.addCookies([{ name, value, url: cookie.url }]);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  return {
    page,
    session,
    throttle: async (rate) => void (await session.send("Emulation.setCPUThrottlingRate", { rate })),
    close: () => context.close(),
  };
}
