import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SRC } from "./project.ts";

it("HubSpot cards and pages are free of type errors under the project's own settings", () => {
  const tsc = join(import.meta.dirname, "../../../node_modules/typescript/bin/tsc");
  let said = "";
  try {
    execFileSync(process.execPath, [tsc, "-p", join(SRC, "app")], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  expect(said).toBe("");
});
