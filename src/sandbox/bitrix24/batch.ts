import { entriesOf, parseForm } from "./brackets.ts";
import { type CommandContext, runCommand } from "./command.ts";
import { RestError } from "./rest-error.ts";
import type { Params } from "./types.ts";

const MAX_COMMANDS = 50;

/** `$result[key][0][ID]` against what ran before; undefined where the path leads nowhere. */
function lookUp(path: string, results: Record<string, unknown>): unknown {
  let value: unknown = results;
  for (const match of path.matchAll(/\[([^\]]*)\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[match[1]!];
  }
  return value;
}

const REFERENCE = /\$result((?:\[[^\]]*\])+)/g;

/** Replaces references in every string of a command's parameters; a value that is nothing but a reference keeps its type. */
function resolve(value: unknown, results: Record<string, unknown>): unknown {
  if (typeof value === "string") {
    if (!value.includes("$result")) return value;
    const whole = /^\$result((?:\[[^\]]*\])+)$/.exec(value);
    if (whole) return lookUp(whole[1]!, results) ?? "";
    return value.replace(REFERENCE, (_, path: string) => String(lookUp(path, results) ?? ""));
  }
  if (Array.isArray(value)) return value.map((each) => resolve(each, results));
  if (typeof value === "object" && value !== null) {
    const copy: Params = Object.create(null);
    for (const [key, each] of Object.entries(value)) copy[key] = resolve(each, results);
    return copy;
  }
  return value;
}

/** A map as PHP writes it: a list while the keys are 0..n-1, `[]` when empty. */
function phpArray(map: Record<string, unknown>): unknown {
  const keys = Object.keys(map);
  return keys.every((key, index) => key === String(index)) ? keys.map((key) => map[key]) : map;
}

export interface BatchSummary {
  result: Record<string, unknown>;
  commands: string[];
  errors: string[];
}

/** The commands of a batch body, in order. @throws RestError ERROR_BATCH_LENGTH_EXCEEDED */
export function commandsOf(params: Params): [string, string][] {
  const commands = entriesOf(params.cmd).map(([key, value]) => [key, String(value)] as [string, string]);
  if (commands.length > MAX_COMMANDS) {
    throw new RestError(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
  }
  return commands;
}

export const methodOf = (command: string): string =>
  command
    .split("?", 1)[0]!
    .replace(/^\/+/, "")
    .replace(/\.json$/, "");

/** Up to 50 commands one after the other; HTTP 200 whatever becomes of them. Facts sheet section 4.3. */
export function runBatch(context: CommandContext, params: Params, commands: readonly [string, string][]): BatchSummary {
  const halt = ["1", "true", "Y"].includes(String(params.halt ?? "0"));
  const results: Record<string, unknown> = {};
  const errors: Record<string, unknown> = {};
  const totals: Record<string, unknown> = {};
  const nexts: Record<string, unknown> = {};
  const times: Record<string, unknown> = {};
  const failed: string[] = [];
  for (const [key, command] of commands) {
    const method = methodOf(command);
    const at = command.indexOf("?");
    try {
      if (method.toLowerCase() === "batch") {
        context.sandbox.violation(context.token.portal, "batch", "a batch inside a batch");
        throw new RestError(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
      }
      const given = at < 0 ? {} : parseForm(command.slice(at + 1));
      const { reply, time } = runCommand(context, method, resolve(given, results) as Params);
      results[key] = reply.result;
      if (reply.total !== undefined) totals[key] = reply.total;
      if (reply.next !== undefined) nexts[key] = reply.next;
      times[key] = time;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      failed.push(error.code);
      errors[key] = { error: error.code, error_description: error.message };
      if (halt) break;
    }
  }
  return {
    result: {
      result: phpArray(results),
      result_error: phpArray(errors),
      result_total: phpArray(totals),
      result_next: phpArray(nexts),
      result_time: phpArray(times),
    },
    commands: commands.map(([, command]) => methodOf(command)),
    errors: failed,
  };
}
