// New files for who has none yet.
import * as vscode from "vscode";

type Kind = "policy" | "declaration";

/** The language new files are written in: that of the messages, else that of the editor. */
export function language(): "nl" | "en" {
  const set = vscode.workspace.getConfiguration("policy").get<string>("language");
  if (set === "nl" || set === "en") return set;
  return vscode.env.language.toLowerCase().startsWith("nl") ? "nl" : "en";
}

/** A name as a part of a file name, and as a name in the language: it begins with a letter. */
function slug(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const joined = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return /^[a-z]/.test(joined) ? joined : `x-${joined}`.replace(/-$/, "");
}

async function read(context: vscode.ExtensionContext, file: string): Promise<string> {
  const uri = vscode.Uri.joinPath(context.extensionUri, "templates", file);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

async function folder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** Writes a new file, never over an old one, and opens it; gives its place, unless there is no folder. */
async function create(name: string, end: string, text: string, languageId: string): Promise<vscode.Uri | undefined> {
  const where = await folder();
  if (!where) {
    const document = await vscode.workspace.openTextDocument({ language: languageId, content: text });
    await vscode.window.showTextDocument(document);
    return undefined;
  }
  let uri = vscode.Uri.joinPath(where, `${name}${end}`);
  for (let n = 2; await exists(uri); n++) uri = vscode.Uri.joinPath(where, `${name}-${n}${end}`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri, { preview: false });
  return uri;
}

/** Norms are checked only if `policy.toml` names them: writes one beside them, or says that there is one. */
async function select(context: vscode.ExtensionContext, policy: vscode.Uri): Promise<void> {
  const settings = vscode.Uri.joinPath(policy, "..", "policy.toml");
  const name = policy.path.split("/").at(-1) ?? "";
  if (!(await exists(settings))) {
    const text = (await read(context, `${language()}.policy.toml`)).replaceAll("{{file}}", name);
    await vscode.workspace.fs.writeFile(settings, new TextEncoder().encode(text));
    return;
  }
  const open = vscode.l10n.t("Open policy.toml");
  const said = vscode.l10n.t('These norms are checked when “packs” in policy.toml names them: add "{0}" there.', name);
  if ((await vscode.window.showInformationMessage(said, open)) === open) await vscode.window.showTextDocument(settings);
}

/** A text for use inside `"…"`, in policies and in YAML. */
function quoted(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replace(/[\n\r]/g, " ");
}

async function ask(prompt: string, placeHolder: string): Promise<string | undefined> {
  return (await vscode.window.showInputBox({ prompt, placeHolder }))?.trim() || undefined;
}

/** The command `New policy`. */
export async function newPolicy(context: vscode.ExtensionContext): Promise<void> {
  const board = await ask(vscode.l10n.t("For which board or school are these norms?"), vscode.l10n.t("our board"));
  if (!board) return;
  const text = await read(context, file("policy"));
  const filled = text.replaceAll("{{name}}", slug(board)).replaceAll("{{title}}", quoted(board));
  const policy = await create(slug(board), ".policy", filled, "policy");
  if (policy) await select(context, policy);
}

/** The command `New declaration`. */
export async function newDeclaration(context: vscode.ExtensionContext): Promise<void> {
  const product = await ask(vscode.l10n.t("Which product is the document about?"), "Example Reader");
  if (!product) return;
  const vendor = await ask(vscode.l10n.t("Which vendor offers it?"), "Example B.V.");
  if (!vendor) return;
  const text = await read(context, file("declaration"));
  const filled = text.replaceAll("{{product}}", quoted(product)).replaceAll("{{vendor}}", quoted(vendor));
  await create(slug(product), ".declaration.yaml", filled, "yaml");
}

function file(kind: Kind): string {
  return kind === "policy" ? `${language()}.policy` : `${language()}.declaration.yaml`;
}
