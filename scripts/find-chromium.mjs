import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const macApps = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const insideDownload = [
  "chrome-linux/chrome",
  "chrome-linux64/chrome",
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
  "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
  "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
  "chrome-win/chrome.exe",
  "chrome-win64/chrome.exe",
];

/** The path of a Chromium on this machine, or `undefined`. `RIVULET_CHROMIUM` wins over every other place. */
export function findChromium() {
  const named = process.env.RIVULET_CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  return [...onPath(), ...macApps, ...downloaded()].find((path) => existsSync(path));
}

function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => [...folders, "/usr/bin"].map((folder) => join(folder, name)));
}

function downloaded() {
  return downloadFolders()
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^chromium-\d+$/.test(name))
        .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
        .flatMap((name) => insideDownload.map((inside) => join(folder, name, inside))),
    );
}

function downloadFolders() {
  const named = process.env.PLAYWRIGHT_BROWSERS_PATH;
  if (named && named !== "0") return [named];
  const home = homedir();
  return [
    join(home, ".cache/ms-playwright"),
    join(home, "Library/Caches/ms-playwright"),
    join(home, "AppData/Local/ms-playwright"),
  ];
}
