// What the browser tests share: a hub and a village made for them, one browser, and cmocka's lines.
// Everything lies in a folder of its own, which is gone in the end; no process outlives this one.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const build = resolve(process.env.JIUJIN_BUILD ?? "build");
const require = createRequire(join(build, "browser", "x.js"));
export const SITE = "310118101201";
export const PASSWORD = "browser-1234";

const folder = mkdtempSync(join(tmpdir(), "jiujin-browser-"));
const running = [];
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const env = {
  ...process.env, JIUJIN_DIR: join(folder, "site"), JIUJIN_HUB_STORE: `sqlite:${folder}/hub.db`,
  JIUJIN_USER: "admin", JIUJIN_PIN: "1234", JIUJIN_HUB_PASSWORD: PASSWORD, LANGUAGE: "zh_CN",
};
const call = (name, args, input) =>
  execFileSync(join(build, name), args, { env, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
export const village = (...args) => call("jiujin", args);
export const hubCommand = (...args) => call("jiujin-hub", args);
export const add = (what, record) => JSON.parse(call("jiujin", ["add", what], JSON.stringify(record) + "\n"));
export const show = (...args) => village("show", ...args).split("\n").filter(Boolean).map((l) => JSON.parse(l));

async function startHub() {
  const child = spawn(join(build, "jiujin-hub"), ["serve", "--listen", "127.0.0.1:0", "--lang", "en"],
    { env, stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  for await (const chunk of child.stdout) {
    const port = /:(\d+)/.exec(chunk.toString());
    if (port) return `http://127.0.0.1:${port[1]}`;
  }
  throw new Error("the hub did not start");
}

export async function setUp() {
  const url = await startHub();
  village("init", "--site", SITE, "--name", "测试村");
  const code = hubCommand("site", "add", SITE, "测试村").trim();
  hubCommand("user", "add", "officer", "--role", "officer");
  village("enrol", url, code);
  village("sync", "--once");
  const token = hubCommand("token", "add", "mini-program").trim();
  const { chromium } = require("playwright-core");
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium-headless-shell", args: ["--no-sandbox"] });
  return { url, token, browser };
}

export async function runAll(tests, shared) {
  let failed = 0;
  for (const test of tests) {
    console.log(`[ RUN      ] ${test.name}`);
    try {
      await test(shared);
      console.log(`[       OK ] ${test.name}`);
    } catch (error) {
      failed++;
      console.log(error.stack ?? error);
      console.log(`[  FAILED  ] ${test.name}`);
    }
  }
  await shared.browser.close();
  process.exit(failed > 0 ? 1 : 0);
}
