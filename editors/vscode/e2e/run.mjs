// The extension in a real VS Code: packaged, installed, and used on a copy of this repository.
//
//   npm run e2e            everything; says so when tools are missing and it is skipped
//   npm run e2e -- 2       only the second window
//
// Screenshots are kept in editors/vscode/artifacts.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Editor, serve } from "./editor.mjs";
import { alone, folder, missing, repositorySteps } from "./steps.mjs";
import { Skipped, extension, repository, tools } from "./tools.mjs";

const SETTINGS = { "policy.language": "en", "policy.asOf": "2026-11-22" };

/** A copy of what git knows of the repository, with changes that are not committed yet. */
function copy(to) {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: repository, maxBuffer: 1 << 26 });
  for (const file of listed.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(repository, file), join(to, file));
  }
}

function vsix() {
  execFileSync("npm", ["run", "--silent", "package"], { cwd: extension, stdio: ["ignore", "ignore", "inherit"] });
  const file = readdirSync(extension).find((name) => name.endsWith(".vsix"));
  if (!file) throw new Error("npm run package wrote no .vsix");
  return join(extension, file);
}

/** One window with one folder, step after step until one fails. */
async function run(found, { steps, place, settings }, artifacts, scratch) {
  const { url, stop, log } = await serve(found, found.vsix, scratch, { ...SETTINGS, ...found.settings, ...settings });
  const browser = await found.chromium.launch({
    executablePath: found.browser,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  let passed = 0;
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    const editor = new Editor(page, artifacts);
    await editor.open(url, place);
    for (const [name, step] of Object.entries(steps)) {
      const since = Date.now();
      try {
        await step(editor, place);
      } catch (error) {
        await editor.screenshot(`failed-${name.replace(/\W+/g, "-")}`).catch(() => {});
        console.error(`FAILED ${name}: ${error.stack ?? error}`);
        return { passed, failed: 1, log: log() };
      }
      passed++;
      console.log(`ok ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
    }
    return { passed, failed: 0, log: log() };
  } finally {
    await browser.close();
    await stop();
  }
}

async function main() {
  const found = await tools();
  const artifacts = join(extension, "artifacts");
  rmSync(artifacts, { recursive: true, force: true });
  mkdirSync(artifacts, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "policy-e2e-"));
  try {
    found.vsix = vsix();
    const clone = join(scratch, "policy");
    copy(clone);
    const werk = folder(join(scratch, "werk"));
    const plays = [
      { steps: repositorySteps, place: clone },
      { steps: alone, place: werk },
      { steps: missing, place: werk, settings: { "policy.path": "/nowhere/policy" } },
    ];
    const wanted = process.argv[2];
    const results = [];
    for (const [i, play] of plays.entries()) {
      if (wanted && wanted !== String(i + 1)) continue;
      results.push(await run(found, play, artifacts, join(scratch, `user-${i}`)));
    }
    const sum = (what) => results.reduce((n, result) => n + result[what], 0);
    console.log(`screenshots: ${artifacts}`);
    console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
    if (sum("failed") > 0) process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error) => {
  if (error instanceof Skipped) {
    console.log(`skipped: the run in VS Code: ${error.message}`);
    return;
  }
  console.error(error);
  process.exitCode = 1;
});
