// What an FG does, step by step. A step that cannot be done fails with what was waited for.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VENDOR = "tests/vendors/schoolmonitor.declaration.yaml";
const RULES = "policies/core/f-security.policy";
const TESTS = "policies/core/tests/security-breach.policy";

/** The line and column, from 1, of a text in a file, or of what stands `ahead` characters further. */
function place(folder, file, text, ahead = 0) {
  const whole = readFileSync(join(folder, file), "utf8");
  const at = whole.indexOf(text);
  assert.ok(at >= 0, `${file} has no \`${text}\``);
  const before = whole.slice(0, at + ahead).split("\n");
  return [before.length, before.at(-1).length + 1];
}

const read = (folder, file) => readFileSync(join(folder, file), "utf8");

/** On a copy of this repository. */
export const repositorySteps = {
  "a vendor's declaration has squiggles": async (editor, folder) => {
    await editor.file(VENDOR);
    await editor.at(...place(folder, VENDOR, "encrypted: no"));
    await editor.until("a squiggle at `encrypted: no`", () => editor.squiggles("error"), 60_000);
    await editor.screenshot("01-declaration");
  },

  "the Problems panel lists the findings of all declarations": async (editor) => {
    await editor.press("Control+Shift+m");
    const rows = editor.page.locator(".markers-panel .monaco-list-row");
    await editor.until("findings in the Problems panel", async () => (await rows.count()) > 5);
    const text = await editor.text(".markers-panel");
    assert.match(text, /declaration\.yaml/);
    await editor.screenshot("02-problems");
  },

  "the status bar counts": async (editor) => {
    const text = await editor.until("counts in the status bar", async () => {
      const status = await editor.status();
      return /EN 2026-11-22\s+\d+\s+\d+\s+\d+/.test(status) && status;
    });
    const [fail, unknown, pass] = text.match(/\d+/g).slice(3).map(Number);
    assert.ok(fail > 0 && unknown > 0 && pass > 0, text);
    const entry = editor.page.locator('.statusbar-item[id$="policy.status"]');
    await entry.hover();
    const says = await editor.until("what the numbers are", () => editor.text(".monaco-hover:not(.hidden) .hover-contents"));
    assert.match(says, /5 declarations/);
    await editor.screenshot("02a-status");
    await editor.command("View: Close Panel");
    await entry.locator("a").click();
    await editor.until("the Problems panel", () => editor.text(".markers-panel"));
  },

  "a lens above a declaration sums up, and opens the questions": async (editor, folder) => {
    await editor.file(VENDOR);
    await editor.at(1, 1);
    const lens = await editor.until("the lenses", async () => {
      const text = await editor.text(".codelens-decoration");
      return /norms: .*fail.*open questions/s.test(text) && text;
    });
    assert.match(lens, /open questions for the vendor \(\d+\)/);
    await editor.page.locator('.codelens-decoration a:has-text("open questions")').first().click();
    await editor.until("the questions", async () => /# Open questions: .*1\. /s.test(await editor.text(".view-lines")));
    await editor.screenshot("02b-questions");
    await editor.command("View: Revert and Close Editor");
  },

  "hover on a value says why and by which rule": async (editor, folder) => {
    await editor.file(VENDOR);
    await editor.at(...place(folder, VENDOR, "encrypted: no", "encrypted: ".length));
    await editor.command("Show or Focus Hover");
    const hover = await editor.until("a hover", () => editor.text(".monaco-hover:not(.hidden) .monaco-hover-content"));
    assert.match(hover, /sec-05/);
    await editor.screenshot("03-hover-finding");
    await editor.press("Escape");
  },

  "completion in a declaration offers the words of the pack": async (editor, folder) => {
    await editor.file(VENDOR);
    const [line] = place(folder, VENDOR, "encrypted: no");
    await editor.at(line, 1);
    await editor.press("End", "Enter");
    await editor.press("Control+Space");
    const offered = await editor.until("completions", () => editor.text(".suggest-widget.visible .monaco-list-row"));
    assert.ok(offered.length > 0);
    await editor.screenshot("04-completion-declaration");
    await editor.press("Escape", "Control+z", "Control+z");
    await editor.command("File: Revert File");
  },

  "a rule has a lens with its verdicts, which opens the list": async (editor, folder) => {
    await editor.file(RULES);
    await editor.at(...place(folder, RULES, "sec-05"));
    const lens = await editor.until("a code lens", () => editor.text(".codelens-decoration"), 30_000);
    assert.match(lens, /\d/);
    await editor.screenshot("05-lens");
    // The lens of sec-05 is the one over its line: the last that the window shows above or at it.
    await editor.page.locator(".codelens-decoration a").last().click();
    const rows = editor.page.locator(".quick-input-list .monaco-list-row");
    await rows.first().waitFor();
    await editor.screenshot("06-lens-list");
    assert.match(await editor.text(".quick-input-widget"), /declaration\.yaml/);
    await editor.press("Enter");
    await editor.page.waitForSelector('.tab.active[data-resource-name$=".declaration.yaml"]');
  },

  "hover on a word gives its definition": async (editor, folder) => {
    await editor.file(RULES);
    await editor.at(...place(folder, RULES, "elke opslagplaats", "elke op".length));
    await editor.command("Show or Focus Hover");
    const hover = await editor.until("a hover", () => editor.text(".monaco-hover:not(.hidden) .monaco-hover-content"));
    assert.ok(hover.length > 20, hover);
    await editor.screenshot("07-hover-word");
    await editor.press("Escape");
  },

  "completion in a sentence offers words": async (editor, folder) => {
    await editor.file(RULES);
    const [line] = place(folder, RULES, "elke opslagplaats heeft");
    await editor.at(line, 1);
    await editor.press("End");
    await editor.type(" en ");
    await editor.press("Control+Space");
    const offered = await editor.until("completions", () => editor.text(".suggest-widget.visible .monaco-list-row"));
    assert.ok(offered.length > 0);
    await editor.page.waitForTimeout(500);
    await editor.screenshot("08-completion-policy");
    await editor.press("Escape");
    await editor.command("File: Revert File");
  },

  "a keystroke in a rule changes findings at once": async (editor, folder) => {
    await editor.file(RULES);
    const [line, column] = place(folder, RULES, "elke opslagplaats heeft versleuteling", "elke opslag".length);
    await editor.at(line, column);
    await editor.type("x");
    const since = Date.now();
    await editor.until("a squiggle under the misspelt word", () => editor.squiggles("error"));
    console.log(`   a misspelt word is underlined after ${Date.now() - since} ms`);
    await editor.screenshot("09-misspelt");
    await editor.at(line, column);
    await editor.quickFixes();
    await editor.screenshot("10-quick-fix");
    await editor.press("Enter");
    await editor.until("the squiggle to go", async () => (await editor.squiggles("error")) === 0);
    await editor.command("File: Revert File");
  },

  "a policy on the left, a declaration on the right": async (editor, folder) => {
    await editor.file(RULES);
    await editor.at(...place(folder, RULES, "elke opslagplaats"));
    await editor.command("View: Toggle Primary Side Bar Visibility");
    await editor.command("View: Split Editor Right");
    await editor.page.waitForTimeout(500);
    await editor.file(VENDOR);
    await editor.at(...place(folder, VENDOR, "encrypted: no", "encrypted: ".length));
    await editor.until("the squiggle", () => editor.squiggles("error"));
    await editor.command("Show or Focus Hover");
    await editor.until("a hover", () => editor.text(".monaco-hover:not(.hidden) .monaco-hover-content"));
    await editor.screenshot("00-side-by-side");
    await editor.press("Escape");
    await editor.command("View: Join All Editor Groups");
    await editor.command("View: Toggle Primary Side Bar Visibility");
    await editor.page.waitForTimeout(500);
  },

  "a rule is renamed across files": async (editor, folder) => {
    await editor.file(RULES);
    await editor.at(...place(folder, RULES, "regel sec-05", "regel s".length));
    await editor.press("F2");
    const input = editor.page.locator("input.rename-input");
    await input.waitFor();
    await input.fill("sec-versleuteld");
    await editor.screenshot("11-rename");
    await editor.press("Enter");
    await editor.until("the new name in the rule's file", async () => /sec-versleuteld/.test(await editor.text(".view-lines")));
    await editor.command("File: Save All Files");
    await editor.until("the new name on disk, in both files", () =>
      [RULES, TESTS].every((file) => read(folder, file).includes("sec-versleuteld") && !/(regel|toets) sec-05\b/.test(read(folder, file))),
    );
  },

  "a file is laid out": async (editor, folder) => {
    writeFileSync(join(folder, "policies/core/ugly.policy"), 'regel   ugly-01 {\n "Logs"\n      auditlogs   hoogstens   13    maanden\n}\n');
    await editor.file("policies/core/ugly.policy");
    await editor.until("the lens, so the server knows the file", () => editor.text(".codelens-decoration"));
    await editor.command("Format Document");
    await editor.until("the layout", async () => /auditlogs.{0,30}hoogstens 13 maanden/.test(await editor.text(".view-lines")));
    await editor.save();
    assert.equal(read(folder, "policies/core/ugly.policy"), 'regel ugly-01 {\n  "Logs"\n  auditlogs hoogstens 13 maanden\n}\n');
    await editor.screenshot("12-formatted");
  },

  "a file is translated": async (editor, folder) => {
    await editor.file("policies/core/ugly.policy");
    await editor.command("Policy: Translate this file to English");
    await editor.until("English", async () => /audit logs.{0,30}at most 13 months/.test(await editor.text(".view-lines")));
    await editor.screenshot("13-translated");
    await editor.save();
    assert.match(read(folder, "policies/core/ugly.policy"), /^rule ugly-01/);
  },

  "definition leads to the words of the pack": async (editor, folder) => {
    await editor.file(RULES);
    await editor.at(...place(folder, RULES, "elke opslagplaats", "elke op".length));
    await editor.press("F12");
    await editor.until("the definition", async () => /record data-store/.test(await editor.text(".view-lines")));
  },
};

/** A folder of someone who has the extension, and nothing of this repository. */
export function folder(path) {
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, "lezer.declaration.yaml"),
    [
      "vendor: { name: Example B.V., establishment: NL }",
      "product: { name: Example Reader }",
      "subprocessors:",
      "  items:",
      "    - name: Example Hosting Inc.",
      "      storage: US",
      "      data: [first nme]",
      "      safeguard: none",
      "",
    ].join("\n"),
  );
  return path;
}

