import type { Act, Crm } from "./crm.ts";
import type { AccessToken } from "./install.ts";
import type { SandboxPortal } from "./portal.ts";
import type { Source } from "./records.ts";
import type { HubSpotSandbox } from "./sandbox.ts";

/** One API call that passed the doors: token, limits, scopes, contract. */
export interface Call {
  sandbox: HubSpotSandbox;
  portal: SandboxPortal;
  crm: Crm;
  access: AccessToken;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: checked against the contract before the handler sees it
  body: any;
  /** the caller used an older path: what the dated contract demands is not demanded */
  older: boolean;
}

export interface Answer {
  status: number;
  /** undefined = empty */
  body?: unknown;
}

/** Which calls a limit counts together (facts sheet 4.1). */
export type Policy = "general" | "search" | "associations" | "exempt";

export interface Route {
  method: string;
  /** template of the contract */
  path: string;
  policy?: Policy;
  /** scopes that are all needed; default none */
  scopes?: (params: Readonly<Record<string, string>>) => readonly string[];
  handle: (call: Call) => Answer;
}

/** An answer with a body. */
export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

export const EMPTY: Answer = { status: 204 };

/** Writes of the app carry its id, so that the app can tell its own echo (facts sheet 3.5). */
export function actOf(call: Call): Act {
  const source: Source = { changeSource: "INTEGRATION", sourceId: String(call.sandbox.options.appId) };
  return { source, at: call.crm.now() };
}

/** Values of a list parameter: repeated, or joined by commas. */
export function listParam(query: URLSearchParams, name: string): string[] {
  return query.getAll(name).flatMap((part) =>
    part
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean),
  );
}

/** The frame of every batch answer. */
export function batchFrame(call: Call, results: unknown[], errors: unknown[] = []): Record<string, unknown> {
  const at = new Date(call.crm.now()).toISOString();
  const frame = { status: "COMPLETE", results, startedAt: at, completedAt: at };
  return errors.length > 0 ? { ...frame, numErrors: errors.length, errors } : frame;
}
