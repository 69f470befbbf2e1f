// Finds the program. The workspace never decides which program runs, unless it is trusted.
import { accessSync, chmodSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { homedir } from "node:os";
import * as vscode from "vscode";

/** Where the program was found. */
export interface Found {
  command: string;
  from: "settings" | "extension" | "path";
}

const name = process.platform === "win32" ? "policy.exe" : "policy";

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(runs);
}

/** An unpacked extension may have lost the right to run. */
function inside(context: vscode.ExtensionContext): string | undefined {
  const path = context.asAbsolutePath(join("server", name));
  if (!existsSync(path)) return undefined;
  try {
    if (!runs(path)) chmodSync(path, 0o755);
  } catch {
    return undefined;
  }
  return runs(path) ? path : undefined;
}

function configured(): string | undefined {
  const path = vscode.workspace.getConfiguration("policy").get<string>("path")?.trim();
  if (!path) return undefined;
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** The program that settings name, or the one inside the extension, or the one on PATH. */
export function find(context: vscode.ExtensionContext): Found | undefined {
  const path = configured();
  if (path) return runs(path) ? { command: path, from: "settings" } : undefined;
  const bundled = inside(context);
  if (bundled) return { command: bundled, from: "extension" };
  const installed = onPath();
  return installed ? { command: installed, from: "path" } : undefined;
}

/** Says what to do when there is no program. */
export async function sayMissing(): Promise<void> {
  const path = configured();
  const settings = vscode.l10n.t("Open settings");
  const again = vscode.l10n.t("Try again");
  const text = path
    ? vscode.l10n.t("The setting “policy.path” says “{0}”, and no program can be run there. Correct the path, or leave it empty.", path)
    : vscode.l10n.t(
        "The program “policy” was not found, so nothing is checked. Install the extension that was made for your computer (it has the program inside), or install “policy”, or say in the setting “policy.path” where it is.",
      );
  const choice = await vscode.window.showErrorMessage(text, settings, again);
  if (choice === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "policy.path");
  if (choice === again) await vscode.commands.executeCommand("policy.restartServer");
}
