/** What is wrong with something that a person typed: where and what, as data. Pages say it in the reader's language. */
import type { core, ZodError } from "zod";

export const PROBLEM_CODES = [
  // the form of a value
  "form",
  "needs_number",
  "needs_whole",
  "needs_text",
  "needs_yes_no",
  "needs_list",
  "needs_group",
  "at_least",
  "at_most",
  "above",
  "below",
  "empty",
  "too_short",
  "too_long",
  "too_few",
  "too_many",
  "one_of",
  "unknown_names",
  "key_form",
  "id_form",
  "own_signal_form",
  "digits",
  "a_day",
  "an_address",
  "a_mail_address",
  "no_language",
  // the sense of the settings
  "too_late",
  "day_ends_first",
  "higher_version",
  "built_in",
  "under_plans",
  "no_template",
  "no_option",
  "no_signal",
  "taken",
  "same_id",
  "no_sign",
  "needs_chat",
  "dead_address",
  "sealed_elsewhere",
  "signal_twice",
  "not_a_share",
  "out_of_range",
  "thresholds_cross",
  "base_below_yellow",
  // a document
  "too_big",
  "yaml",
  // the sense of a template
  "double_key",
  "unknown_step",
  "optional_step",
  "waits_for_itself",
  "unknown_milestone",
  "unknown_phase",
  "facts_only",
  "extended_too_far",
  "circle",
  "phase_backwards",
  "phase_order",
  "after_phase",
  "fixed_follows",
  "fixed_too_early",
  "message_missing",
  "action_missing",
  "many_attachments",
  "gate_holds_graduation",
  "long_checklist",
  "no_human_touch",
  "too_many_messages",
  "no_touchpoint",
  "language_missing",
  "open_field",
  "unknown_field",
  "date_of_nothing",
  "no_stand_in",
  "step_may_go",
  "unknown_message",
  "fixed_promise",
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Problem {
  /** as in the document: `steps.3.after.0`, or as its author reads it: `steps[3].after[0]`; empty: the whole */
  path: string;
  code: ProblemCode;
  /** numbers and names that the words of the code ask for */
  params: Readonly<Record<string, string | number>>;
}

type Told = Pick<Problem, "code" | "params">;

/** What a check of our own in a schema says when it fails: `.refine(isRight, ours("same_id"))`. */
export function ours(code: ProblemCode, params: Problem["params"] = {}): { params: Told } {
  return { params: { code, params } };
}

/** What a schema found, its paths put together by `pathOf`. */
export function formProblems(error: ZodError, pathOf: (path: readonly PropertyKey[]) => string): Problem[] {
  return error.issues.map((issue) => ({ path: pathOf(issue.path), ...toldOf(issue) }));
}

const NEEDS: Readonly<Record<string, ProblemCode>> = {
  number: "needs_number",
  int: "needs_whole",
  string: "needs_text",
  boolean: "needs_yes_no",
  array: "needs_list",
  object: "needs_group",
  record: "needs_group",
};

function toldOf(issue: core.$ZodIssue): Told {
  switch (issue.code) {
    case "custom":
      return (issue.params as Told | undefined) ?? told("form");
    case "invalid_type":
      return told(NEEDS[issue.expected] ?? "form");
    case "too_small":
      return leastOf(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case "too_big":
      return mostOf(issue.origin, Number(issue.maximum), issue.inclusive !== false);
    case "invalid_value":
      return told("one_of", { values: issue.values.map(String).join(", ") });
    case "unrecognized_keys":
      return told("unknown_names", { names: issue.keys.join(", ") });
    case "invalid_format":
      return told(formatOf(issue));
    case "invalid_key":
    case "invalid_element":
      return issue.issues[0] ? toldOf(issue.issues[0]) : told("form");
    default:
      return told("form");
  }
}

function told(code: ProblemCode, params: Problem["params"] = {}): Told {
  return { code, params };
}

function leastOf(origin: string, n: number, isInclusive: boolean): Told {
  if (origin === "string") return n <= 1 ? told("empty") : told("too_short", { n });
  if (origin === "array") return told("too_few", { n });
  return told(isInclusive ? "at_least" : "above", { n });
}

function mostOf(origin: string, n: number, isInclusive: boolean): Told {
  if (origin === "string") return told("too_long", { n });
  if (origin === "array") return told("too_many", { n });
  return told(isInclusive ? "at_most" : "below", { n });
}

const FORMATS: Readonly<Record<string, ProblemCode>> = { date: "a_day", url: "an_address", email: "a_mail_address" };

/** A pattern of ours has its code for a message. */
function formatOf({ format, message }: { format: string; message: string }): ProblemCode {
  return PROBLEM_CODES.find((code) => code === message) ?? FORMATS[format] ?? "form";
}
