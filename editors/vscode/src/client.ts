// Starts the server, keeps it alive, and speaks with it.
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import type { LanguageClientOptions } from "vscode-languageclient/node";
import * as protocol from "./protocol";
import { find, sayMissing } from "./server";
import type { Found } from "./server";
import { StatusBar } from "./status";

/** Policy files, also unsaved ones and those inside the program; declarations by their names. */
const selector: NonNullable<LanguageClientOptions["documentSelector"]> = [
  { scheme: "file", language: "policy" },
  { scheme: "untitled", language: "policy" },
  { scheme: "policy", language: "policy" },
  { scheme: "file", pattern: "**/*.declaration.{yaml,yml,json}" },
];

/** The server of this window. */
export class Server implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel("Policy", { log: true });
  private readonly bar = new StatusBar();
  private client: LanguageClient | undefined;
  private found: Found | undefined;
  private later: NodeJS.Timeout | undefined;
  /** Starts and stops, one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {
    context.subscriptions.push(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("policy.path")) void this.restart();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()),
      // What is counted changes when findings do.
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some((uri) => /\.policy$|\.declaration\.\w+$/.test(uri.path))) this.count();
      }),
    );
  }

  /** Stops the server if there is one, and starts it. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.stop()).then(() => this.start());
    return this.turn;
  }

  private async start(): Promise<void> {
    this.found = find(this.context);
    if (!this.found) {
      this.bar.stopped(vscode.l10n.t("The program “policy” was not found."));
      void sayMissing();
      return;
    }
    this.bar.starting();
    this.channel.info(`${this.found.command} lsp (${this.found.from})`);
    const client = new LanguageClient("policy", "Policy", { command: this.found.command, args: ["lsp"] }, this.options());
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped) this.bar.stopped(vscode.l10n.t("The program “policy” has stopped."));
    });
    this.client = client;
    try {
      await client.start();
      this.bar.ready();
      this.count();
    } catch (error) {
      this.client = undefined;
      await this.sayBroken(this.found, error);
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: selector,
      outputChannel: this.channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: vscode.workspace.getConfiguration("policy"),
      synchronize: { configurationSection: "policy" },
      markdown: { supportHtml: false },
    };
  }

  private async sayBroken(found: Found, error: unknown): Promise<void> {
    const text = error instanceof Error ? error.message : String(error);
    this.channel.error(text);
    this.bar.stopped(vscode.l10n.t("The program “policy” did not start: {0}", text));
    const log = vscode.l10n.t("Open log");
    const choice = await vscode.window.showErrorMessage(
      vscode.l10n.t("“{0} lsp” did not start. Is it a version of “policy” with a language server?", found.command),
      log,
    );
    if (choice === log) this.showLog();
  }

  /** Counts anew, a little later: findings come in many small portions. */
  private count(): void {
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      // A count that an edit overtook is followed by another.
      this.status().then((status) => status && this.bar.update(status), () => {});
    }, 250);
  }

  /** How things stand, as the server sees it. */
  async status(): Promise<protocol.Status | undefined> {
    if (!this.client?.isRunning()) return undefined;
    return this.client.sendRequest(protocol.status, {});
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that hangs does not keep a new one from starting.
    await client?.dispose(2000).catch((error: unknown) => this.channel.warn(String(error)));
  }

  /** The program that runs, or a message that there is none. */
  command(): string | undefined {
    if (!this.found) void sayMissing();
    return this.found?.command;
  }

  /** Has the server carry out a command; says so if it does not know it. */
  async execute(command: string, ...args: unknown[]): Promise<unknown> {
    const client = this.client;
    if (!client) {
      void sayMissing();
      return undefined;
    }
    const known = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    if (!known.includes(command)) {
      void vscode.window.showWarningMessage(vscode.l10n.t("This version of “policy” does not know the command “{0}”.", command));
      return undefined;
    }
    try {
      return await client.sendRequest("workspace/executeCommand", { command, arguments: args });
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** The text of a file inside the program. */
  async document(uri: vscode.Uri): Promise<string> {
    await this.turn;
    if (!this.client) throw new Error(vscode.l10n.t("The program “policy” is not running."));
    const found = await this.client.sendRequest(protocol.document, { uri: uri.toString() });
    if (!found) throw new Error(vscode.l10n.t("This document is not inside the program."));
    return found.text;
  }

  /** Shows which program runs. */
  showVersion(): void {
    const info = this.client?.initializeResult?.serverInfo;
    if (!info || !this.found) {
      void vscode.window.showInformationMessage(vscode.l10n.t("The program “policy” is not running."));
      return;
    }
    const version = `${info.name} ${info.version ?? ""}`.trim();
    void vscode.window.showInformationMessage(`${version} – ${this.found.command}`);
  }

  /** Shows the log. */
  showLog(): void {
    this.channel.show();
  }

  /** Writes to the log. */
  log(text: string): void {
    this.channel.info(text);
  }

  async dispose(): Promise<void> {
    clearTimeout(this.later);
    await this.turn.then(() => this.stop());
    this.bar.dispose();
    this.channel.dispose();
  }
}
