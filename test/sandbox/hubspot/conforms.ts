/** Holds what the stand-in answers to the contract: the status is declared, what is required is there, nothing is undeclared. */
import { readOperations } from "../../../src/sandbox/contract.ts";
import accountInfo from "../../../src/sandbox/contracts/hubspot/account-info.json" with { type: "json" };
import { hubspotOperations } from "../../../src/sandbox/hubspot/contracts.ts";

const shapes = hubspotOperations().map((operation) => ({
  operation,
  names: operation.path.split("{").length,
  pattern: new RegExp(`^${operation.path.replace(/\{\w+\}/g, "[^/]+")}$`),
}));

/** `responses.default` of every spec. Beside its fields HubSpot's own pages show `status`, and of limits and tokens some more. */
const [errors] = readOperations([{ method: "GET", path: "/", responses: { default: "Shown" } }], {
  ErrorDetail: accountInfo.specs[0]!.schemas.ErrorDetail as Record<string, string>,
  Shown: {
    ...(accountInfo.specs[0]!.schemas.Error as Record<string, string>),
    "status?": "string",
    "errorType?": "string",
    "policyName?": "string",
    "groupName?": "string",
    "error?": "string",
    "error_description?": "string",
  },
});

/** What of the answer the contract does not allow; null when nothing is, or the contract says nothing of it (tokens). */
export function divergence(method: string, path: string, status: number, body: unknown): string | null {
  const bare = path.split("?")[0]!;
  const at = `${method} ${bare} answers ${status}`;
  if (status >= 400) return said(at, errors!.answer("default")?.(body, "error"));
  const [match] = shapes
    .filter(({ operation, pattern }) => operation.method === method && pattern.test(bare))
    .sort((a, b) => a.names - b.names);
  const declared = Object.keys(match?.operation.responses ?? {});
  if (!match || declared.length === 0) return null;
  if (!declared.includes(String(status))) return `${at}, declared are ${declared.join(", ")}`;
  const check = match.operation.answer(String(status));
  if (!check && body !== null) return `${at} with a body`;
  return said(at, check?.(body, "answer"));
}

function said(at: string, problem: string | null | undefined): string | null {
  return problem ? `${at}: ${problem}` : null;
}
