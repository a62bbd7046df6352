import type { Problem, ProblemCode } from "../problem.ts";

/** Something that is wrong with a template; its path is as in the document: `steps[3].after[0]`. */
export interface TemplateProblem extends Problem {
  /** an error keeps a template from being used */
  severity: "error" | "warning";
}

export type Report = (
  severity: TemplateProblem["severity"],
  code: ProblemCode,
  path: string,
  params: Problem["params"],
) => void;
