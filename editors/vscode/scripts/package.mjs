// Writes the .vsix. With the release binary of this platform inside when `cargo build --release` has made one, so
// that whoever installs the extension needs nothing else; otherwise the extension looks for `policy` on PATH.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createVSIX } from "@vscode/vsce";

const root = fileURLToPath(new URL("..", import.meta.url));
const repository = resolve(root, "../..");
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const binary = process.platform === "win32" ? "policy.exe" : "policy";
const targets = process.env.CARGO_TARGET_DIR ? resolve(repository, process.env.CARGO_TARGET_DIR) : join(repository, "target");
const built = join(targets, "release", binary);
const inside = join(root, "server", binary);

/** Whether the binary was built for this program: an older one has no language server. */
function serves(path) {
  try {
    execFileSync(path, ["lsp", "--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Debug information is for who builds, not for who installs. */
function strip(path) {
  try {
    execFileSync("strip", [path], { stdio: "ignore" });
  } catch {
    // Without `strip` the file is larger, and as good.
  }
}

await import("./build.mjs");
rmSync(join(root, "server"), { recursive: true, force: true });
for (const old of readdirSync(root).filter((file) => file.endsWith(".vsix"))) rmSync(join(root, old));
copyFileSync(join(repository, "LICENSE-MIT"), join(root, "LICENSE.txt"));

let target;
if (existsSync(built) && serves(built)) {
  mkdirSync(dirname(inside), { recursive: true });
  copyFileSync(built, inside);
  strip(inside);
  chmodSync(inside, 0o755);
  target = `${process.platform}-${process.arch}`;
}

const file = join(root, `${name}${target ? `-${target}` : ""}-${version}.vsix`);
await createVSIX({ cwd: root, packagePath: file, dependencies: false, allowMissingRepository: true, ...(target && { target }) });
console.log(`${file} (${Math.ceil(statSync(file).size / 1024)} KB)`);
console.log(
  target
    ? `with ${built} inside: for ${target} only`
    : `without a program inside: ${built} ${existsSync(built) ? "has no language server" : "is not built"}; the extension looks for \`policy\` on PATH`,
);
