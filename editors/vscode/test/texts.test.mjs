// Every text that a user sees is there in both languages.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { getL10nJson } from "@vscode/l10n-dev";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path) => readFileSync(join(root, path), "utf8");
const json = (path) => JSON.parse(read(path));

/** Every `%key%` in the manifest. */
function keys(value) {
  if (typeof value === "string") return /^%(.+)%$/.exec(value)?.slice(1) ?? [];
  return value && typeof value === "object" ? Object.values(value).flatMap(keys) : [];
}

test("the manifest's texts are in both languages, and no text is left over", () => {
  const used = [...new Set(keys(json("package.json")))].sort();
  for (const file of ["package.nls.json", "package.nls.nl.json"]) {
    assert.deepEqual(Object.keys(json(file)).sort(), used, file);
  }
});

test("texts at run time are in Dutch too, with the same places to fill in", async () => {
  const sources = readdirSync(join(root, "src")).map((file) => ({ extension: ".ts", contents: read(`src/${file}`) }));
  const used = await getL10nJson(sources);
  const dutch = json("l10n/bundle.l10n.nl.json");
  assert.deepEqual(Object.keys(dutch).sort(), Object.keys(used).sort());
  const places = (text) => (text.match(/\{\d\}/g) ?? []).sort();
  for (const [english, translated] of Object.entries(dutch)) assert.deepEqual(places(translated), places(english), english);
});

test("files that the manifest names are there", () => {
  const manifest = json("package.json");
  const { languages, grammars, snippets } = manifest.contributes;
  const named = [...languages.flatMap((l) => [l.configuration, l.icon.light, l.icon.dark]), ...[...grammars, ...snippets].map((f) => f.path)];
  for (const nls of ["package.nls.json", "package.nls.nl.json"]) {
    named.push(...Object.entries(json(nls)).filter(([key]) => key.endsWith(".page")).map(([, page]) => page));
  }
  for (const file of [...named, manifest.icon]) assert.ok(existsSync(join(root, file)), file);
});

test("commands that texts and menus name are there", () => {
  const manifest = json("package.json");
  const own = new Set(manifest.contributes.commands.map((c) => c.command));
  const text = read("package.json") + read("package.nls.json") + read("package.nls.nl.json");
  const named = [...text.matchAll(/(?:command:|onCommand:|"command": ")(policy\.\w+)/g)].map((m) => m[1]);
  assert.ok(named.length > 20);
  for (const command of named) assert.ok(own.has(command), command);
  const registered = read("src/commands.ts");
  for (const command of own) assert.ok(registered.includes(`"${command}"`), `${command} does nothing`);
});
