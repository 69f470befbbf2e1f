// The page of `policy report` in a real browser: node tests/report/run.mjs [FOLDER FOR PICTURES]
//
// Needs the program (POLICY_BIN, else target/debug/policy, else target/release/policy), a Chromium (POLICY_E2E_CHROMIUM
// or on the path) and npm. What npm has is installed outside the checkout, into POLICY_E2E_CACHE, else below ~/.cache.
// Without these it says what is missing and ends with 0, unless POLICY_REPORT_REQUIRED is set.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inflateSync } from "node:zlib";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const VERSIONS = { "axe-core": "4.14.1", "html-validate": "10.17.0", "playwright-core": "1.65.1" };
/** What is valid HTML in fact: a dot in an id, and sections that scroll. Text is not hand-written, so its layout is free. */
const RULES = { "valid-id": ["error", { relaxed: true }], "no-trailing-whitespace": "off", "long-title": "off" };

class Skipped extends Error {}

function onPath(...names) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

function program() {
  const built = ["debug", "release"].map((kind) => join(repository, "target", kind, "policy"));
  const found = process.env.POLICY_BIN ?? built.find(existsSync);
  if (!found) throw new Skipped("the program is not built; run `cargo build`");
  return found;
}

function browser() {
  const found = process.env.POLICY_E2E_CHROMIUM ?? onPath("chromium", "chromium-browser", "google-chrome");
  if (!found) throw new Skipped("no chromium was found; install it, or name one in POLICY_E2E_CHROMIUM");
  return found;
}

/** Installs what npm has, once, without running install scripts. */
function tools() {
  const cache = join(process.env.POLICY_E2E_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "policy-e2e"), "report");
  const done = join(cache, "installed.json");
  const wanted = JSON.stringify(VERSIONS);
  if (!existsSync(done) || readFileSync(done, "utf8") !== wanted) {
    if (!onPath("npm")) throw new Skipped("npm was not found");
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, "package.json"), JSON.stringify({ private: true, dependencies: VERSIONS }));
    try {
      const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
      execFileSync("npm", ["install", ...flags], { cwd: cache, stdio: ["ignore", "ignore", "pipe"] });
    } catch {
      throw new Skipped("npm cannot install what the run needs");
    }
    writeFileSync(done, wanted);
  }
  return createRequire(join(cache, "package.json"));
}

/** Runs the program; a page is written whatever the verdicts are. */
function report(policy, file, ...args) {
  try {
    execFileSync(policy, ["report", "--as-of", "2026-11-22", "-o", file, ...args], { cwd: repository, stdio: "pipe" });
  } catch (error) {
    assert.equal(error.status, 4, `policy report ended with ${error.status}: ${error.stderr}`);
  }
}

/** Declarations by the dozen: the real ones again and again, each under a name of its own. */
function crowd(folder, count) {
  const real = ["schoolmonitor", "smartschool", "smartschools", "snappet", "studyspace"];
  const texts = real.map((name) => readFileSync(join(repository, `tests/vendors/${name}.declaration.yaml`), "utf8"));
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n++) {
    let text = texts[n % texts.length];
    text = text.replace(/(\nproduct:\n {2}name: (?:\{ value: )?)[^\n,]+/, `$1Product ${n + 1}`);
    writeFileSync(join(folder, `p${String(n + 1).padStart(3, "0")}.declaration.yaml`), text);
  }
  return folder;
}

