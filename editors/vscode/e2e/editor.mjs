// A VS Code in a browser, and what a person does with it.
import { spawn, execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** Nothing that moves, asks or calls home. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "editor.cursorBlinking": "solid",
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  "workbench.colorTheme": "Default Light Modern",
  "workbench.enableExperiments": false,
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answers(url, seconds) {
  for (let i = 0; i < seconds * 10; i++) {
    const ok = await fetch(url).then((answer) => answer.ok, () => false);
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}

/** Starts VS Code with an extension installed; gives its address and how to end it. */
export async function serve({ node, codeServer }, vsix, scratch, settings, path) {
  const user = join(scratch, "user");
  // What belongs to a machine, such as the path of a program, is only read from the machine's own settings here.
  for (const scope of ["User", "Machine"]) {
    mkdirSync(join(user, scope), { recursive: true });
    writeFileSync(join(user, scope, "settings.json"), JSON.stringify({ ...QUIET, ...settings }));
  }
  const entry = join(codeServer, "out/node/entry.js");
  const folders = ["--user-data-dir", user, "--extensions-dir", join(scratch, "extensions")];
  const env = { ...process.env, ...(path && { PATH: path }), XDG_CONFIG_HOME: scratch, XDG_DATA_HOME: scratch, HOME: scratch };
  // It also prints a trace about a log module that was not compiled, which is harmless.
  execFileSync(node, [entry, ...folders, "--install-extension", vsix], { env, stdio: ["ignore", "pipe", "pipe"] });
  const port = await freePort();
  const args = [entry, "--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust", "--disable-getting-started-override", ...folders];
  const child = spawn(node, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stdout.on("data", (text) => (log += text));
  child.stderr.on("data", (text) => (log += text));
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/healthz`, 30);
  const stop = () => new Promise((resolve) => child.once("exit", resolve).kill());
  return { url, stop, log: () => log };
}

/** One window. */
export class Editor {
  constructor(page, artifacts) {
    this.page = page;
    this.artifacts = artifacts;
  }

  async open(url, folder) {
    await this.page.goto(`${url}/?folder=${encodeURIComponent(folder)}`);
    await this.page.waitForSelector(".explorer-folders-view .monaco-list-row", { timeout: 60_000 });
  }

  async screenshot(name) {
    await this.page.screenshot({ path: join(this.artifacts, `${name}.png`) });
  }

  /** Waits until something is so, and says what was seen if it never is. */
  async until(what, look, timeout = 30_000) {
    const end = Date.now() + timeout;
    let seen;
    do {
      seen = await look();
      if (seen) return seen;
      await this.page.waitForTimeout(100);
    } while (Date.now() < end);
    throw new Error(`waited in vain for ${what}`);
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Runs a command of the palette by its English name. */
  async command(name) {
    await this.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.fill(`>${name}`);
    await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    await this.page.waitForTimeout(150);
    await this.press("Enter");
  }

  /** Opens a file of the folder. */
  async file(path) {
    await this.press("Escape", "Control+p");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(path);
    const name = path.split("/").pop();
    await this.page.locator(`.quick-input-list .monaco-list-row:has-text("${name}")`).first().waitFor();
    await this.page.waitForTimeout(200);
    await this.press("Enter");
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.page.waitForTimeout(200);
  }

  /** Puts the cursor at a line and column, both from 1. */
  async at(line, column) {
    await this.press("Control+g");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.press("Enter");
    await this.page.waitForTimeout(250);
  }

  /** Types as a person does. */
  async type(text) {
    await this.page.keyboard.type(text, { delay: 15 });
  }

  /** Opens the list of changes that are offered here. */
  async quickFixes() {
    const rows = this.page.locator(".action-widget .monaco-list-row");
    await this.until("quick fixes", async () => {
      await this.press("Control+.");
      return rows.first().waitFor({ timeout: 5000 }).then(() => true, () => this.press("Escape").then(() => false));
    });
  }

  /** What is in the active file, as saved by the editor. */
  async save() {
    await this.press("Control+s");
    await this.page.waitForFunction(() => !document.querySelector(".tab.active.dirty"));
  }

  squiggles(kind = "") {
    return this.page.locator(kind ? `.squiggly-${kind}` : ".squiggly-error, .squiggly-warning, .squiggly-info").count();
  }

  // What is there without words yet, such as a lens that is still being made, is nothing.
  async text(selector) {
    const texts = await this.page.locator(selector).allInnerTexts();
    return texts.join("\n").replace(/\u00a0/g, " ").trim();
  }

  status() {
    return this.text('.statusbar-item[id$="policy.status"]');
  }
}
