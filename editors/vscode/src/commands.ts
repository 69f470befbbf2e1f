// The commands of the palette and of code lenses.
import { spawn } from "node:child_process";
import * as vscode from "vscode";
import type { Server } from "./client";
import { serverCommands } from "./protocol";
import type { Questions, Results } from "./protocol";
import { newDeclaration, newPolicy } from "./templates";

/** What a run of the program came to. */
interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program without a shell. */
function run(command: string, args: string[], cwd: string | undefined): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...(cwd !== undefined && { cwd }), stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The exit code of a run that had nothing to evaluate. */
const NOTHING = 4;

/** What the editor checks with, so that the report is about the same. */
async function asHere(server: Server, where: vscode.Uri | undefined): Promise<string[]> {
  const status = await server.status();
  const settings = vscode.workspace.getConfiguration("policy", where ?? null);
  const packs = settings.get<string[] | null>("packs") ?? [];
  const profile = settings.get<string | null>("profile");
  return [
    ...(status ? ["--lang", status.language, "--as-of", status.asOf] : []),
    ...packs.flatMap((pack) => ["--pack", pack]),
    ...(profile ? ["--profile", profile] : []),
  ];
}

async function openReport(server: Server): Promise<void> {
  const command = server.command();
  if (!command) return;
  const help = await run(command, ["report", "--help"], undefined);
  if (help.code !== 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("This version of “policy” makes no reports yet. “Evaluate workspace” puts every finding in the Problems panel."),
    );
    return;
  }
  const where = vscode.workspace.workspaceFolders?.[0]?.uri;
  const args = ["report", ...(await asHere(server, where))];
  const ran = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Making the report …") },
    async () => {
      const found = await run(command, args, where?.fsPath);
      // Without `declarations` in policy.toml, all below the folder count here, and so they do in the report.
      return found.code === NOTHING ? run(command, [...args, "."], where?.fsPath) : found;
    },
  );
  const html = /^\s*<(!doctype|html)/i.test(ran.stdout);
  if (!ran.stdout.trim()) {
    server.log(ran.stderr);
    void vscode.window.showErrorMessage(vscode.l10n.t("No report was made: {0}", ran.stderr.trim().split("\n")[0] ?? ""));
    return;
  }
  if (html) {
    // Shown as a page without scripts and without access to anything.
    const panel = vscode.window.createWebviewPanel("policy.report", vscode.l10n.t("Report"), vscode.ViewColumn.Beside, { enableScripts: false, localResourceRoots: [] });
    panel.webview.html = ran.stdout;
    return;
  }
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content: ran.stdout });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
}

async function translate(server: Server, lang: "nl" | "en"): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "policy") {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open a policy file first: that is what is translated."));
    return;
  }
  await server.execute(serverCommands.translate, { uri: editor.document.uri.toString(), language: lang });
}

/** Everything is evaluated all the time; this says what came of it, and where to look. */
async function evaluate(server: Server): Promise<void> {
  if (!server.command()) return;
  const status = await server.status();
  if (!status) return;
  const { fail, unknown, pass } = status.counts;
  const text =
    status.declarations === 0
      ? vscode.l10n.t("There are no declarations here: files named “….declaration.yaml” or “….declaration.json”.")
      : vscode.l10n.t("{0} declarations, as of {1}: {2} fail, {3} unknown, {4} pass.", status.declarations, status.asOf, fail, unknown, pass);
  void vscode.window.showInformationMessage(text);
  await vscode.commands.executeCommand("workbench.actions.view.problems");
}

/** Lists what a rule comes to for each declaration; choosing one leads to the finding. */
async function showResults({ rule, results }: Results): Promise<void> {
  const said = {
    fail: `$(error) ${vscode.l10n.t("fail")}`,
    unknown: `$(question) ${vscode.l10n.t("unknown")}`,
    pass: `$(pass) ${vscode.l10n.t("pass")}`,
    "not-applicable": `$(circle-slash) ${vscode.l10n.t("not applicable")}`,
  };
  const items = results.map((result) => {
    const uri = vscode.Uri.parse(result.uri);
    const waived = result.waived ? ` (${vscode.l10n.t("waived")})` : "";
    return { label: said[result.verdict] + waived, description: vscode.workspace.asRelativePath(uri), uri };
  });
  const chosen = await vscode.window.showQuickPick(items, { title: rule, matchOnDescription: true, placeHolder: vscode.l10n.t("Choose a declaration to see the finding") });
  if (!chosen) return;
  const finding = vscode.languages.getDiagnostics(chosen.uri).find(({ code }) => (typeof code === "object" ? code.value : code) === rule);
  await vscode.window.showTextDocument(chosen.uri, finding ? { selection: finding.range } : {});
}

async function showQuestions({ text }: Questions): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content: text });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}

/** Makes the commands known to the editor. */
export function register(context: vscode.ExtensionContext, server: Server): void {
  const commands: Record<string, (...args: never[]) => unknown> = {
    "policy.evaluateWorkspace": () => evaluate(server),
    "policy.openReport": () => openReport(server),
    "policy.translateToDutch": () => translate(server, "nl"),
    "policy.translateToEnglish": () => translate(server, "en"),
    "policy.newPolicy": () => newPolicy(context),
    "policy.newDeclaration": () => newDeclaration(context),
    "policy.restartServer": () => server.restart(),
    "policy.showServerVersion": () => server.showVersion(),
    "policy.showLog": () => server.showLog(),
    "policy.showResults": (results: Results) => showResults(results),
    "policy.showQuestions": (questions: Questions) => showQuestions(questions),
  };
  for (const [name, action] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, action as (...args: unknown[]) => unknown));
  }
}