/** What must hold of every page, whatever it is about. */
async function sound(chromium, validator, axe, file, { heavy = false } = {}) {
  const problems = [];
  const page = await chromium.newPage({ viewport: { width: 1280, height: 1000 } });
  page.on("console", (message) => problems.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`error: ${error}`));
  page.on("request", (request) => request.url().startsWith("file://") || request.url().startsWith("data:") || problems.push(`request: ${request.url()}`));
  const address = pathToFileURL(file).href;
  const begin = Date.now();
  await page.goto(address);
  const loaded = Date.now() - begin;
  assert.deepEqual(problems, [], "the page is silent and asks for nothing");

  const facts = await page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    const known = new Set(ids);
    const links = [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"));
    const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((h) => Number(h.tagName[1]));
    return {
      lost: links.filter((l) => l.startsWith("#") && !known.has(decodeURIComponent(l.slice(1)))).slice(0, 5),
      odd: links.filter((l) => !l.startsWith("#") && !l.startsWith("https://")).slice(0, 5),
      twice: ids.length - known.size,
      jumps: levels.filter((level, i) => i > 0 && level > levels[i - 1] + 1).length,
      first: levels[0],
      scripts: document.scripts.length,
      loose: [...document.querySelectorAll("th:not([scope])")].length,
      lang: document.documentElement.lang,
    };
  });
  const { lang, ...rest } = facts;
  assert.deepEqual(rest, { lost: [], odd: [], twice: 0, jumps: 0, first: 1, scripts: 0, loose: 0 });
  assert.match(lang, /^(nl|en)$/);

  if (!heavy) {
    const text = readFileSync(file, "utf8");
    const checked = await validator.validateString(text);
    const found = checked.results.flatMap((r) => r.messages.map((m) => `${m.line}: ${m.message} (${m.ruleId})`));
    assert.deepEqual(found.slice(0, 5), [], "html-validate");
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    // A reader's axe, not the page's: its text is put in past the content security policy.
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => (await globalThis.axe.run({ resultTypes: ["violations"] })).violations);
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 120)}`), [], "axe-core");
  }
  await page.close();

  const phone = await chromium.newPage({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  await phone.goto(address);
  if (!heavy) await phone.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "a phone does not scroll sideways");
  await phone.close();
  return { loaded, bytes: statSync(file).size };
}

/** A cell of the overview opens what it leads to, also by keyboard; paper shows what the screen folds away. */
async function usable(chromium, file) {
  const page = await chromium.newPage({ viewport: { width: 1280, height: 1000 } });
  await page.goto(pathToFileURL(file).href);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop skips to the content");
  const cell = page.locator(".matrix td.fail a").first();
  const target = (await cell.getAttribute("href")).slice(1);
  await cell.focus();
  await page.keyboard.press("Enter");
  const body = page.locator(`[id="${target}"]`);
  assert.equal(await body.isVisible(), true, "the finding is open");
  assert.equal(await body.evaluate((e) => { const box = e.getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight; }), true, "and in view");
  const head = await page.locator(".matrix thead th").nth(1).evaluate((e) => getComputedStyle(e).position);
  assert.equal(head, "sticky");

  await page.emulateMedia({ media: "print" });
  const hidden = () => [...document.querySelectorAll(".finding .body")].filter((e) => !e.checkVisibility({ contentVisibilityAuto: true }) || e.getBoundingClientRect().height < 10).length;
  // A busy machine lays it out anew a moment later.
  for (const until = Date.now() + 5000; Date.now() < until && (await page.evaluate(hidden)) > 0; await page.waitForTimeout(50));
  assert.equal(await page.evaluate(hidden), 0, "paper shows every finding");
  assert.equal(await page.locator("footer").isVisible(), false, "paper has no foot that may stand alone on a page");
  assert.equal(await page.locator("header .paper").isVisible(), true, "what the foot says stands on the first page");
  await page.close();
}

/** How many lines of text each page of a PDF of Chromium has, the number of the page included. */
function lines(pdf) {
  const text = pdf.toString("latin1");
  const contents = [...text.matchAll(/\/Type \/Page\n[^]*?\/Contents (\d+) 0 R/g)].map((found) => found[1]);
  return contents.map((id) => {
    const [head, length] = text.match(new RegExp(`\\n${id} 0 obj\\n<<[^>]*/Length (\\d+)[^>]*>> stream\\n`));
    const start = text.indexOf(head) + head.length;
    const drawn = inflateSync(pdf.subarray(start, start + Number(length))).toString("latin1");
    return new Set([...drawn.matchAll(/ (\S+) Tm\n/g)].map((found) => found[1])).size;
  });
}

/** On paper no page is blank, and none has only the end of something. */
async function printed(chromium, file) {
  const page = await chromium.newPage();
  await page.goto(pathToFileURL(file).href);
  const found = lines(await page.pdf({ preferCSSPageSize: true, printBackground: true }));
  await page.close();
  const few = found.flatMap((lines, i) => (lines < 4 ? [`page ${i + 1} has ${lines}`] : []));
  assert.deepEqual(few, [], "every page has three lines and its number");
  return found.length;
}

async function pictures(chromium, file, folder) {
  mkdirSync(folder, { recursive: true });
  const shoot = async (name, options, at) => {
    const page = await chromium.newPage(options);
    await page.goto(pathToFileURL(file).href + at);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.close();
  };
  const desktop = { viewport: { width: 1280, height: 1000 } };
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, deviceScaleFactor: 2 };
  for (const at of ["", "#overview", "#charts", "#ends", "#vendors", "#v4-sec-02", "#norms", "#notes"]) {
    await shoot(`desktop-${at.slice(1) || "top"}`, desktop, at);
    await shoot(`phone-${at.slice(1) || "top"}`, phone, at);
  }
  const page = await chromium.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.pdf({ path: join(folder, "paper.pdf"), preferCSSPageSize: true, printBackground: true });
  await page.close();
}

async function run() {
  const [policy, executablePath, require] = [program(), browser(), tools()];
  const { chromium: engine } = require("playwright-core");
  const { HtmlValidate, StaticConfigLoader } = require("html-validate");
  const config = { root: true, extends: ["html-validate:recommended", "html-validate:document"], rules: RULES };
  const validator = new HtmlValidate(new StaticConfigLoader(config));
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  const folder = mkdtempSync(join(tmpdir(), "policy-report-"));
  const chromium = await engine.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const lending = ["tests/lending/riverside.declaration.yaml", "-p", "tests/lending"];
    const pages = {
      nl: ["--lang", "nl"],
      en: ["--lang", "en"],
      one: ["--lang", "en", "--vendor", "Snappet"],
      lending: ["--lang", "en", ...lending],
      twelve: ["--lang", "nl", crowd(join(folder, "twelve"), 12)],
    };
    for (const [name, args] of Object.entries(pages)) {
      const file = join(folder, `${name}.html`);
      report(policy, file, ...args);
      const { loaded, bytes } = await sound(chromium, validator, axe, file);
      const pages = await printed(chromium, file);
      assert.ok(pages >= (name === "lending" ? 4 : 20), `it prints on ${pages} pages`);
      console.log(`report: ${name}: ${Math.ceil(bytes / 1024)} kB, opened in ${loaded} ms, ${pages} pages on paper`);
    }
    await usable(chromium, join(folder, "nl.html"));
    if (process.env.POLICY_REPORT_CROWD) {
      const file = join(folder, "crowd.html");
      report(policy, file, "--lang", "nl", crowd(join(folder, "crowd"), Number(process.env.POLICY_REPORT_CROWD)));
      const { loaded, bytes } = await sound(chromium, validator, axe, file, { heavy: true });
      console.log(`report: ${process.env.POLICY_REPORT_CROWD} declarations: ${Math.ceil(bytes / 1024)} kB, opened in ${loaded} ms`);
    }
    if (process.argv[2]) await pictures(chromium, join(folder, "nl.html"), process.argv[2]);
    console.log("report: all checks passed");
  } finally {
    await chromium.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await run();
} catch (error) {
  if (!(error instanceof Skipped) || process.env.POLICY_REPORT_REQUIRED) throw error;
  console.log(`report: skipped: ${error.message}`);
}