const LEZER = "lezer.declaration.yaml";

/** With the packs that are inside the program. */
export const alone = {
  "a folder without anything else is checked with the packs inside": async (editor) => {
    await editor.file(LEZER);
    await editor.until("a squiggle", () => editor.squiggles(), 60_000);
    await editor.screenshot("20-alone");
  },

  "a quick fix takes the suggested word, and the squiggle goes": async (editor, folder) => {
    const [line, column] = place(folder, LEZER, "first nme", 2);
    await editor.at(line, column);
    await editor.quickFixes();
    await editor.screenshot("21-quick-fix");
    const row = editor.page.locator('.action-widget .monaco-list-row:has-text("first name")').first();
    await row.click();
    await editor.until("the suggested word", async () => /first name/.test(await editor.text(".view-lines")));
    await editor.save();
    assert.match(read(folder, LEZER), /\[first name\]/);
    await editor.screenshot("22-fixed");
  },

  "a new policy is a file with a norm, and its words lead into the packs inside": async (editor, folder) => {
    await editor.command("Policy: New policy");
    const input = editor.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill("Our board");
    await editor.press("Enter");
    await editor.page.waitForSelector('.tab.active[data-resource-name="our-board.policy"]');
    await editor.until("the verdicts over the new norm", () => editor.text(".codelens-decoration"));
    assert.equal(await editor.squiggles("error"), 0);
    assert.match(read(folder, "policy.toml"), /"our-board.policy"/);
    await editor.screenshot("23-new-policy");
    const file = "our-board.policy";
    await editor.at(...place(folder, file, "audit logs at most", 2));
    await editor.press("F12");
    await editor.until("a read-only document of the pack", async () => /record|term/.test(await editor.text(".view-lines")) && !(await editor.page.$('.tab.active[data-resource-name="our-board.policy"]')));
    await editor.screenshot("24-inside");
  },

  "a new declaration has no mistakes": async (editor) => {
    await editor.command("Policy: New declaration");
    const input = editor.page.locator(".quick-input-widget input.input");
    for (const answer of ["Example Maths", "Example B.V."]) {
      await input.waitFor();
      await input.fill(answer);
      await editor.press("Enter");
      await editor.page.waitForTimeout(300);
    }
    await editor.page.waitForSelector('.tab.active[data-resource-name="example-maths.declaration.yaml"]');
    await editor.page.waitForTimeout(1500);
    await editor.screenshot("25-new-declaration");
  },

  "the report opens": async (editor) => {
    await editor.command("Policy: Open report");
    const page = editor.page.frameLocator("iframe.webview").frameLocator("iframe");
    await page.locator("h1").first().waitFor();
    const text = await page.locator("body").innerText();
    assert.match(text, /Example Maths/);
    assert.match(text, /Example Reader/);
    await editor.page.waitForTimeout(500);
    await editor.screenshot("27-report");
    await editor.command("View: Close All Editors");
  },

  "the walkthrough opens": async (editor) => {
    await editor.command("Welcome: Open Walkthrough...");
    await editor.page.locator('.quick-input-list .monaco-list-row:has-text("Check processing agreements")').first().click();
    await editor.page.locator(".getting-started-step").first().waitFor();
    await editor.page.waitForTimeout(1000);
    await editor.screenshot("26-walkthrough");
  },
};

/** With a program that is not there. */
export const missing = {
  "what to do is said": async (editor) => {
    const text = await editor.until("a message", () => editor.text(".notification-list-item-message"), 30_000);
    assert.match(text, /\/nowhere\/policy/);
    await editor.page.waitForTimeout(800);
    await editor.screenshot("30-missing");
  },
};
