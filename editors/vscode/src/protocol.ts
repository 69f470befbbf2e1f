// What the server says beyond the language server protocol.
import { NotificationType, RequestType } from "vscode-languageclient/node";
import type { Location, Position } from "vscode-languageclient/node";

/** How many verdicts of each sort there are. */
export interface Counts {
  fail: number;
  unknown: number;
  pass: number;
  notApplicable: number;
  waived: number;
}

/** What the status bar shows. */
export interface Status {
  /** The language of messages: `nl` or `en`. */
  lang: string;
  /** The date for which is evaluated: `2026-11-22`. */
  asOf: string;
  /** How many declarations were evaluated. */
  declarations: number;
  counts: Counts;
}

/** Sent after each evaluation. */
export const status = new NotificationType<Status>("policy/status");

/** The text of a file of a pack that is inside the program. */
export const document = new RequestType<{ uri: string }, { text: string }, void>("policy/document");

/** The commands that the server carries out. */
export const serverCommands = {
  evaluate: "policy.server.evaluate",
  translate: "policy.server.translate",
} as const;

/** What the code lens of a rule hands to `policy.showResults`. */
export interface Results {
  uri: string;
  position: Position;
  locations: Location[];
}
