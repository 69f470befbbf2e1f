// The extension is thin: what is known about policies and declarations is known by the server.
import * as vscode from "vscode";
import { Server } from "./client";
import { register } from "./commands";

let server: Server | undefined;

/** Called by the editor when a policy or a declaration comes into sight. */
export function activate(context: vscode.ExtensionContext): void {
  const started = new Server(context);
  server = started;
  register(context, started);
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider("policy", {
      provideTextDocumentContent: (uri) => started.document(uri),
    }),
  );
  // Commands work at once; what needs the server waits for it.
  void started.restart();
}

/** Called by the editor before it ends. */
export async function deactivate(): Promise<void> {
  await server?.dispose();
}
