/** Something that is wrong with a template. */
export interface Problem {
  /** an error keeps a template from being used */
  severity: "error" | "warning";
  code: string;
  /** where, as in the document: `steps[3].after[0]` */
  path: string;
  message: string;
}

export type Report = (severity: Problem["severity"], code: string, path: string, message: string) => void;
