// What the server says beyond the language server protocol.
import { RequestType } from "vscode-languageclient/node";

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
  language: string;
  /** The date for which is evaluated: `2026-11-22`. */
  asOf: string;
  /** The packs whose rules run. */
  packs: string[];
  /** How many declarations were evaluated. */
  declarations: number;
  /** How many rules run. */
  rules: number;
  counts: Counts;
}

/** How things stand: of the folder of a document, or of all folders. */
export const status = new RequestType<{ uri?: string }, Status, void>("policy/status");

/** The text of a document inside the program: a file of a pack, the page of a code or a rule. */
export const document = new RequestType<{ uri: string }, { text: string; languageId: string } | null, void>("policy/document");

/** The commands that the server carries out. */
export const serverCommands = {
  translate: "policy.translate",
} as const;

/** What the lens of a rule hands to `policy.showResults`: fails first, then unknowns, then the rest. */
export interface Results {
  rule: string;
  results: { uri: string; verdict: "pass" | "fail" | "unknown" | "not-applicable"; waived: boolean }[];
}

/** What the lens of a declaration hands to `policy.showQuestions`. */
export interface Questions {
  text: string;
}
