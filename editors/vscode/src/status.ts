// The entry in the status bar: the language of messages, the date, and what there is to do.
import * as vscode from "vscode";
import type { Status } from "./protocol";

/** Shows what the server last said, or why there is no server. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("policy.status", vscode.StatusBarAlignment.Left, 10);

  constructor() {
    this.item.name = "Policy";
    this.item.command = "workbench.actions.view.problems";
  }

  starting(): void {
    this.item.text = "$(sync~spin) Policy";
    this.item.tooltip = vscode.l10n.t("The program “policy” is starting.");
    this.item.backgroundColor = undefined;
    this.item.command = "policy.showLog";
    this.item.show();
  }

  stopped(why: string): void {
    this.item.text = "$(error) Policy";
    this.item.tooltip = `${why}\n\n${vscode.l10n.t("Click to try again.")}`;
    this.item.backgroundColor = new vscode.ThemeColor("statusBarItem.errorBackground");
    this.item.command = "policy.restartServer";
    this.item.show();
  }

  ready(): void {
    this.item.text = "$(law) Policy";
    this.item.tooltip = vscode.l10n.t("No declarations have been checked yet.");
    this.item.backgroundColor = undefined;
    this.item.command = "workbench.actions.view.problems";
    this.item.show();
  }

  update(status: Status): void {
    if (status.declarations === 0) return this.ready();
    const { fail, unknown, pass, notApplicable, waived } = status.counts;
    this.item.text = `$(law) ${status.language.toUpperCase()} ${status.asOf} $(error) ${fail} $(question) ${unknown} $(pass) ${pass}`;
    this.item.backgroundColor = undefined;
    this.item.command = "workbench.actions.view.problems";
    const lines = [
      vscode.l10n.t("**Policy**: {0} declarations, {1} rules, as of {2}", status.declarations, status.rules, status.asOf),
      `$(error) ${vscode.l10n.t("{0} fail", fail)}`,
      `$(question) ${vscode.l10n.t("{0} unknown: the document does not say", unknown)}`,
      `$(pass) ${vscode.l10n.t("{0} pass", pass)}`,
      `$(circle-slash) ${vscode.l10n.t("{0} not applicable", notApplicable)}`,
      ...(status.packs.length > 0 ? [vscode.l10n.t("Packs: {0}", status.packs.join(", "))] : []),
      ...(waived > 0 ? [`$(shield) ${vscode.l10n.t("{0} waived", waived)}`] : []),
      `[${vscode.l10n.t("Settings")}](command:workbench.action.openSettings?%22policy.%22) · [${vscode.l10n.t("Log")}](command:policy.showLog)`,
    ];
    const tooltip = new vscode.MarkdownString(lines.join("\n\n"), true);
    tooltip.isTrusted = { enabledCommands: ["workbench.action.openSettings", "policy.showLog"] };
    this.item.tooltip = tooltip;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
